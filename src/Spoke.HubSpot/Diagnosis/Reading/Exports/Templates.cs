using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Fills in the <c>{{variables}}</c> of an export or a .http file.</summary>
/// <param name="source">The file the texts stand in.</param>
/// <param name="find">The setting of a name; null: nothing sets it.</param>
internal sealed partial class Templates(SourceText source, Func<string, Setting?> find)
{
    private const int DeepestReference = 6;

    [GeneratedRegex(@"\{\{\s*(?:_\.|_\[['""])?([^{}]*?)(?:['""]\])?\s*\}\}|\{%[^%]*%\}")]
    private static partial Regex Template();

    // Values a program makes, asks for or takes from elsewhere when the request runs.
    [GeneratedRegex(@"^\$|^process\.env\.|^vault:|^prompt|\.(response|request)\.|^\?", RegexOptions.IgnoreCase)]
    private static partial Regex MadeWhenItRuns();

    [GeneratedRegex("""(?:\.set|setEnvVar|setVar|setGlobalEnvVar|setCollectionVar|globals?\.set|client\.global\.set)\(\s*\\?['"]([\w.-]+)""")]
    private static partial Regex SetByScript();

    private readonly HashSet<string> _byScript = [.. source.Text.Length > 4_000_000 ? [] : SetByScript().Matches(source.Text).Select(m => m.Groups[1].Value)];

    /// <summary>The text with its variables filled in. What nothing sets stays as it is, or becomes a gap in an address.</summary>
    public LocatedText Fill(LocatedText text, ShownRequest request, bool gaps = false) => Fill(text, request, gaps, 0);

    private LocatedText Fill(LocatedText text, ShownRequest request, bool gaps, int depth)
    {
        if (!text.Text.Contains("{{", StringComparison.Ordinal) && !text.Text.Contains("{%", StringComparison.Ordinal)) return text;
        var filled = new LocatedText.Builder(text.OffsetAt(0));
        var at = 0;
        foreach (Match template in Template().Matches(text.Text))
        {
            filled.Add(text.Slice(at, template.Index - at));
            at = template.Index + template.Length;
            var place = text.OffsetAt(template.Index);
            var name = template.Groups[1].Value;
            var setting = name.Length == 0 ? null : find(name);
            if (setting?.Value is { } value && depth < DeepestReference)
            {
                request.Named.Add((name, value.Text));
                if (value.Length == 0) Empty(request, text.Slice(template.Index, template.Length), setting.Origin(name));
                else if (setting.Source == source) filled.Add(Fill(value, request, gaps, depth + 1));
                else
                {
                    request.Origins[place] = request.Origins.TryGetValue(place, out var outer) ? $"{outer}, with {setting.Origin(name)}" : setting.Origin(name);
                    filled.Add(Fill(value.MovedTo(place), request, gaps, depth + 1));
                }
                if (value.Length == 0) filled.AddFilling(template.Value, place);
            }
            else if (setting is not null || name.Length == 0 || MadeWhenItRuns().IsMatch(name) || _byScript.Contains(name)) filled.AddFilling(template.Value, place);
            else if (gaps)
            {
                filled.AddFilling(template.Value, place);
                request.Remarks.Add(new Sighting("V03", request.KnowsEnvironment ? Confidence.Certain : Confidence.Likely, text.Slice(template.Index, template.Length), "address", $"nothing that was given sets the variable {name}{(request.KnowsEnvironment ? "" : "; an environment file may")}"));
            }
            else filled.Add(text.Slice(template.Index, template.Length));
        }
        filled.Add(text.Slice(at));
        return filled.Build();
    }

    /// <summary>An export leaves out what was only typed in on one machine.</summary>
    private static void Empty(ShownRequest request, LocatedText place, string origin)
    {
        if (!request.Remarks.Exists(r => r.Cause == "V06" && r.Shows.StartsWith(origin, StringComparison.Ordinal)))
            request.Remarks.Add(new Sighting("V06", Confidence.Possible, place, "variable", origin + " is empty as exported; exports leave out values that were typed in on one machine only") { Fix = "Look whether the variable has a value in the environment that is selected." });
    }
}
