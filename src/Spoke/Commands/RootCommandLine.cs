using System.CommandLine;
using System.Runtime.InteropServices;

namespace Spoke.Commands;

/// <summary>The verbs of the program, one file each; this is their list.</summary>
internal static class RootCommandLine
{
    public static RootCommand Build() => new("Connects online stores to HubSpot, and finds out why calls fail.\n\nExample:\n  spoke up                 everything on this machine, no account needed\n  spoke VERB --help        what a verb does, with an example")
    {
        UpCommand.Create(),
        ServeCommand.Create(),
        SyncCommand.Create(),
        PlanCommand.Create(),
        ApplyCommand.Create(),
        WhyCommand.Create(),
        MappingCommand.Create(),
        QuarantineCommand.Create(),
        PrivacyCommand.Create(),
        ReconcileCommand.Create(),
        ApiCommand.Create(),
        TypesCommand.Create(),
        DoctorCommand.Create(),
        EmulatorCommand.Create(),
        ProxyCommand.Create(),
        McpCommand.Create(),
        ConfigCommand.Create(),
        AuthCommand.Create(),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        // '@FILE' is the data of a call here, never a file of further arguments.
        var parsed = Build().Parse(AsOptions(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if ((parsed.Errors.Count > 0 || WrongUsage.SwallowedOptions(parsed).Count > 0) && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            foreach (var line in WrongUsage.Explain(parsed, args)) await Terminal.Error.WriteLineAsync(line).ConfigureAwait(false);
            return ExitCode.Usage;
        }
        VerbHelp.Arrange(parsed.CommandResult.Command);
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await GuardAsync(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token), stop.Token).ConfigureAwait(false);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;   // the second time it ends at once
            stop.Cancel();
        }
    }

    /// <summary><c>spoke help VERB</c> and <c>spoke version</c> as other programs have them.</summary>
    private static string[] AsOptions(string[] args) => args switch
    {
        [] => ["--help"],
        ["help", .. var verb] => Build().Parse(verb, new ParserConfiguration { ResponseFileTokenReplacer = null }).UnmatchedTokens.Count > 0 ? verb : [.. verb, "--help"],   // a verb that is none is said to be none
        ["version"] => ["--version"],
        _ => args,
    };

    /// <summary>One place where a failure becomes a sentence and an exit code.</summary>
    internal static async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken stopped)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            return await SayAsync(Failures.Say(failure), Failures.Code(failure)).ConfigureAwait(false);
        }
    }

    private static async Task<int> SayAsync(string text, int code)
    {
        await Terminal.Error.WriteLineAsync("spoke: " + ShownText.Of(text)).ConfigureAwait(false);
        return code;
    }
}
