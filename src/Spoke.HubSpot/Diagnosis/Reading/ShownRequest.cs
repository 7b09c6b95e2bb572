namespace Spoke.HubSpot;

/// <summary>In what form a request was shown.</summary>
internal enum Dialect { Bash, Cmd, PowerShell, PowerShellRequest, Http, Transcript, Program, Fragment, Har, Collection, Log }

/// <summary>A header as shown.</summary>
internal sealed record ShownHeader(LocatedText Name, LocatedText Value)
{
    /// <summary>By name, whatever nobody sees in it.</summary>
    public bool Is(string name) => Name.Text.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (Name.Length > name.Length && string.Concat(Name.Text.Where(c => c < 128)).Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a reader or a rule saw that speaks for a cause.</summary>
/// <param name="Place">Where; null: in the request as a whole.</param>
/// <param name="Part">What part of the request that is, such as <c>header Authorization</c>.</param>
internal sealed record Sighting(string Cause, Confidence Confidence, LocatedText? Place, string Part, string Shows)
{
    /// <summary>What column within the part; null when that says nothing.</summary>
    public int? ColumnInPart { get; init; }

    /// <summary>What to do here, when the catalogue's fix can be said more closely.</summary>
    public string? Fix { get; init; }

    /// <summary>Causes that this one explains: sure as they may be, they are told after it.</summary>
    public IReadOnlyList<string> Weakens { get; init; } = [];
}

/// <summary>A request that somebody shows, as far as its text tells, every part with its place in the source.</summary>
internal sealed class ShownRequest(SourceText source, Dialect dialect)
{
    public SourceText Source { get; } = source;
    public Dialect Dialect { get; } = dialect;

    /// <summary>From 1 where several are shown.</summary>
    public int Number { get; set; } = 1;
    public string? Name { get; set; }
    public LocatedText? GivenMethod { get; set; }
    public string Method { get; set; } = "GET";
    public LocatedText? Url { get; set; }
    public List<ShownHeader> Headers { get; } = [];
    public LocatedText? Body { get; set; }
    public string? BodyFile { get; set; }
    public List<LocatedText> FormParts { get; } = [];

    /// <summary>A body belongs to it, and none was shown: a log line tells of a call without it, and a token is never asked for without one.</summary>
    public bool LacksBody => Body is null && BodyFile is null && FormParts.Count == 0 && Method is "POST" or "PUT" or "PATCH" && (Dialect == Dialect.Log || Session.IsTokenCall(this) && Address.Parameter("grant_type") is null);

    /// <summary>The query that code gives beside the address.</summary>
    public List<(LocatedText Name, LocatedText Value)> Query { get; } = [];

    /// <summary>User and password of a basic login.</summary>
    public LocatedText? User { get; set; }

    /// <summary>A file, not shown, from which the command takes headers.</summary>
    public LocatedText? HeaderFile { get; set; }
    public bool FollowsRedirects { get; set; }

    /// <summary>Facts worth telling that are no causes.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the reader itself saw.</summary>
    public List<Sighting> Remarks { get; } = [];
    public ShownAnswer? Answer { get; set; }

    /// <summary>The request before this one in the same transcript, when an answer redirected it here.</summary>
    public ShownRequest? RedirectedFrom { get; set; }

    /// <summary>When it was sent, as far as a recording tells.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The process or worker that a log line names.</summary>
    public string? Process { get; set; }

    /// <summary>Calls of the same recording that belong to this one's story, such as the refresh that failed before it.</summary>
    public List<ShownRequest> Linked { get; } = [];

    /// <summary>The recording holds no header that could carry a secret: whatever made it took them out.</summary>
    public bool IsSanitized { get; set; }

    /// <summary>Whatever made the recording masks tokens, so a mask says nothing about what was sent.</summary>
    public bool MasksTokens { get; set; }

    /// <summary>The proxy of Spoke recorded it or answered: the token that HubSpot saw is the proxy's own.</summary>
    public bool IsThroughProxy { get => _throughProxy || Answer?.IsThroughProxy == true; set => _throughProxy = value; }
    private bool _throughProxy;

    /// <summary>An environment was given with the request, so a variable that nothing sets is missing.</summary>
    public bool KnowsEnvironment { get; set; }

    /// <summary>Where values that come from another file stand there, by the place where they are used.</summary>
    public Dictionary<int, string> Origins { get; } = [];

    /// <summary>Its answer was a redirect, and the recording shows where it led.</summary>
    public bool WasFollowed { get; set; }

    /// <summary>Values the text names elsewhere, such as <c>client_secret</c>, by name.</summary>
    public List<(string Name, string Value)> Named { get; } = [];

    public IEnumerable<ShownHeader> Authorizations => Headers.Where(h => h.Is("Authorization"));

    public ShownHeader? Header(string name) => Headers.Find(h => h.Is(name));

    public ShownAddress Address => _address ??= ShownAddress.Of(Url);
    private ShownAddress? _address;

    public ShownCredential Credential => _credential ??= ShownCredential.Of(this);
    private ShownCredential? _credential;

    /// <summary>The published endpoints whose path fits, the most literal first.</summary>
    public IReadOnlyList<PublishedEndpoint> Published => _published ??= Url is null ? [] : [.. EndpointCatalogue.Matches(Address.ApiPath)];
    private IReadOnlyList<PublishedEndpoint>? _published;

    public PublishedEndpoint? Endpoint => Address.IsForeign ? null : Published.FirstOrDefault(e => e.Method == Method);

    /// <summary>Methods of the templates that fit the path most literally: /contacts/search is no contact called search.</summary>
    public List<string> PublishedMethods => [.. Published.Where(e => Open(e) == Open(Published[0])).Select(e => e.Method).Distinct()];

    private static int Open(PublishedEndpoint endpoint) => endpoint.Template.Count(c => c == '{');

    /// <summary>Causes any rule saw here, also those that others explain away.</summary>
    public HashSet<string> Causes { get; } = new(StringComparer.Ordinal);
}
