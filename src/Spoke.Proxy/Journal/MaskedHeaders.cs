using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Spoke.Proxy.Journal;

/// <summary>Headers without what is secret in them.</summary>
internal static class MaskedHeaders
{
    // The same two dozen names come with every call; looking them through costs more than passing the call on.
    private const int MostNames = 1000;
    private static readonly ConcurrentDictionary<string, bool> s_isSecret = new(StringComparer.Ordinal);

    public static KeyValuePair<string, string>[] Of(IHeaderDictionary headers)
    {
        var list = new KeyValuePair<string, string>[headers.Count];
        var i = 0;
        foreach (var (name, values) in headers) list[i++] = new(name, IsSecret(name) ? "****" : values.ToString());
        return list;
    }

    public static KeyValuePair<string, string>[] Of(HttpResponseMessage answer)
    {
        var (head, content) = (answer.Headers.NonValidated, answer.Content.Headers.NonValidated);
        var list = new KeyValuePair<string, string>[head.Count + content.Count];
        var i = 0;
        foreach (var (name, values) in head) list[i++] = new(name, IsSecret(name) ? "****" : values.ToString());
        foreach (var (name, values) in content) list[i++] = new(name, values.ToString());
        return list;
    }

    /// <summary>By name: whoever sends a secret under a name of his own mostly calls it so.</summary>
    private static bool IsSecret(string name)
    {
        if (s_isSecret.TryGetValue(name, out var known)) return known;
        var secret = SaysSecret(name);
        if (s_isSecret.Count < MostNames) s_isSecret.TryAdd(name, secret);
        return secret;
    }

    private static bool SaysSecret(string name) =>
        name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Cookie", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Key", StringComparison.OrdinalIgnoreCase)
        || name.Contains("token", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Contains("hapikey", StringComparison.OrdinalIgnoreCase) || name.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
}
