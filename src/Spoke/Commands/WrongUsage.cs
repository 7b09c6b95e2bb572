using System.CommandLine;
using System.CommandLine.Parsing;

namespace Spoke.Commands;

/// <summary>Says what is wrong with a command line, what was probably meant, and where to read on.</summary>
internal static class WrongUsage
{
    public static IEnumerable<string> Explain(ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        // An unknown option is taken for the value of an argument, and the last word is then one too many.
        var swallowed = SwallowedOptions(parsed);
        var unmatched = swallowed.Count > 0 ? swallowed : parsed.UnmatchedTokens;
        foreach (var word in unmatched)
            yield return "spoke: " + Unknown(command, word);
        if (unmatched.Count == 0)
            foreach (var error in parsed.Errors) yield return "spoke: " + (args.Count > 0 || command is not RootCommand ? error.Message : "say what to do.");
        yield return $"See '{Path(parsed)} --help'.";
    }

    /// <summary>Options that no command has, standing where an argument belongs. Behind <c>--</c> everything is an argument.</summary>
    public static IReadOnlyList<string> SwallowedOptions(ParseResult parsed) => parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
        ? []
        : [.. parsed.CommandResult.Command.Arguments.Select(parsed.GetResult).OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).Where(word => word.Length > 1 && word[0] == '-')];

    private static string Unknown(Command command, string word)
    {
        var isOption = word.StartsWith('-');
        var known = isOption ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        var meant = known.Select(name => (Name: name, Distance: Distance(word, name))).Where(n => n.Distance <= Math.Max(2, word.Length / 3)).OrderBy(n => n.Distance).Select(n => n.Name).FirstOrDefault();
        var what = isOption ? $"'{command.Name}' has no option {word}." : command.Subcommands.Count > 0 ? $"there is no '{word}'." : $"'{command.Name}' does not take '{word}'.";
        return meant is null ? what : $"{what} Did you mean {meant}?";
    }

    private static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = (System.CommandLine.Parsing.SymbolResult?)parsed.CommandResult; result is System.CommandLine.Parsing.CommandResult at; result = at.Parent)
            names.Push(at.Command is RootCommand ? "spoke" : at.Command.Name);
        return string.Join(' ', names);
    }

    /// <summary>How many letters have to be put in, taken out or changed to come from one word to the other.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
