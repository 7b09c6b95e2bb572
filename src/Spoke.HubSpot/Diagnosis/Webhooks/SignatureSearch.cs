using System.Security.Cryptography;

namespace Spoke.HubSpot;

/// <summary>What gives a signature: a formula and its ingredients, with those that differ from what was shown.</summary>
internal sealed record SignatureRecipe(WebhookSignatureVersion Version, string Address, IReadOnlyList<(string Differs, string Fix)> Differences);

/// <summary>Tries what a signature may have been made of, what was shown first and the fewest differences next, until one gives it.</summary>
internal static class SignatureSearch
{
    private const int MostDifferences = 3;

    /// <summary>Every millisecond of a second is tried with this many differences at most, and with a body this long with one less.</summary>
    private const int MostWithMilliseconds = 2;
    private const int LongBody = 1000;

    /// <summary>A large body is not hashed ten thousand times.</summary>
    private const long MostBytesHashed = 150L << 20;

    /// <summary>Null when nothing tried gives this signature.</summary>
    public static SignatureRecipe? Find(string signature, WebhookSignatureVersion named, ShownDelivery shown, IReadOnlyList<(string Name, string Value)> secrets, string? publicAddress)
    {
        var wanted = signature.Trim();
        var addresses = SignatureIngredients.Addresses(shown, publicAddress);
        var bodies = SignatureIngredients.Bodies(shown.Body);
        var timestamps = SignatureIngredients.Timestamps(shown.Header("X-HubSpot-Request-Timestamp") ?? "");
        var methods = SignatureIngredients.Methods(shown.Method);
        var keys = SignatureIngredients.Secrets(secrets);
        var most = shown.Body.Length > LongBody ? MostWithMilliseconds - 1 : MostWithMilliseconds;
        var hashed = 0L;
        for (var differences = 0; differences <= MostDifferences; differences++)
            foreach (var version in Versions(named))
                foreach (var key in keys)
                    foreach (var body in bodies)
                    {
                        var spent = Count(key.Differs) + Count(body.Differs) + (version == named ? 0 : 1);
                        if (spent > differences) continue;
                        foreach (var head in Heads(version, methods, addresses, differences <= most ? timestamps : timestamps[..Math.Min(2, timestamps.Count)], differences - spent))
                        {
                            if ((hashed += body.Value.Length + 64) > MostBytesHashed) return null;
                            if (!Gives(wanted, Compute(version, key.Value, head, body.Value))) continue;
                            var found = new List<(string, string)>();
                            if (version != named) found.Add(($"version: it is of version {(int)version}, though the header says {(int)named}", $"Compute it by the formula of version {(int)version}."));
                            foreach (var (differs, fix) in new[] { (head.Method.Differs, head.Method.Fix), (head.Address.Differs, head.Address.Fix), (head.Decoded.Differs, head.Decoded.Fix), (body.Differs, body.Fix), (head.Timestamp.Differs, head.Timestamp.Fix), (key.Differs, key.Fix) })
                                if (differs is not null) found.Add((differs, fix!));
                            return new SignatureRecipe(version, head.Address.Value, found);
                        }
                    }
        return null;
    }

    private static IEnumerable<WebhookSignatureVersion> Versions(WebhookSignatureVersion named) =>
        Enum.GetValues<WebhookSignatureVersion>().OrderBy(version => version == named ? 0 : 1);

    /// <summary>What stands before and behind the body. Version 1 signs neither.</summary>
    private readonly record struct Head(Ingredient<string> Method, Ingredient<string> Address, Ingredient<bool> Decoded, Ingredient<string> Timestamp)
    {
        public string SignedAddress => Decoded.Value ? WebhookSignature.Unescape(Address.Value) : Address.Value;
    }

    /// <summary>Those with so many differences.</summary>
    private static IEnumerable<Head> Heads(WebhookSignatureVersion version, List<Ingredient<string>> methods, List<Ingredient<string>> addresses, List<Ingredient<string>> timestamps, int differences)
    {
        if (version == WebhookSignatureVersion.V1) return differences == 0 ? [new Head(methods[0], addresses[0], default, timestamps[0])] : [];
        return from method in methods
               let left = differences - Count(method.Differs)
               where left >= 0
               from address in addresses
               let rest = left - Count(address.Differs)
               where rest >= 0
               from decoded in SignatureIngredients.Decoding(version)
               let last = rest - Count(decoded.Differs)
               where last is 0 or 1
               from timestamp in version == WebhookSignatureVersion.V3 ? timestamps : timestamps[..1]
               where Count(timestamp.Differs) == last
               select new Head(method, address, decoded, timestamp);
    }

    private static int Count(string? differs) => differs is null ? 0 : 1;

    private static byte[] Compute(WebhookSignatureVersion version, string secret, in Head head, byte[] body) => version switch
    {
        WebhookSignatureVersion.V1 => Convert.FromHexString(WebhookSignature.ComputeV1(secret, body)),
        WebhookSignatureVersion.V2 => Convert.FromHexString(WebhookSignature.ComputeV2(secret, head.Method.Value, head.Address.Value, body)),
        _ => Convert.FromBase64String(WebhookSignature.ComputeV3(secret, head.Method.Value, head.SignedAddress, body, head.Timestamp.Value)),
    };

    /// <summary>In hexadecimal or base64, whichever it was written in.</summary>
    private static bool Gives(string wanted, byte[] hash)
    {
        if (wanted.Equals(Convert.ToHexString(hash), StringComparison.OrdinalIgnoreCase)) return true;
        Span<byte> decoded = stackalloc byte[64];
        return Convert.TryFromBase64String(wanted, decoded, out var length) && CryptographicOperations.FixedTimeEquals(decoded[..length], hash);
    }
}
