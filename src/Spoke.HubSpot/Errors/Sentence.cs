namespace Spoke.HubSpot;

/// <summary>Puts what happened and what to do together, each a sentence of its own.</summary>
internal static class Sentence
{
    /// <summary>Ends with a mark of its own, or gets a full stop.</summary>
    public static string End(string text)
    {
        var trimmed = text.TrimEnd();
        return trimmed.Length == 0 || trimmed[^1] is '.' or '!' or '?' ? trimmed : trimmed + ".";
    }

    /// <summary>What happened, for those who show the fix on a line of its own.</summary>
    public static string WithoutFix(HubSpotException error) =>
        error.Fix is { Length: > 0 } fix && error.Message.EndsWith(fix, StringComparison.Ordinal) ? error.Message[..^fix.Length].TrimEnd() : error.Message;
}
