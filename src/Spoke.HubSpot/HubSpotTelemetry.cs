using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Spoke.HubSpot;

/// <summary>
/// What the client tells a listener. Activity source and meter are both named <see cref="Name"/>.
/// Activities: <c>hubspot.call</c> with tags <c>http.request.method</c>, <c>url.path</c>, <c>http.response.status_code</c>, <c>hubspot.attempts</c>, <c>hubspot.cause</c>.
/// Instruments: counter <c>hubspot.calls</c> (by status), histogram <c>hubspot.call.duration</c> (s), histogram <c>hubspot.budget.wait</c> (s), counter <c>hubspot.repeats</c>.
/// </summary>
public static class HubSpotTelemetry
{
    /// <summary>Name of the activity source and the meter.</summary>
    public const string Name = "Spoke.HubSpot";

    internal static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    internal static readonly Counter<long> Calls = Meter.CreateCounter<long>("hubspot.calls");
    internal static readonly Counter<long> Repeats = Meter.CreateCounter<long>("hubspot.repeats");
    internal static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("hubspot.call.duration", "s");
    internal static readonly Histogram<double> BudgetWait = Meter.CreateHistogram<double>("hubspot.budget.wait", "s");
}
