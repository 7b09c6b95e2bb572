using System.Text;
using Microsoft.Net.Http.Headers;

namespace Spoke.Emulator.Http;

/// <summary>One part of a multipart/form-data body.</summary>
internal sealed record BodyPart(string Name, string? FileName, string? ContentType, ReadOnlyMemory<byte> Content)
{
    public string Text => Encoding.UTF8.GetString(Content.Span);
}

/// <summary>
/// Takes a multipart/form-data body apart. The framework's reader only works asynchronously on streams, and here all bytes are already there under a lock;
/// its parsers of the two headers are used.
/// </summary>
internal static class MultipartBody
{
    private const int MostParts = 1_000;

    /// <summary>Null when the content type is not multipart/form-data with a boundary, or the body does not keep to it.</summary>
    public static IReadOnlyList<BodyPart>? Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType != "multipart/form-data" || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } name) return null;
        var (delimiter, parts) = (Encoding.UTF8.GetBytes("\r\n--" + name), new List<BodyPart>());
        var rest = body;
        if (!rest.Span.StartsWith(delimiter.AsSpan(2))) return null;
        rest = rest[(delimiter.Length - 2)..];
        while (!rest.Span.StartsWith("--"u8))
        {
            var headerEnd = rest.Span.IndexOf("\r\n\r\n"u8);
            if (headerEnd < 0 || parts.Count == MostParts) return null;
            var headers = Encoding.UTF8.GetString(rest.Span[..headerEnd]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            rest = rest[(headerEnd + 4)..];
            // An empty part's delimiter begins with the line end of its headers.
            var end = rest.Span.StartsWith(delimiter.AsSpan(2)) ? -2 : rest.Span.IndexOf(delimiter);
            if (end == -1) return null;
            if (Part(headers, end < 0 ? default : rest[..end]) is not { } part) return null;
            parts.Add(part);
            rest = rest[(end + delimiter.Length)..];
        }
        return parts;
    }

    private static BodyPart? Part(IEnumerable<string> headers, ReadOnlyMemory<byte> content)
    {
        ContentDispositionHeaderValue? disposition = null;
        string? type = null;
        foreach (var header in headers)
        {
            if (header.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase)) ContentDispositionHeaderValue.TryParse(header[20..].Trim(), out disposition);
            else if (header.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase)) type = header[13..].Trim();
        }
        if (disposition is null || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } name) return null;
        var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString() : disposition.FileName.HasValue ? HeaderUtilities.RemoveQuotes(disposition.FileName).ToString() : null;
        return new BodyPart(name, fileName, type, content);
    }
}
