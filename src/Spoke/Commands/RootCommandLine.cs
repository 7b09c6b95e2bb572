using System.CommandLine;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Storage;

namespace Spoke.Commands;

/// <summary>The verbs of the program, one file each; this is their list.</summary>
internal static class RootCommandLine
{
    public static RootCommand Build() => new("Connects online stores to HubSpot, and finds out why calls fail.")
    {
        UpCommand.Create(),
        SyncCommand.Create(),
        ApiCommand.Create(),
        DoctorCommand.Create(),
        EmulatorCommand.Create(),
        ConfigCommand.Create(),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        // '@FILE' is the data of a call here, never a file of further arguments.
        var parsed = Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Terminal.Error.WriteLineAsync("spoke: " + error.Message).ConfigureAwait(false);
            await Terminal.Error.WriteLineAsync($"See 'spoke {string.Join(' ', parsed.CommandResult.Command is RootCommand ? [] : new[] { parsed.CommandResult.Command.Name, "" })}--help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        using var stop = new CancellationTokenSource();
        Terminal.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        return await GuardAsync(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, stop.Token), stop.Token).ConfigureAwait(false);
    }

    /// <summary>One place where a failure becomes a sentence and an exit code.</summary>
    private static async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken stopped)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (UsageException wrong)
        {
            return await SayAsync(wrong.Message, ExitCode.Usage).ConfigureAwait(false);
        }
        catch (HubSpotException refused)
        {
            return await SayAsync(refused.Message + (refused.Cause is { } cause ? $" [{cause}]" : ""), ExitCode.Refused).ConfigureAwait(false);
        }
        catch (StoreException refused)
        {
            return await SayAsync(refused.Message, ExitCode.Refused).ConfigureAwait(false);
        }
        catch (Exception unusable) when (unusable is StorageException or InvalidDataException)
        {
            return await SayAsync(unusable.Message, ExitCode.Usage).ConfigureAwait(false);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            return await SayAsync(unusable.Message, ExitCode.Usage).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return await SayAsync($"this is a fault of spoke itself, nothing acknowledged is lost: {fault}", ExitCode.OurFault).ConfigureAwait(false);
        }
    }

    private static async Task<int> SayAsync(string text, int code)
    {
        await Terminal.Error.WriteLineAsync("spoke: " + text).ConfigureAwait(false);
        return code;
    }
}
