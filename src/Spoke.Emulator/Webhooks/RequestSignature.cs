using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.Emulator.Webhooks;

/// <summary>The three ways in which HubSpot signs a request, by its guide on validating requests.</summary>
internal static class RequestSignature
{
    // Only these are decoded before signing; the question mark that opens the query is no escape and stays.
    private static readonly (string Escape, string Plain)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"),
        ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    /// <summary>Hexadecimal SHA-256 of secret and body.</summary>
    public static string V1(string secret, ReadOnlySpan<byte> body) => Hash([.. Encoding.UTF8.GetBytes(secret), .. body]);

    /// <summary>Hexadecimal SHA-256 of secret, method, address and body.</summary>
    public static string V2(string secret, string method, string uri, ReadOnlySpan<byte> body) => Hash([.. Encoding.UTF8.GetBytes(secret + method + uri), .. body]);

    /// <summary>Base64 HMAC of method, address, body and the timestamp in milliseconds.</summary>
    public static string V3(string secret, string method, string uri, ReadOnlySpan<byte> body, long timestampMs)
    {
        byte[] source = [.. Encoding.UTF8.GetBytes(method + Decode(uri)), .. body, .. Encoding.UTF8.GetBytes(timestampMs.ToString(CultureInfo.InvariantCulture))];
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), source));
    }

    private static string Decode(string uri)
    {
        foreach (var (escape, plain) in Decoded) uri = uri.Replace(escape, plain, StringComparison.OrdinalIgnoreCase);
        return uri;
    }

    private static string Hash(byte[] source) => Convert.ToHexStringLower(SHA256.HashData(source));
}
