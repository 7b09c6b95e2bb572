using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.Emulator.Timeline;

/// <summary>
/// A header or detail template: text with the part of Handlebars that HubSpot documents for timelines: values, paths, <c>each</c>, <c>if</c>, <c>unless</c>, <c>with</c>,
/// and its own <c>formatDate</c>. A value that is not there is nothing; values are escaped unless in three braces.
/// </summary>
internal sealed partial class TemplateText
{
    private abstract record Part;
    private sealed record Literal(string Text) : Part;
    private sealed record Value(string Path, bool Raw) : Part;
    private sealed record Block(string Name, string Path, List<Part> Body, List<Part> Otherwise) : Part;

    private readonly List<Part> parts;

    private TemplateText(List<Part> parts) => this.parts = parts;

    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static TemplateText Parse(string text)
    {
        var root = new List<Part>();
        var open = new Stack<(Block Block, List<Part> Outer)>();
        var into = root;
        var at = 0;
        foreach (Match match in Tag().Matches(text))
        {
            if (match.Index > at) into.Add(new Literal(text[at..match.Index]));
            at = match.Index + match.Length;
            var inside = match.Groups["inside"].Value.Trim();
            if (match.Groups["raw"].Success) into.Add(new Value(match.Groups["raw"].Value.Trim(), Raw: true));
            else if (inside.StartsWith('!')) continue;
            else if (inside.StartsWith('#'))
            {
                var words = inside[1..].Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                if (words.Length < 2 || words[0] is not ("each" or "if" or "unless" or "with" or "formatDate")) throw new FormatException($"{{{{{inside}}}}} is no block that is known");
                var block = new Block(words[0], words[1].Split(' ')[0], [], []);
                into.Add(block);
                open.Push((block, into));
                into = block.Body;
            }
            else if (inside.StartsWith('/'))
            {
                if (!open.TryPop(out var closed) || closed.Block.Name != inside[1..].Trim()) throw new FormatException($"{{{{{inside}}}}} closes nothing that is open");
                into = closed.Outer;
            }
            else if (inside is "else" or "^") into = open.TryPeek(out var present) ? present.Block.Otherwise : throw new FormatException("{{else}} stands outside of any block");
            else if (inside.Length == 0 || inside.Contains(' ') || inside[0] is '>' or '^' or '&') throw new FormatException($"{{{{{inside}}}}} is not a name");
            else into.Add(new Value(inside, Raw: false));
        }
        if (open.TryPeek(out var left)) throw new FormatException($"{{{{#{left.Block.Name}}}}} is not closed");
        if (text.IndexOf("{{", at, StringComparison.Ordinal) >= 0) throw new FormatException("a tag is not closed");
        if (at < text.Length) into.Add(new Literal(text[at..]));
        return new TemplateText(root);
    }

    /// <param name="date">How a moment, in unix milliseconds, is shown.</param>
    public string Render(JsonObject values, Func<long, string> date)
    {
        var text = new StringBuilder();
        Render(parts, new Scope(values, null, null), date, text);
        return text.ToString();
    }

    private sealed record Scope(JsonNode? Here, Scope? Outer, string? Key, int Index = 0);

    private static void Render(List<Part> parts, Scope scope, Func<long, string> date, StringBuilder text)
    {
        foreach (var part in parts)
            switch (part)
            {
                case Literal literal: text.Append(literal.Text); break;
                case Value value:
                    var shown = Show(Find(scope, value.Path));
                    text.Append(value.Raw ? shown : WebUtility.HtmlEncode(shown));
                    break;
                case Block block: Render(block, scope, date, text); break;
            }
    }

    private static void Render(Block block, Scope scope, Func<long, string> date, StringBuilder text)
    {
        var found = Find(scope, block.Path);
        switch (block.Name)
        {
            case "formatDate": text.Append(Crm.ValueRules.TryMoment(Show(found), out var ms) ? date(ms) : ""); break;
            case "if": Render(Holds(found) ? block.Body : block.Otherwise, scope, date, text); break;
            case "unless": Render(Holds(found) ? block.Otherwise : block.Body, scope, date, text); break;
            case "with" when Holds(found): Render(block.Body, new Scope(found, scope, null), date, text); break;
            case "each" when found is JsonArray { Count: > 0 } items:
                for (var i = 0; i < items.Count; i++) Render(block.Body, new Scope(items[i], scope, i.ToString(CultureInfo.InvariantCulture), i), date, text);
                break;
            case "each" when found is JsonObject { Count: > 0 } members:
                var place = 0;
                foreach (var (name, member) in members) Render(block.Body, new Scope(member, scope, name, place++), date, text);
                break;
            default: Render(block.Otherwise, scope, date, text); break;
        }
    }

    private static JsonNode? Find(Scope scope, string path)
    {
        while (path.StartsWith("../", StringComparison.Ordinal)) (scope, path) = (scope.Outer ?? scope, path[3..]);
        if (path is "@key" or "@index") return path == "@key" ? scope.Key : scope.Index;
        if (scope.Here is JsonObject own && own.ContainsKey(path)) return own[path];   // names of tokens may hold dots
        JsonNode? node = scope.Here;
        foreach (var step in Steps(path))
            node = node switch
            {
                JsonObject members => members[step],
                JsonArray items => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count ? items[index] : null,
                _ => null,
            };
        return node;
    }

    /// <summary>The names of <c>extraData.list[1].name</c> one by one; <c>this</c> and <c>.</c> are none.</summary>
    private static IEnumerable<string> Steps(string path) =>
        path.Replace("this.", "", StringComparison.Ordinal).Split(['.', '[', ']', '/'], StringSplitOptions.RemoveEmptyEntries).Where(step => step != "this");

    private static bool Holds(JsonNode? node) => node switch
    {
        null => false,
        JsonArray items => items.Count > 0,
        JsonObject => true,
        _ => Show(node) is not ("" or "false" or "0"),
    };

    private static string Show(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value => value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        _ => node.ToJsonString(),
    };

    [GeneratedRegex(@"\{\{\{(?<raw>[^{}]*)\}\}\}|\{\{(?<inside>[^{}]*)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
