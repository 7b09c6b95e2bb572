using Microsoft.AspNetCore.Http;

namespace Spoke.Proxy.Journal;

/// <summary>Headers without what is secret in them.</summary>
internal static class MaskedHeaders
{
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
        var list = new List<KeyValuePair<string, string>>(head.Count + content.Count);
        foreach (var (name, values) in head) list.Add(new(name, IsSecret(name) ? "****" : values.ToString()));
        foreach (var (name, values) in content) list.Add(new(name, values.ToString()));
        return [.. list];
    }

    /// <summary>By name: whoever sends a secret under a name of his own mostly calls it so.</summary>
    private static bool IsSecret(string name) =>
        name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Cookie", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Key", StringComparison.OrdinalIgnoreCase)
        || name.Contains("token", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Contains("hapikey", StringComparison.OrdinalIgnoreCase) || name.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
}
