using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Faults;

namespace Spoke.Emulator.Control;

/// <summary>Reads a fault from the body of <c>POST /_emulator/faults</c>; what it matches may stand in <c>match</c> or beside the kind.</summary>
internal static class FaultRequest
{
    private static readonly HashSet<string> Members =
        ["kind", "match", "method", "path", "token", "portal", "headers", "times", "after", "every", "probability", "seed", "from", "until"];

    /// <exception cref="ArgumentException">The kind is unknown, or a member is missing, unknown or out of range.</exception>
    public static Fault Read(JsonElement request)
    {
        foreach (var member in request.EnumerateObject())
            if (!Members.Contains(member.Name)) throw new ArgumentException($"A fault has no member '{member.Name}'. Members: {string.Join(", ", Members)}.");
        var (kind, argument) = Kind(request);
        return new Fault(Match(request), Plan(request, kind), kind.Name, argument);
    }

    private static (FaultKind Kind, int Argument) Kind(JsonElement request)
    {
        var text = request.Text("kind") ?? throw Unknown("kind is missing.");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = FaultKinds.Find(colon < 0 ? text : text[..colon]) ?? throw Unknown($"There is no fault '{text}'.");
        if (!kind.TakesMilliseconds) return colon < 0 ? (kind, 0) : throw Unknown($"{kind.Name} takes no ':'.");
        return colon >= 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            ? (kind, ms)
            : throw new ArgumentException($"{kind.Name} needs milliseconds: {kind.Name}:500");
    }

    private static FaultMatch Match(JsonElement request)
    {
        var match = request.TryGetProperty("match", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : request;
        KeyValuePair<string, string>[]? headers = null;
        if (match.TryGetProperty("headers", out var given))
        {
            if (given.ValueKind != JsonValueKind.Object) throw new ArgumentException("""headers is an object of names and values: {"x-test":"*"}; * asks only that the header is there.""");
            headers = [.. given.EnumerateObject().Select(header => new KeyValuePair<string, string>(header.Name, header.Value.AsText() ?? "*"))];
        }
        long? portal = match.Text("portal") is { } hub ? long.TryParse(hub, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw new ArgumentException("portal is the account's number, such as 1000001.") : null;
        return new FaultMatch(match.Text("method"), match.Text("path") is { } path ? new PathPattern(path) : null, match.Text("token"), portal, headers);
    }

    private static FaultPlan Plan(JsonElement request, FaultKind kind)
    {
        var usual = kind.UsualPlan;
        var probability = Number(request, "probability") ?? usual.Probability;
        if (probability is not (> 0 and <= 1)) throw new ArgumentException("probability is above 0 and at most 1.");
        var until = Moment(request, "until");
        // What is played by chance or for a time has no number of plays of its own.
        var times = request.Int("times") ?? (probability < 1 || until is not null ? null : usual.Times);
        if (times < 1) throw new ArgumentException("times is 1 or more.");
        var plan = new FaultPlan(times, request.Int("after") ?? usual.After, request.Int("every") ?? usual.Every, probability, request.Int("seed") ?? usual.Seed, Moment(request, "from"), until);
        if (plan.After < 0) throw new ArgumentException("after is 0 or more.");
        return plan.Every < 1 ? throw new ArgumentException("every is 1 or more.") : plan;
    }

    private static double? Number(JsonElement request, string name) => request.Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new ArgumentException($"{name} is a number.");

    private static DateTimeOffset? Moment(JsonElement request, string name) => request.Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : throw new ArgumentException($"{name} is an ISO 8601 time, such as 2026-12-01T00:00:00Z.");

    private static ArgumentException Unknown(string what) => new($"{what} Known kinds: {string.Join(", ", FaultKinds.All)}");
}
