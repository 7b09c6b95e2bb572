using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>What a verifier makes of a delivery.</summary>
public enum WebhookJudgement
{
    /// <summary>HubSpot sent it, with one of the secrets.</summary>
    Genuine,

    /// <summary>There is no signature header.</summary>
    NoSignature,

    /// <summary>The signature is of a version that is not accepted here, or of an unknown one.</summary>
    VersionNotAccepted,

    /// <summary>A signature of version 3 came without a timestamp in milliseconds.</summary>
    NoTimestamp,

    /// <summary>The timestamp is further from this machine's clock than allowed.</summary>
    TooOld,

    /// <summary>No secret gives this signature over what arrived.</summary>
    Mismatch,
}

/// <summary>The outcome of a check.</summary>
/// <param name="Judgement">What it is.</param>
/// <param name="Version">Which version was checked; null when none was.</param>
/// <param name="SecretNumber">Which of the secrets it was, from 0; -1 when none.</param>
public readonly record struct WebhookVerdict(WebhookJudgement Judgement, WebhookSignatureVersion? Version = null, int SecretNumber = -1)
{
    /// <summary>HubSpot sent it.</summary>
    public bool IsGenuine => Judgement == WebhookJudgement.Genuine;
}

/// <summary>
/// Tells HubSpot's deliveries from others by their signature. Where version 3 is sent it alone decides, since an old delivery would pass versions 1 and 2 again.
/// Needs the app's client secret and no scope. Comparison takes the same time whatever differs.
/// </summary>
public sealed class WebhookVerifier
{
    private readonly string[] _secrets;
    private readonly TimeProvider _time;

    /// <summary>Checks against any of the secrets, as during a rotation.</summary>
    /// <param name="secrets">Client secrets of the app, the current one first.</param>
    /// <param name="timeProvider">The clock for timestamps; the system's by default.</param>
    /// <exception cref="ArgumentException">There is no secret, or one is empty or has white space around it.</exception>
    public WebhookVerifier(IEnumerable<string> secrets, TimeProvider? timeProvider = null)
    {
        _secrets = [.. secrets];
        if (_secrets.Length == 0) throw new ArgumentException("At least one client secret is needed to check signatures.", nameof(secrets));
        foreach (var secret in _secrets)
            if (string.IsNullOrWhiteSpace(secret) || secret.Trim() != secret) throw new ArgumentException("A client secret is empty or has white space around it. Trim it where it is read.", nameof(secrets));
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>How far a timestamp may be from the clock. HubSpot's guide says five minutes.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether versions 1 and 2 count where version 3 is not sent. True by default.</summary>
    public bool AcceptOlderVersions { get; init; } = true;

    /// <summary>Checks one delivery. Never throws on what arrived.</summary>
    public WebhookVerdict Verify(WebhookDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (!string.IsNullOrEmpty(delivery.SignatureV3)) return VerifyV3(delivery, delivery.SignatureV3);
        if (string.IsNullOrEmpty(delivery.Signature)) return new WebhookVerdict(WebhookJudgement.NoSignature);
        WebhookSignatureVersion? version = delivery.SignatureVersion switch { "v1" or null or "" => WebhookSignatureVersion.V1, "v2" => WebhookSignatureVersion.V2, _ => null };
        if (version is null || !AcceptOlderVersions) return new WebhookVerdict(WebhookJudgement.VersionNotAccepted, version);
        return Match(version.Value, delivery.Signature, secret => version == WebhookSignatureVersion.V1
            ? [WebhookSignature.ComputeV1(secret, delivery.Body.Span)]
            : [WebhookSignature.ComputeV2(secret, delivery.Method, delivery.Uri, delivery.Body.Span)]);
    }

    private WebhookVerdict VerifyV3(WebhookDelivery delivery, string signature)
    {
        const WebhookSignatureVersion Version = WebhookSignatureVersion.V3;
        if (!long.TryParse(delivery.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) || ms > 253_402_300_799_999)
            return new WebhookVerdict(WebhookJudgement.NoTimestamp, Version);
        if ((_time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(ms)).Duration() > Tolerance) return new WebhookVerdict(WebhookJudgement.TooOld, Version);
        // The guide undoes some escapes of the address before signing; either reading needs the secret, so both may pass.
        var plain = WebhookSignature.Unescape(delivery.Uri);
        return Match(Version, signature, secret => plain == delivery.Uri
            ? [WebhookSignature.ComputeV3(secret, delivery.Method, plain, delivery.Body.Span, delivery.Timestamp)]
            : [WebhookSignature.ComputeV3(secret, delivery.Method, plain, delivery.Body.Span, delivery.Timestamp), WebhookSignature.ComputeV3(secret, delivery.Method, delivery.Uri, delivery.Body.Span, delivery.Timestamp)]);
    }

    private WebhookVerdict Match(WebhookSignatureVersion version, string signature, Func<string, string[]> compute)
    {
        var sent = Encoding.UTF8.GetBytes(signature);
        for (var number = 0; number < _secrets.Length; number++)
            foreach (var expected in compute(_secrets[number]))
                if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), sent)) return new WebhookVerdict(WebhookJudgement.Genuine, version, number);
        return new WebhookVerdict(WebhookJudgement.Mismatch, version);
    }
}
