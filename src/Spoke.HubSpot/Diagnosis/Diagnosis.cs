namespace Spoke.HubSpot;

/// <summary>How far the doctor got.</summary>
public enum Verdict
{
    /// <summary>At least one cause is certain.</summary>
    CauseFound,

    /// <summary>A cause is likely, none is proved.</summary>
    Likely,

    /// <summary>Nothing that could be looked at is wrong.</summary>
    Healthy,

    /// <summary>Something is wrong, or may be, and what was shown does not tell what.</summary>
    Unknown,
}

/// <summary>How sure a finding is.</summary>
public enum Confidence
{
    /// <summary>What was shown proves it.</summary>
    Certain,

    /// <summary>The best explanation of what was shown.</summary>
    Likely,

    /// <summary>Could be; something else may explain it as well.</summary>
    Possible,
}

/// <summary>What speaks for a finding.</summary>
/// <param name="Where">Part and place, such as <c>header Authorization, column 52; line 1, column 76</c>.</param>
/// <param name="Shows">What is there. Secrets are masked.</param>
public sealed record Evidence(string Where, string Shows)
{
    /// <summary>Where in the text; null when the evidence is not a place.</summary>
    internal LocatedText? Place { get; init; }

    /// <summary>The text it stands in, and what of it is secret.</summary>
    internal SecretPlaces? Secrets { get; init; }
}

/// <summary>A cause that the doctor names.</summary>
/// <param name="Id">Id in the catalogue, see <see cref="Causes"/>.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Where the cause is known from.</param>
public sealed record Finding(string Id, string Title, Confidence Confidence, IReadOnlyList<Evidence> Evidence, string Fix, string Source);

/// <summary>What was found of one request.</summary>
/// <param name="Place">Where the request stands; null when nothing of it has a place.</param>
internal sealed record RequestFindings(int Number, LocatedText? Place, SourceText Source, IReadOnlyList<Finding> Findings);

/// <summary>A cause that was looked for and is not there.</summary>
/// <param name="Note">Why that is worth saying, such as for lower-case <c>bearer</c>; null when it is not.</param>
public sealed record RuledOut(string Id, string? Note);

/// <summary>Scopes of the call.</summary>
/// <param name="Needed">Any one of these opens the endpoint. Of the live portal: what a sync needs.</param>
/// <param name="Missing">Not granted, as far as known.</param>
public sealed record ScopeFindings(IReadOnlyList<string> Needed, IReadOnlyList<string> Missing)
{
    /// <summary>Every entry is needed, not any one.</summary>
    internal bool NeedsAll { get; init; }
}

/// <summary>The call as it should be, in four languages. The token comes from the environment variable HUBSPOT_ACCESS_TOKEN.</summary>
public sealed record CorrectedCall(string Curl, string Python, string JavaScript, string CSharp)
{
    /// <summary>For cmd, when the call was written for it; null otherwise.</summary>
    public string? Cmd { get; init; }

    /// <summary>For PowerShell, when the call was written for it; null otherwise.</summary>
    public string? PowerShell { get; init; }
}

/// <summary>What the doctor found.</summary>
public sealed record Diagnosis
{
    /// <summary>How far it got.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The causes, best first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was looked for and is not there.</summary>
    public IReadOnlyList<RuledOut> RuledOut { get; init; } = [];

    /// <summary>Scopes of the call.</summary>
    public ScopeFindings Scopes { get; init; } = new([], []);

    /// <summary>The call as it should be; null when no call was shown.</summary>
    public CorrectedCall? Corrected { get; init; }

    /// <summary>Facts worth knowing that are no causes: of the live portal its account, clock and limits; of a text what cannot be told from it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What to do next when no cause is certain.</summary>
    public string? Next { get; init; }

    /// <summary>Why nothing could be read; null when something was.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The live portal answered that it cannot answer now (a limit, a lock, 5xx), so it could not be judged.</summary>
    public bool PortalUnavailable { get; init; }

    /// <summary>All requests, where several were given; each judged for itself.</summary>
    public IReadOnlyList<ExaminedRequest> Requests { get; init; } = [];

    /// <summary>Number of the request that <see cref="Findings"/> explains, where several were given: the first that fails.</summary>
    public int? Explained { get; init; }

    /// <summary>The findings of each request for itself; empty where there is no text whose places could be told.</summary>
    internal IReadOnlyList<RequestFindings> Each { get; init; } = [];

    /// <summary>The answer shown is a limit's, which says nothing against the call.</summary>
    internal bool IsRateLimit { get; init; }

    /// <summary>As one line of JSON, in the form that <c>spoke doctor --json</c> prints.</summary>
    public string ToJson() => DiagnosisJson.Write(this);

    /// <summary>As a SARIF 2.1.0 log, for tools that show findings at their place in a file.</summary>
    public string ToSarif() => DiagnosisSarif.Write(this);

    /// <summary>As a page for people: the line at fault with the place underlined, evidence, fix, what was ruled out, the corrected call.</summary>
    public override string ToString() => DiagnosisText.Write(this);
}
