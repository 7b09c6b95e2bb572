// The verb `emulator` as a program of its own, compiled ahead of time: no .NET needed where it runs.
using System.CommandLine;
using System.Runtime.InteropServices;
using Spoke.Commands;

var root = EmulatorCommand.Fill(new RootCommand("A HubSpot account on this machine. Example: spoke-emulator --port 4010 --data ./portal --seed small-shop"));
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) await Terminal.Error.WriteLineAsync($"spoke-emulator: {error.Message}").ConfigureAwait(false);
    await Terminal.Error.WriteLineAsync("See 'spoke-emulator --help'.").ConfigureAwait(false);
    return ExitCode.Usage;
}
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (UsageException wrong)
{
    await Terminal.Error.WriteLineAsync($"spoke-emulator: {wrong.Message}").ConfigureAwait(false);
    return ExitCode.Usage;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;   // the second time it ends at once
    stop.Cancel();
}
