using System.Globalization;

namespace Spoke.Emulator.Faults;

/// <summary>Which calls a fault is for. Everything left out matches any call.</summary>
/// <param name="Path">See <see cref="PathPattern"/>.</param>
/// <param name="Token">The whole token of the call.</param>
/// <param name="HubId">The account the token belongs to.</param>
/// <param name="Headers">Names and values; the value <c>*</c> asks only that the header is there.</param>
internal sealed record FaultMatch(string? Method = null, PathPattern? Path = null, string? Token = null, long? HubId = null, IReadOnlyList<KeyValuePair<string, string>>? Headers = null)
{
    public bool Matches(FaultedCall call) =>
        (Method is null || Method.Equals(call.Method, StringComparison.OrdinalIgnoreCase))
        && (Path is null || Path.Matches(call.Path))
        && (Token is null || call.Token == Token)
        && (HubId is null || call.HubId == HubId)
        && (Headers is null || Headers.All(wanted => call.Header(wanted.Key) is { Length: > 0 } sent && (wanted.Value == "*" || sent.Equals(wanted.Value, StringComparison.OrdinalIgnoreCase))));
}

/// <summary>When a fault is played on the calls it matches.</summary>
/// <param name="Times">How often; null: until it is cleared.</param>
/// <param name="After">So many matching calls pass first.</param>
/// <param name="Every">From then on one in so many is played, the first of them; 1 plays on each.</param>
/// <param name="Probability">Of each matching call, 0 to 1; 1 plays on every one.</param>
/// <param name="Seed">Of the random numbers: the same seed gives the same calls, one caller at a time.</param>
/// <param name="From">Not before this moment of the emulator's clock.</param>
/// <param name="Until">Not from this moment on.</param>
internal sealed record FaultPlan(int? Times = 1, int After = 0, int Every = 1, double Probability = 1, int Seed = 1, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>A fault to be played on the calls it matches. Whoever uses it holds the list's lock.</summary>
/// <param name="kind">One of <see cref="FaultKinds.All"/>.</param>
/// <param name="argument">Milliseconds of <c>slow</c>.</param>
internal sealed class Fault(FaultMatch match, FaultPlan plan, string kind, int argument)
{
    private readonly Random _dice = new(plan.Seed);
    private int _toPass = plan.After;
    private long _matched;

    /// <summary>Its number in the list.</summary>
    public int Id { get; set; }
    public FaultMatch Match { get; } = match;
    public FaultPlan Plan { get; } = plan;
    public string Kind { get; } = kind;
    public int Argument { get; } = argument;

    /// <summary>As it is asked for: <c>slow:500</c>.</summary>
    public string Name => Kind == "slow" ? string.Create(CultureInfo.InvariantCulture, $"slow:{Argument}") : Kind;

    /// <summary>How often it is still played; null: without an end.</summary>
    public int? Left { get; private set; } = plan.Times;
    public int Played { get; private set; }

    /// <summary>One that is off keeps its place and its count.</summary>
    public bool On { get; set; } = true;
    public bool Spent => Left <= 0;

    /// <summary>Whether it is played on this call; counts it if so.</summary>
    public bool Takes(FaultedCall call)
    {
        if (!On || Spent || call.At < Plan.From || call.At >= Plan.Until || !Match.Matches(call)) return false;
        if (_toPass > 0)
        {
            _toPass--;
            return false;
        }
        if (_matched++ % Plan.Every != 0) return false;
        if (Plan.Probability < 1 && _dice.NextDouble() >= Plan.Probability) return false;
        Left--;
        Played++;
        return true;
    }
}
