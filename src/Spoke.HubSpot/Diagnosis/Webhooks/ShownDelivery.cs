using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A delivery as somebody kept it: a raw HTTP request, or a JSON object with method, url, headers and body.</summary>
internal sealed class ShownDelivery
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    public string Method { get; private set; } = "POST";

    /// <summary>The address or only its path, as shown; null when none was.</summary>
    public string? Target { get; private set; }
    public byte[] Body { get; private set; } = [];

    /// <summary>What the receiver's own code computed, if that was shown.</summary>
    public string? Computed { get; private set; }

    public string? Header(string name) => _headers.TryGetValue(name, out var value) ? value : null;

    /// <summary>Null when the text is neither.</summary>
    public static ShownDelivery? Read(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        var start = text.TrimStart("\r\n\t "u8);
        return start.IsEmpty ? null : start[0] == '{' ? ReadJson(start) : ReadHttp(start);
    }

    private static ShownDelivery? ReadJson(ReadOnlySpan<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.ToArray());
            var root = document.RootElement;
            var shown = new ShownDelivery { Target = Text(root, "url") ?? Text(root, "uri"), Computed = Text(root, "computed") };
            if (Text(root, "method") is { Length: > 0 } method) shown.Method = method;
            if (root.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
                foreach (var header in headers.EnumerateObject())
                    shown._headers.TryAdd(header.Name, header.Value.ValueKind == JsonValueKind.Array ? string.Join(',', header.Value.EnumerateArray().Select(v => v.ToString())) : header.Value.ToString());
            if (Text(root, "bodyBase64") is { } encoded) shown.Body = Convert.FromBase64String(encoded);
            else if (root.TryGetProperty("body", out var body)) shown.Body = Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText());
            return shown._headers.Count > 0 ? shown : null;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ShownDelivery? ReadHttp(ReadOnlySpan<byte> text)
    {
        var shown = new ShownDelivery();
        var first = true;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString((end < 0 ? text : text[..end]).TrimEnd("\r"u8));
            text = end < 0 ? [] : text[(end + 1)..];
            if (line.Length == 0)
            {
                shown.Body = text.ToArray();
                break;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (first && words.Length is 2 or 3 && words[0].All(char.IsAsciiLetterUpper)) (shown.Method, shown.Target) = (words[0], words[1]);
            else if (colon > 0 && !line.AsSpan(0, colon).Contains(' ')) shown._headers.TryAdd(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            else return null;
            first = false;
        }
        return shown._headers.Count > 0 ? shown : null;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
