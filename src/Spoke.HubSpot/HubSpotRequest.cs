using System.Text;

namespace Spoke.HubSpot;

/// <summary>One call in plain terms: for paths the typed members do not cover.</summary>
/// <param name="Method">GET, POST, PUT, PATCH, DELETE or HEAD.</param>
/// <param name="Path">Path and query from the root, such as <c>/crm/v3/objects/contacts?limit=100</c>.</param>
public sealed record HubSpotRequest(string Method, string Path)
{
    /// <summary>The method, in upper case however it was given.</summary>
    public string Method { get; init; } = Method.ToUpperInvariant();

    /// <summary>What to send, JSON unless <see cref="ContentType"/> says otherwise; null for nothing.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is, as the header says it. Default <c>application/json</c>.</summary>
    public string ContentType { get; init; } = JsonType;

    /// <summary>
    /// Sending it twice does the same as once, so that it may be sent again when nobody knows whether it was carried out.
    /// Default: GET, PUT, DELETE and PATCH, and POSTs to <c>/search</c>, <c>/batch/read</c>, <c>/batch/update</c>, <c>/batch/upsert</c> and <c>/batch/archive</c>.
    /// </summary>
    public bool? Repeatable { get; init; }

    /// <summary>Makes a request with a JSON text as its body.</summary>
    public static HubSpotRequest WithJson(string method, string path, string json) => new(method, path) { Body = Encoding.UTF8.GetBytes(json) };

    /// <summary>A developer account's key, sent in the query as HubSpot demands, in place of the token; never part of <see cref="Path"/>, which is shown.</summary>
    internal string? DeveloperKey { get; init; }

    internal const string JsonType = "application/json";

    internal bool IsSearch => Method == "POST" && Path.StartsWith("/crm/", StringComparison.Ordinal) && EndsWith("/search");

    internal bool IsAssociation => PathOnly.Contains("/associations/", StringComparison.Ordinal);

    internal bool IsRepeatable => Repeatable ?? (Method is "GET" or "PUT" or "DELETE" or "PATCH" or "HEAD"
        || EndsWith("/search") || EndsWith("/batch/read") || EndsWith("/batch/update") || EndsWith("/batch/upsert") || EndsWith("/batch/archive"));

    internal ReadOnlySpan<char> PathOnly => Path.AsSpan(0, Path.IndexOf('?') is var q and >= 0 ? q : Path.Length);

    /// <summary>The path without its query and without secrets: what may be shown, logged and traced.</summary>
    internal string MaskedPath => SecretMask.Text(PathOnly.ToString());

    private bool EndsWith(string text) => PathOnly.EndsWith(text, StringComparison.Ordinal);
}
