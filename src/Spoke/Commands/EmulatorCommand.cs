using System.CommandLine;
using Spoke.Emulator;

namespace Spoke.Commands;

/// <summary><c>spoke emulator</c>: a HubSpot account on this machine.</summary>
internal static class EmulatorCommand
{
    public static Command Create() => Fill(new Command("emulator", "Runs a HubSpot account on this machine. Example: spoke emulator --port 4010 --data ./portal"));

    /// <summary>Gives a command the emulator's options and its action: the verb here, and the whole of the native binary.</summary>
    public static T Fill<T>(T command) where T : Command
    {
        var port = new Option<int>("--port") { Description = "Port on the loopback address; 0 picks a free one", DefaultValueFactory = _ => 4010 };
        var data = new Option<string?>("--data") { Description = "Folder that keeps the account over restarts; without it everything is in memory" };
        var limits = new Option<string>("--limits") { Description = "The account's limits: off, starter, pro or enterprise", DefaultValueFactory = _ => "pro" };
        var seed = new Option<string?>("--seed") { Description = "What the account holds at the start: empty, small-shop, 100k (records), or a seed file" };
        limits.AcceptOnlyFromAmong("off", "starter", "pro", "enterprise");
        foreach (var option in (Option[])[port, data, limits, seed]) command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new EmulatorOptions { Port = parsed.GetValue(port), DataDirectory = parsed.GetValue(data), Seed = parsed.GetValue(seed), Limits = Enum.Parse<LimitTier>(parsed.GetValue(limits)!, ignoreCase: true) };
            try
            {
                options.Validate();
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }
            await using var emulator = await StartAsync(options, cancellationToken).ConfigureAwait(false);
            Terminal.WriteLine($"ready http://127.0.0.1:{emulator.BaseUrl.Port}");
            await Waiting.UntilAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Interrupted;
        });
        return command;
    }

    private static async Task<EmulatorServer> StartAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await Ports.BindAsync(options.Port, () => EmulatorServer.StartAsync(options, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The data folder is in use, damaged or cannot be written; the message names the place and what to do.
            throw new UsageException(refused.Message);
        }
    }
}

/// <summary>Waits to be told to stop.</summary>
internal static class Waiting
{
    public static Task UntilAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(stopped.SetResult);
        return stopped.Task;
    }
}
