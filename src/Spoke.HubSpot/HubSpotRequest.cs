using System.Text;

namespace Spoke.HubSpot;

/// <summary>One call in plain terms: for paths the typed members do not cover.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">Path and query from the root, such as <c>/crm/v3/objects/contacts?limit=100</c>.</param>
public sealed record HubSpotRequest(string Method, string Path)
{
    /// <summary>JSON to send; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Sending it twice does the same as once, so a lost answer may be repeated. Default: GET, PUT, DELETE and PATCH, and POSTs that only read.</summary>
    public bool? Repeatable { get; init; }

    /// <summary>Makes a request with a JSON text as its body.</summary>
    public static HubSpotRequest WithJson(string method, string path, string json) => new(method, path) { Body = Encoding.UTF8.GetBytes(json) };

    internal bool IsSearch => Method == "POST" && PathOnly.EndsWith("/search", StringComparison.Ordinal);

    internal bool IsRepeatable => Repeatable ?? (Method is "GET" or "PUT" or "DELETE" or "PATCH" or "HEAD"
        || PathOnly.EndsWith("/search", StringComparison.Ordinal) || PathOnly.EndsWith("/batch/read", StringComparison.Ordinal)
        || PathOnly.EndsWith("/batch/update", StringComparison.Ordinal) || PathOnly.EndsWith("/batch/upsert", StringComparison.Ordinal)
        || PathOnly.EndsWith("/batch/archive", StringComparison.Ordinal));

    internal string PathOnly => Path.IndexOf('?') is var q and >= 0 ? Path[..q] : Path;
}

/// <summary>What came back, whole.</summary>
public sealed record HubSpotResponse(int StatusCode, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>2xx.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;
}
