using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Finds out which ingredient of a webhook's signature differs between what arrived and what HubSpot signed. Sends nothing, and shows no secret.</summary>
public static class WebhookDoctor
{
    private const string TimestampHeader = "X-HubSpot-Request-Timestamp";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Examines a delivery whose signature does not check.</summary>
    /// <param name="delivery">A raw HTTP request as the receiver got it, or a JSON object with <c>method</c>, <c>url</c>, <c>headers</c> and <c>body</c> (or <c>bodyBase64</c>); <c>computed</c> may hold what the receiver's own code computed.</param>
    /// <param name="secrets">Client secrets with the names under which they may be spoken of, the current one first.</param>
    /// <param name="publicAddress">The address registered in HubSpot; null when not known.</param>
    /// <param name="receivedAt">When it arrived; null: not known, and the clock is not judged.</param>
    public static Diagnosis Examine(ReadOnlySpan<byte> delivery, IReadOnlyList<(string Name, string Value)> secrets, string? publicAddress = null, DateTimeOffset? receivedAt = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Count == 0) return Doctor.Unreadable("No client secret was given to check the signature with.");
        if (delivery.Length > Doctor.LongestInput) return Doctor.Unreadable($"The input has {delivery.Length:N0} bytes; {Doctor.LongestInput:N0} are looked at, at most.");
        if (ShownDelivery.Read(delivery) is not { } shown)
            return Doctor.Unreadable("This is no delivery that can be read. Give the raw HTTP request with its headers and body, or JSON with method, url, headers and body.");
        var notes = new List<string>();
        foreach (var (name, value) in secrets)
            if (TokenJudgement.Of(value.Trim()).Kind is { } && value.Trim().StartsWith("pat-", StringComparison.OrdinalIgnoreCase)) notes.Add($"The value in {name} is an access token. Signatures are made with the app's client secret.");
        if (Signatures(shown).FirstOrDefault() is not { Value: not null } sent) return Found(Finding("The delivery has no signature header.", [new Evidence("headers", "neither X-HubSpot-Signature-v3 nor X-HubSpot-Signature")], "Look at the request as it arrives at the outermost server: something on the way took the header away, or this is no request of HubSpot's."), notes);
        var recipe = SignatureSearch.Find(sent.Value, sent.Version, shown, secrets, publicAddress);
        var computed = shown.Computed is { Length: > 0 } own ? SignatureSearch.Find(own, sent.Version, shown, secrets, publicAddress) : null;
        if (recipe is null)
        {
            // The same delivery is often signed by an older version as well; when that one fits, the secret is right.
            var older = Signatures(shown).Skip(1).FirstOrDefault() is { Value: not null } second ? SignatureSearch.Find(second.Value, second.Version, shown, secrets, publicAddress) : null;
            if (older is not null) notes.Add($"The header X-HubSpot-Signature fits by the formula of version {(int)older.Version}, so the secret is right.");
            if (sent.Version == WebhookSignatureVersion.V3 && string.IsNullOrWhiteSpace(shown.Header(TimestampHeader))) return WithoutTimestamp(notes, older);
            return older is null ? Unexplained(notes, sent, computed) : BesideTheBody(notes, older);
        }
        notes.Add($"The signature of version {(int)recipe.Version} was made over {(recipe.Version == WebhookSignatureVersion.V1 ? "the body" : recipe.Address)}.");
        if (Clock(shown, recipe.Version, receivedAt) is { } late) return Found(late, notes);
        if (recipe.Differences.Count > 0)
            return Found(Finding("The signature is HubSpot's, but not over what is shown here.", [.. recipe.Differences.Select(d => Split(d.Differs))], string.Join(' ', recipe.Differences.Select(d => d.Fix).Distinct())), notes);
        if (computed is { Differences.Count: > 0 } || (computed is not null && computed.Version != recipe.Version))
            return Found(Finding("The delivery is right; the receiver computes something else.", [.. computed.Differences.Select(d => Split("receiver's " + d.Differs))], "Give the receiver's code what is shown here: the raw body, the address HubSpot called, the header's timestamp, the formula of the header's version."), notes);
        if (shown.Computed is { Length: > 0 } && computed is null) notes.Add("What the receiver computed fits nothing that was tried: its secret is another one, or its body is.");
        return new Diagnosis { Verdict = Verdict.Healthy, Findings = [], Notes = [.. notes, "The signature fits. If the receiver refuses it, it computes with other ingredients than these; put what it computed into the member 'computed' to learn which."] };
    }

    private readonly record struct Sent(string Header, string? Value, WebhookSignatureVersion Version);

    private static IEnumerable<Sent> Signatures(ShownDelivery shown)
    {
        if (shown.Header("X-HubSpot-Signature-v3") is { Length: > 0 } third) yield return new Sent("X-HubSpot-Signature-v3", third, WebhookSignatureVersion.V3);
        if (shown.Header("X-HubSpot-Signature") is { Length: > 0 } older)
            yield return new Sent("X-HubSpot-Signature", older, shown.Header("X-HubSpot-Signature-Version") switch { "v2" => WebhookSignatureVersion.V2, "v3" => WebhookSignatureVersion.V3, _ => WebhookSignatureVersion.V1 });
    }

    private static Finding? Clock(ShownDelivery shown, WebhookSignatureVersion version, DateTimeOffset? receivedAt)
    {
        if (version != WebhookSignatureVersion.V3 || receivedAt is not { } at) return null;
        if (!long.TryParse(shown.Header(TimestampHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) || ms > 253_402_300_799_999) return null;
        var apart = at - DateTimeOffset.FromUnixTimeMilliseconds(ms);
        if (apart.Duration() <= Tolerance) return null;
        return Finding("The receiver's clock and HubSpot's are too far apart.", [new Evidence("header " + TimestampHeader, string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(apart.TotalSeconds):0} seconds {(apart > TimeSpan.Zero ? "before" : "after")} the delivery arrived; 300 are allowed"))],
            "Set the receiver's clock by NTP. A delivery that waited in a queue before it was checked has to be checked when it arrives.");
    }

    private static Diagnosis WithoutTimestamp(List<string> notes, SignatureRecipe? older) => Found(
        Finding("The header X-HubSpot-Request-Timestamp is missing, and version 3 signs it.", [new Evidence("header " + TimestampHeader, "is not there, so the signature can neither be right nor wrong"), .. Differences(older)],
            "Look which proxy or framework takes the header away, and let it pass; keep all headers that begin with X-HubSpot-. " + (older is null ? "Whether the secret is right shows only then." : "The secret need not be changed.")), notes);

    /// <summary>The secret is right, so what is left is what version 3 signs and the older version does not.</summary>
    private static Diagnosis BesideTheBody(List<string> notes, SignatureRecipe older)
    {
        var left = older.Version == WebhookSignatureVersion.V1 ? "the method, the address or the timestamp" : "the timestamp, or the escapes of the address";
        return new Diagnosis
        {
            Verdict = Verdict.Likely,
            Findings = [Finding("Version 3 was made over something else than is shown here, and the secret is right.", [new Evidence("header X-HubSpot-Signature-v3", $"fits nothing that was tried; what differs is {left}"), .. Differences(older)],
                "Take the header X-HubSpot-Request-Timestamp as it arrives, in milliseconds, and the address that HubSpot called (--url gives the one registered).", Confidence.Likely)],
            Notes = notes,
            Next = "Keep method, address and headers as they arrive at the outermost server, and try again with them.",
        };
    }

    private static IEnumerable<Evidence> Differences(SignatureRecipe? recipe) => recipe?.Differences.Select(d => Split(d.Differs)) ?? [];

    private static Diagnosis Unexplained(List<string> notes, Sent sent, SignatureRecipe? computed)
    {
        if (computed is not null) notes.Add("What the receiver computed is what these ingredients and this secret give, so one of them is not what HubSpot signed with.");
        notes.Add("Tried: all three versions; scheme, host, port, path and escapes of the address; line ends, encodings and rewritings of the body; seconds and milliseconds; white space and quotes around the secret.");
        return new Diagnosis
        {
            Verdict = Verdict.Likely,
            Findings = [Finding("No secret given here made this signature over this delivery.", [new Evidence("header " + sent.Header, "fits nothing that was tried")], "Take the client secret of the very app whose id stands in the events, from its Auth settings; a project app, a private app and a sandbox copy have one each.", Confidence.Likely)],
            Notes = notes,
            Next = "Keep the delivery's bytes as they arrive at the outermost server, and try again with them and with every secret the app had (--secret-env may be given several times).",
        };
    }

    private static Evidence Split(string differs)
    {
        var colon = differs.IndexOf(": ", StringComparison.Ordinal);
        return new Evidence(differs[..colon], differs[(colon + 2)..]);
    }

    private static Finding Finding(string title, IReadOnlyList<Evidence> evidence, string fix, Confidence confidence = Confidence.Certain) =>
        new("R15", title, confidence, evidence, fix, Causes.Get("R15").Source);

    private static Diagnosis Found(Finding finding, List<string> notes) => new() { Verdict = Verdict.CauseFound, Findings = [finding], Notes = notes };
}
