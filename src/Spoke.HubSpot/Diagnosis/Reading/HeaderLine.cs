using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A header that code writes as a line of text, alone or among the lines of several.</summary>
internal static partial class HeaderLine
{
    [GeneratedRegex(@"(?:^|\n)(?<name>Authorization:)", RegexOptions.IgnoreCase)]
    private static partial Regex Begin();

    /// <summary>Where the header begins in a text; -1 where there is none.</summary>
    public static int StartOf(string text) => Begin().Match(text) is { Success: true } match ? match.Groups["name"].Index : -1;

    /// <summary>Lines end where PHP's streams take several in one text; elsewhere a line end is part of the value.</summary>
    public static ShownHeader Of(LocatedText whole, int begin, SourceText source)
    {
        var line = whole.Slice(begin);
        if (source.Text.Contains("stream_context", StringComparison.Ordinal))
            for (var i = 0; i < line.Length; i++)
                if (line.Text[i] == '\n' && !line.IsFillingAt(i)) { line = line.Slice(0, i > 0 && line.Text[i - 1] == '\r' ? i - 1 : i); break; }
        var colon = line.Text.IndexOf(':');
        return new ShownHeader(line.Slice(0, colon), CurlCall.AfterColon(line.Slice(colon + 1)));
    }
}
