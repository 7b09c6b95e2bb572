namespace Spoke.Emulator.Http;

/// <summary>One request that has passed the gate, free of any web server's types so that it can be recorded and played again.</summary>
internal sealed class EmulatorCall
{
    public required string Method { get; init; }

    /// <summary>Decoded path segments: <c>crm</c>, <c>v3</c>, <c>objects</c>, <c>contacts</c>.</summary>
    public required string[] Segments { get; init; }

    /// <summary>Query parameters in order of appearance, decoded; a name may repeat.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The Content-Type header as it was sent; multipart bodies cannot be read without it.</summary>
    public string? ContentType { get; init; }

    /// <summary>The moment the call is carried out. Nothing behind the gate asks another clock, so a replay gives the same state.</summary>
    public required DateTimeOffset At { get; init; }
    public required Caller Caller { get; init; }

    public string? QueryValue(string name)
    {
        foreach (var (key, value) in Query)
            if (key == name) return value;
        return null;
    }

    public IEnumerable<string> QueryValues(string name) => Query.Where(pair => pair.Key == name).Select(pair => pair.Value);
}

/// <summary>Who is calling, as the gate found out from the credential.</summary>
/// <param name="Token">The access token itself; only for endpoints that describe it, never for output.</param>
/// <param name="IsOAuth">An app installed by OAuth, which has limits of its own.</param>
internal sealed record Caller(long HubId, long AppId, long UserId, IReadOnlySet<string> Scopes, string Token, bool IsOAuth = false);
