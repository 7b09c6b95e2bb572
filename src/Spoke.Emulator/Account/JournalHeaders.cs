using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>The headers the journal keeps, with whatever authenticates masked.</summary>
internal static class JournalHeaders
{
    private static readonly string[] Telling = ["auth", "token", "secret", "key", "cookie", "signature", "password"];

    public static IReadOnlyList<KeyValuePair<string, string>> Of(HttpRequest request)
    {
        var kept = new KeyValuePair<string, string>[request.Headers.Count];
        var at = 0;
        foreach (var (name, value) in request.Headers)
            if (at < kept.Length) kept[at++] = new(name, IsSecret(name) ? Masked(value.ToString()) : value.ToString());
        return kept;
    }

    public static EmulatorReplyHead? Of(EmulatorReply? reply) => reply is null ? null : new EmulatorReplyHead(reply.ContentType, reply.Headers, reply.CorrelationId, reply.Body.Length);

    private static bool IsSecret(string name)
    {
        foreach (var word in Telling)
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>A scheme word stays, for it is often what is wrong.</summary>
    private static string Masked(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space is > 0 and < 12 ? value[..(space + 1)] + Secrets.MaskToken(value.AsSpan(space + 1)) : Secrets.MaskToken(value);
    }
}
