using System.Buffers;
using System.Text;

namespace Spoke.Proxy.Forwarding;

/// <summary>
/// <c>paging.next.link</c> names HubSpot's own host. Followed as it stands it would go past the proxy and without a token, so it is made to
/// lead through the proxy. Nothing else of a body is touched: a property that happens to be called "link" is data.
/// </summary>
internal static class PagingLinks
{
    private static ReadOnlySpan<byte> Paging => "\"paging\""u8;

    /// <summary>The address by way of the proxy; null when it is not one of the portal's.</summary>
    public static string? Through(string link, Portal portal, string ownBase)
    {
        if (!Uri.TryCreate(link, UriKind.Absolute, out var url) || !portal.Owns(url)) return null;
        var path = link.IndexOf('/', link.IndexOf("//", StringComparison.Ordinal) + 2);
        return path < 0 ? ownBase + "/" : ownBase + link[path..];
    }

    /// <summary>The same bytes where there is no such link.</summary>
    public static byte[] Rewrite(byte[] json, Portal portal, string ownBase)
    {
        if (json.AsSpan().IndexOf(Paging) < 0) return json;
        var written = new ArrayBufferWriter<byte>(json.Length + 256);
        Rewrite(json, written, portal, ownBase);
        return written.WrittenSpan.ToArray();
    }

    public static void Rewrite(ReadOnlySpan<byte> json, IBufferWriter<byte> output, Portal portal, string ownBase)
    {
        while (json.IndexOf(Paging) is var at and >= 0)
        {
            var (start, length) = Link(json[at..]);
            if (length == 0 || Through(Encoding.UTF8.GetString(json.Slice(at + start, length)), portal, ownBase) is not { } through)
            {
                output.Write(json[..(at + Paging.Length)]);
                json = json[(at + Paging.Length)..];
                continue;
            }
            output.Write(json[..(at + start)]);
            output.Write(Encoding.UTF8.GetBytes(through));
            json = json[(at + start + length)..];
        }
        output.Write(json);
    }

    /// <summary>Up to where a part of a body can be rewritten without what follows: a paging object that is cut off has to wait.</summary>
    public static int Complete(ReadOnlySpan<byte> json)
    {
        var last = json.LastIndexOf(Paging);
        if (last >= 0 && json[last..].IndexOf((byte)'}') < 0 && json.Length - last < 8192) return last;
        for (var tail = Math.Min(Paging.Length - 1, json.Length); tail > 0; tail--)
            if (Paging.StartsWith(json[^tail..])) return json.Length - tail;
        return json.Length;
    }

    /// <summary>Where the link stands in <c>"paging":{"next":{…"link":"…"</c>; length 0 when it is anything else.</summary>
    private static (int Start, int Length) Link(ReadOnlySpan<byte> json)
    {
        var at = Paging.Length;
        if (!Take(json, ref at, ":"u8) || !Take(json, ref at, "{"u8) || !Take(json, ref at, "\"next\""u8) || !Take(json, ref at, ":"u8) || !Take(json, ref at, "{"u8)) return default;
        while (true)
        {
            var name = Text(json, ref at);
            if (name.Length == 0 || !Take(json, ref at, ":"u8)) return default;
            var value = Text(json, ref at);
            if (value.Length == 0) return default;
            if (json.Slice(name.Start, name.Length).SequenceEqual("link"u8)) return value;
            if (!Take(json, ref at, ","u8)) return default;
        }
    }

    private static bool Take(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> mark)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        if (!json[at..].StartsWith(mark)) return false;
        at += mark.Length;
        return true;
    }

    private static (int Start, int Length) Text(ReadOnlySpan<byte> json, ref int at)
    {
        if (!Take(json, ref at, "\""u8)) return default;
        var start = at;
        while (at < json.Length && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
        if (at >= json.Length) return default;
        return (start, at++ - start);
    }
}
