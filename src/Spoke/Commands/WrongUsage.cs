using System.CommandLine;

namespace Spoke.Commands;

/// <summary>Says what is wrong with a command line, what was probably meant, and where to read on.</summary>
internal static class WrongUsage
{
    public static IEnumerable<string> Explain(ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens;
        foreach (var word in unmatched)
            yield return "spoke: " + Unknown(command, word);
        if (unmatched.Count == 0)
            foreach (var error in parsed.Errors) yield return "spoke: " + (args.Count > 0 || command is not RootCommand ? error.Message : "say what to do.");
        yield return $"See '{Path(parsed)} --help'.";
    }

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
