namespace Spoke.Emulator.Faults;

/// <summary>A kind of fault, and what it does in a few words.</summary>
/// <param name="IsCause">The id of a cause of the catalogue.</param>
internal sealed record FaultKind(string Name, string Does, bool IsCause)
{
    /// <summary><c>slow</c> and <c>search-lag</c> take <c>:MS</c>.</summary>
    public bool TakesMilliseconds => Name is "slow" or "search-lag";

    /// <summary>Some causes show only over several calls: a stale token beside a fresh one is refused every second time.</summary>
    public FaultPlan UsualPlan => Name == "X16" ? new FaultPlan(Times: null, Every: 2) : new FaultPlan();
}

/// <summary>Everything that can be asked for, by name and by the id of a cause.</summary>
internal static class FaultKinds
{
    private static readonly FaultKind[] Named =
    [
        new("429-ten-secondly", "the refusal of the ten-second limit", false),
        new("429-daily", "the refusal of the daily limit", false),
        new("429-search", "the refusal of the search limit", false),
        new("423", "the record is locked", false),
        new("500", "an internal error", false),
        new("502", "Bad Gateway, in HTML, from before the server", false),
        new("503", "Service Unavailable, in HTML, from before the server", false),
        new("504", "Gateway Time-out, in HTML, from before the server", false),
        new("timeout", "no answer until the caller gives up", false),
        new("slow", "carried out after so many milliseconds", false),
        new("lost-response", "carried out, then the connection drops", false),
        new("half-batch", "half of the inputs are carried out, then 500", false),
        new("search-lag", "search runs behind writes by so many milliseconds, until cleared", false),
        new("hublet-move", "477: the account is being moved", false),
    ];

    /// <summary>Ids that a server can play: those that differ in what it answers, and those it answers as if no credential were there.</summary>
    private static readonly string[] Causes =
    [
        .. FaultReplies.AsIfNoCredential,
        "V02", "K01", "K03", "K06", "K14", "X01", "X02", "X03", "X05", "X06", "X07", "X12", "X13", "X14", "X15", "X16",
        "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P10", "P11", "P12", "P13", "R02", "R04", "R05", "R06", "R09", "R10", "R11", "R13", "R14", "R16",
    ];

    public static IReadOnlyList<FaultKind> Described { get; } = [.. Named, .. Causes.Order(StringComparer.Ordinal).Select(id => new FaultKind(id, CauseTitles.Of(id), true))];

    public static IReadOnlyList<string> All { get; } = [.. Described.Select(kind => kind.Name)];

    /// <summary>Causes that no answer of a fault can bring about, and why not.</summary>
    public static IReadOnlyList<(string Id, string Why)> NotPlayed { get; } =
    [
        ("H07", "the standard allows more than one space, so such a call is carried out"),
        ("H13", "case does not matter, so such a call is carried out"),
        ("R01", "the call goes to another host; one of another data centre is judged by its name, without a fault"),
        ("R12", "lies in the caller's own program"),
        ("R15", "the refusing side is the receiver of a webhook"),
        ("R17", "the proxy of Spoke answers by itself"),
        ("X08", "the token endpoint judges the form by itself"),
    ];

    public static FaultKind? Find(string name) => Described.FirstOrDefault(kind => kind.Name == name);
}
