using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Finds the calls in a HAR, a Postman or Insomnia export, an OpenAPI description, a list of endpoints, or source code.</summary>
internal static class CallFinder
{
    private const int DeepestJson = 64;

    /// <exception cref="FormatException">A list of endpoints has a line whose first word is no method, or names no path that HubSpot publishes.</exception>
    public static IReadOnlyList<FoundCall> Find(string text)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \r\n\t");
        if (start.StartsWith("{") || start.StartsWith("["))
        {
            try
            {
                using var document = JsonDocument.Parse(start.ToString(), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DeepestJson });
                return Distinct(JsonCalls.Find(document.RootElement));
            }
            catch (JsonException)
            {
                // A list in JavaScript looks like JSON, too.
            }
        }
        if (CallList.Read(text) is { } list) return Distinct(list);
        return Distinct(YamlPaths.IsOne(text) ? YamlPaths.Find(text) : SourceCalls.Find(text).Concat(SdkCalls.Find(text)));
    }

    /// <summary>Each once; a place that tells the method goes before one that does not.</summary>
    public static IReadOnlyList<FoundCall> Distinct(IEnumerable<FoundCall> calls) => [.. calls.GroupBy(call => (call.Method, call.Path)).Select(same => same.FirstOrDefault(call => call.IsMethodKnown) ?? same.First())];
}
