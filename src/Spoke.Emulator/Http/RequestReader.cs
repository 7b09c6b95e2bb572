using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Spoke.Emulator.Auth;

namespace Spoke.Emulator.Http;

/// <summary>Takes from a web request what the emulator needs of it.</summary>
internal static class RequestReader
{
    /// <summary>Two Authorization headers are as good as none.</summary>
    public static Credentials Credentials(HttpRequest request, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        var headers = request.Headers.Authorization;
        string? key = null;
        foreach (var (name, value) in query)
            if (name == "hapikey") key = value;
        return new Credentials(headers.Count == 1 ? headers[0] : null, key, request.Host.Host);
    }

    /// <summary>Decoded; one slash at the end does not count.</summary>
    public static string[] Segments(string path)
    {
        var text = path.AsSpan(1);
        if (text.Length > 1 && text[^1] == '/') text = text[..^1];
        var segments = new string[text.Count('/') + 1];
        var at = 0;
        foreach (var range in text.Split('/'))
        {
            var segment = text[range];
            // A slash inside a segment is still escaped here; everything else is not.
            segments[at++] = segment.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(segment) : segment.ToString();
        }
        return segments;
    }

    /// <summary>In order of appearance, decoded.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Query(HttpRequest request)
    {
        if (!request.QueryString.HasValue) return [];
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
            pairs.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return pairs;
    }

    // A longer one has to arrive before memory is given for it.
    private const int LargestReadAtOnce = 1024 * 1024;

    public static async ValueTask<byte[]> BodyAsync(HttpContext context)
    {
        var length = context.Request.ContentLength;
        if (length is 0 || (length is null && !context.Request.Headers.ContainsKey("Transfer-Encoding"))) return [];
        if (length is > 0 and <= LargestReadAtOnce)
        {
            var body = GC.AllocateUninitializedArray<byte>((int)length);
            await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted).ConfigureAwait(false);
            return body;
        }
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, context.RequestAborted).ConfigureAwait(false);
        return memory.ToArray();
    }
}
