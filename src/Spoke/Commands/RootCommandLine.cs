using System.CommandLine;

namespace Spoke.Commands;

/// <summary>The verbs of the program, one file each; this is their list.</summary>
internal static class RootCommandLine
{
    public static RootCommand Build()
    {
        var root = new RootCommand("Connects online stores to HubSpot.");
        root.Add(ApiCommand.Create());
        return root;
    }
}
