using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A text with places that a formatting function fills in: <c>{0}</c> of C# and Python, <c>%s</c> and its like of C, Go, Java, PHP and Ruby.</summary>
internal static partial class FormatText
{
    [GeneratedRegex(@"\{[^{}]*\}|%(?:\d+\$|<\w+>|\(\w+\))?[-+#0]*\d*(?:\.\d+)?[sdvqxiuS@]|%\{\w+\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"(?:^|\.)(?:v?s?n?printf|a?s?printf|Sprintf|[fF]ormat|formatted|sprintf_s)$")]
    private static partial Regex Function();

    public static bool IsFunction(string name) => Function().IsMatch(name);

    public static bool HasHoles(string text) => Hole().IsMatch(text);

    /// <summary>The text with its places as what is known only when it runs.</summary>
    public static LocatedText WithHoles(LocatedText text)
    {
        var built = new LocatedText.Builder(text.OffsetAt(0));
        var at = 0;
        foreach (Match hole in Hole().Matches(text.Text))
        {
            if (text.IsFillingAt(hole.Index)) continue;
            built.Add(text.Slice(at, hole.Index - at));
            built.AddFilling(hole.Value, text.OffsetAt(hole.Index));
            at = hole.Index + hole.Length;
        }
        built.Add(text.Slice(at));
        return built.Build();
    }
}
