using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.Commerce.Connectors;

/// <summary>Checks a delivery signed after Standard Webhooks: HMAC-SHA256 over id, time and raw body.</summary>
public static class StandardWebhook
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <summary>Null when the signature holds; else why it does not.</summary>
    /// <param name="secrets">The current secret, and the previous one while it is being rotated; <c>whsec_</c> and base64.</param>
    public static string? Problem(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, IEnumerable<string> secrets, DateTimeOffset now)
    {
        if (!headers.TryGetValue("webhook-id", out var id) || !headers.TryGetValue("webhook-timestamp", out var timestamp) || !headers.TryGetValue("webhook-signature", out var signatures))
            return "The headers webhook-id, webhook-timestamp and webhook-signature are needed.";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return "webhook-timestamp is not a number of seconds.";
        if ((now - DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, 253_402_300_799))).Duration() > Tolerance) return "webhook-timestamp is more than 300 s off: check both clocks.";
        var signed = Signed(id, timestamp, body);
        Span<byte> bytes = stackalloc byte[64];
        foreach (var secret in secrets)
        {
            var mac = Mac(secret, signed);
            foreach (var given in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (given.StartsWith("v1,", StringComparison.Ordinal) && Convert.TryFromBase64String(given[3..], bytes, out var length) && CryptographicOperations.FixedTimeEquals(bytes[..length], mac)) return null;
            }
        }
        return "webhook-signature does not fit the body: check the secret, and that the body is verified as it arrived.";
    }

    /// <summary>The headers of a delivery.</summary>
    internal static IReadOnlyDictionary<string, string> Sign(string id, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, string> { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(Mac(secret, Signed(id, timestamp, body))) };
    }

    /// <summary>Whether the text can be a key at all.</summary>
    public static bool IsKey(string secret) => Base64Of(secret) is { Length: > 0 } text && Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length > 0;

    private static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var prefix = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var signed = new byte[prefix.Length + body.Length];
        prefix.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(prefix.Length));
        return signed;
    }

    private static byte[] Mac(string secret, byte[] signed) => HMACSHA256.HashData(Convert.FromBase64String(Base64Of(secret)), signed);

    private static string Base64Of(string secret) => secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret;
}
