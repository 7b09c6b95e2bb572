using Spoke.HubSpot;

namespace Spoke.Sync.Insight;

/// <summary>Why a connection cannot go on, kept as one text: what happened, what to do, which cause; a line each, the last two where known.</summary>
internal sealed record HealthNote(string Problem, string? Fix, string? Cause)
{
    public static string Of(Exception failure)
    {
        if (failure is not HubSpotException { Fix: { Length: > 0 } fix } refused) return OneLine(failure.Message);
        var problem = refused.Message.EndsWith(fix, StringComparison.Ordinal) ? refused.Message[..^fix.Length] : refused.Message;
        return string.Join('\n', OneLine(problem), OneLine(fix), refused.Cause ?? "");
    }

    public static HealthNote Read(string? text)
    {
        var lines = (text ?? "").Split('\n');
        return new HealthNote(lines[0], Line(lines, 1), Line(lines, 2));
    }

    private static string? Line(string[] lines, int at) => lines.Length > at && lines[at].Length > 0 ? lines[at] : null;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
