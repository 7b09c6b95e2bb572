using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Who may come in: over TLS by basic authentication or the key pair in the query, over plain HTTP by one-legged OAuth 1.0a in the query.</summary>
internal sealed class WooAuth(WooOptions options, Func<DateTimeOffset> now)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _nonces = [];

    /// <returns>Whether the caller is known; a wrong signature throws.</returns>
    public bool Knows(HttpRequest request)
    {
        if (request.IsHttps && Basic(request) is { } known) return known;
        if (!request.Query.Keys.Any(key => key.StartsWith("oauth_", StringComparison.Ordinal))) return false;
        var missing = new[] { "oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method" }.Where(name => string.IsNullOrEmpty(request.Query[name])).ToList();
        if (missing.Count > 0) throw new WooError(401, "woocommerce_rest_authentication_missing_parameter", $"Missing OAuth parameters {string.Join(", ", missing)}");
        if (request.Query["oauth_consumer_key"] != options.ConsumerKey) throw Refused("Consumer key is invalid.");
        var key = Encoding.UTF8.GetBytes(options.ConsumerSecret + "&");
        var text = Encoding.UTF8.GetBytes(Signed(request));
        var mac = request.Query["oauth_signature_method"].ToString() switch
        {
            "HMAC-SHA256" => HMACSHA256.HashData(key, text),
#pragma warning disable CA5350 // WooCommerce takes SHA-1 too
            "HMAC-SHA1" => HMACSHA1.HashData(key, text),
#pragma warning restore CA5350
            _ => throw Refused("Invalid signature - signature method is invalid."),
        };
        if (Convert.ToBase64String(mac) != request.Query["oauth_signature"].ToString().Replace(' ', '+')) throw Refused("Invalid signature - provided signature does not match.");
        var timestamp = long.TryParse(request.Query["oauth_timestamp"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        if (Math.Abs(now().ToUnixTimeSeconds() - timestamp) > Window.TotalSeconds) throw Refused("Invalid timestamp.");
        lock (_lock)
            if (!_nonces.TryAdd(request.Query["oauth_nonce"]!, timestamp)) throw Refused("Invalid nonce - nonce has already been used.");
        return true;
    }

    private bool? Basic(HttpRequest request)
    {
        var (key, secret) = (request.Query["consumer_key"].ToString(), request.Query["consumer_secret"].ToString());
        if (key.Length == 0 && request.Headers.Authorization.ToString() is { } header && header.StartsWith("Basic ", StringComparison.Ordinal))
            if (Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2) is [var user, var password]) (key, secret) = (user, password);
        if (key.Length == 0) return null;
        if (key != options.ConsumerKey) return false;
        return secret == options.ConsumerSecret ? true : throw Refused("Consumer secret is invalid.");
    }

    // The method, the address and all parameters but the signature, sorted; names and values percent-encoded twice in all.
    // Of a name that comes twice PHP keeps the last, and the official client sends each twice.
    private static string Signed(HttpRequest request)
    {
        var parameters = request.Query.Where(p => p.Key != "oauth_signature").Select(p => (Name: Uri.EscapeDataString(p.Key), Value: Uri.EscapeDataString(p.Value[^1] ?? ""))).OrderBy(p => p.Name, StringComparer.Ordinal);
        return $"{request.Method}&{Uri.EscapeDataString($"{request.Scheme}://{request.Host}{request.Path}")}&{Uri.EscapeDataString(string.Join('&', parameters.Select(p => $"{p.Name}={p.Value}")))}";
    }

    private static WooError Refused(string message) => new(401, "woocommerce_rest_authentication_error", message);
}
