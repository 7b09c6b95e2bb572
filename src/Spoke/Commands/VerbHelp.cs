using System.CommandLine;
using System.Text.RegularExpressions;

namespace Spoke.Commands;

/// <summary>A verb's description holds its example. Its own help shows the example on lines of its own; the list of verbs does without.</summary>
internal static partial class VerbHelp
{
    public static void Arrange(Command shown)
    {
        if (shown.Description is { } own) shown.Description = InlineExample().Replace(own, "\n\nExample:\n  ");
        foreach (var verb in shown.Subcommands)
            if (verb.Description is { } all) verb.Description = AnyExample().Split(all, 2)[0];
    }

    [GeneratedRegex(@" Example: ")]
    private static partial Regex InlineExample();

    [GeneratedRegex(@"\s+Examples?:\s")]
    private static partial Regex AnyExample();
}
