using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Signs a query by one-legged OAuth 1.0a, which WooCommerce wants over plain http: the secret itself never travels.</summary>
internal static class WooOAuth
{
    /// <param name="endpoint">The address without a query.</param>
    /// <returns>The query with what the signature adds.</returns>
    public static List<KeyValuePair<string, string>> Sign(HttpMethod method, Uri endpoint, IEnumerable<KeyValuePair<string, string>> query, string key, string secret, DateTimeOffset at)
    {
        List<KeyValuePair<string, string>> all =
        [
            .. query,
            new("oauth_consumer_key", key),
            new("oauth_nonce", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
            new("oauth_signature_method", "HMAC-SHA256"),
            new("oauth_timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("oauth_version", "1.0"),
        ];
        var parameters = string.Join('&', all.Select(p => (Name: Uri.EscapeDataString(p.Key), Value: Uri.EscapeDataString(p.Value))).OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));
        var text = $"{method.Method}&{Uri.EscapeDataString(endpoint.GetLeftPart(UriPartial.Path))}&{Uri.EscapeDataString(parameters)}";
        all.Add(new("oauth_signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(text)))));
        return all;
    }
}
