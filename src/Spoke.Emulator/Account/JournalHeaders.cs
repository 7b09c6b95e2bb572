using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>The headers of a request, kept as they came and masked when somebody looks: most are never looked at, and every request pays for its journal.</summary>
internal readonly struct JournalHeaders
{
    private static readonly string[] Telling = ["auth", "token", "secret", "key", "cookie", "signature", "password"];
    private readonly KeyValuePair<string, StringValues>[]? _sent;

    public JournalHeaders(IHeaderDictionary headers)
    {
        _sent = new KeyValuePair<string, StringValues>[headers.Count];
        headers.CopyTo(_sent, 0);
    }

    /// <summary>With whatever authenticates masked.</summary>
    public IEnumerable<KeyValuePair<string, string>> Shown => (_sent ?? []).Select(header => new KeyValuePair<string, string>(header.Key, IsSecret(header.Key) ? Masked(header.Value.ToString()) : Secrets.Mask(header.Value.ToString())));

    public static EmulatorReplyHead? Of(EmulatorReply? reply) => reply is null ? null : new EmulatorReplyHead(reply.ContentType, reply.Headers, reply.CorrelationId, reply.Body.Length);

    private static bool IsSecret(string name) => Array.Exists(Telling, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>A scheme word stays, for it is often what is wrong.</summary>
    private static string Masked(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space is > 0 and < 12 ? value[..(space + 1)] + Secrets.MaskToken(value.AsSpan(space + 1)) : Secrets.MaskToken(value);
    }
}
