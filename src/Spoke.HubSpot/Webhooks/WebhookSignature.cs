using System.Security.Cryptography;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>How HubSpot signed a delivery.</summary>
public enum WebhookSignatureVersion
{
    /// <summary>SHA-256 of secret and body, hexadecimal. Subscription webhooks of the CRM.</summary>
    V1 = 1,

    /// <summary>SHA-256 of secret, method, address and body, hexadecimal. Workflow webhooks, cards.</summary>
    V2 = 2,

    /// <summary>HMAC of SHA-256 over method, address, body and timestamp, base64. The only one that an old delivery does not pass again.</summary>
    V3 = 3,
}

/// <summary>Computes the signatures HubSpot puts on what it sends. Source: HubSpot's request validation guide.</summary>
public static class WebhookSignature
{
    // The escapes that are undone before signing, and no others.
    private static readonly (string Escape, string Character)[] Undone =
        [("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";")];

    /// <summary>Of version 1: hexadecimal, lower case.</summary>
    /// <param name="secret">The app's client secret.</param>
    /// <param name="body">The body as it arrived, byte for byte.</param>
    public static string ComputeV1(string secret, ReadOnlySpan<byte> body) => Hash(secret, body);

    /// <summary>Of version 2: hexadecimal, lower case.</summary>
    /// <param name="secret">The app's client secret.</param>
    /// <param name="method">In capitals.</param>
    /// <param name="uri">The whole address HubSpot called, scheme and query included.</param>
    /// <param name="body">The body as it arrived, byte for byte.</param>
    public static string ComputeV2(string secret, string method, string uri, ReadOnlySpan<byte> body) => Hash(secret + method + uri, body);

    /// <summary>Of version 3: base64.</summary>
    /// <param name="secret">The app's client secret.</param>
    /// <param name="method">In capitals.</param>
    /// <param name="uri">The whole address HubSpot called, scheme and query included. It is signed as given; see <see cref="Unescape"/>.</param>
    /// <param name="body">The body as it arrived, byte for byte.</param>
    /// <param name="timestamp">The header X-HubSpot-Request-Timestamp as it arrived: unix milliseconds.</param>
    public static string ComputeV3(string secret, string method, string uri, ReadOnlySpan<byte> body, string timestamp)
    {
        ArgumentNullException.ThrowIfNull(secret);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(method + uri));
        hmac.AppendData(body);
        hmac.AppendData(Encoding.UTF8.GetBytes(timestamp));
        return Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>Undoes the escapes HubSpot undoes before it signs an address with version 3; others stay.</summary>
    public static string Unescape(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.Contains('%', StringComparison.Ordinal)) return uri;
        foreach (var (escape, character) in Undone) uri = uri.Replace(escape, character, StringComparison.OrdinalIgnoreCase);
        return uri;
    }

    private static string Hash(string head, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
