using System.CommandLine;
using Spoke.Composition;
using Spoke.Sync;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Commands;

/// <summary><c>spoke serve</c>: the engine, the stores' webhooks and the console, for as long as it runs.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileOption();
        var port = new Option<int>("--port") { Description = "Port of the console and of the webhooks at /hooks/CONNECTION. 0 picks a free one", DefaultValueFactory = _ => 5050 };
        var command = new Command("serve", "Keeps stores and HubSpot in step until it is stopped: takes webhooks, asks the stores every five minutes, shows the console.\n\nExample:\n  spoke serve --config spoke.json --port 5050") { file, port };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(port), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, int port, CancellationToken cancellationToken)
    {
        if (port is < 0 or > 65535) throw new UsageException($"--port is 0 to 65535, not {port}.");
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        if (sync.Connections.Count == 0) throw new UsageException($"{file} names no connection, so there is nothing to keep in step. Add one under \"connections\".");
        using var taken = ConsolePort.Take(port);
        var engine = new SyncEngine(sync.Database, sync.Connections, new SyncOptions(), TimeProvider.System, sync.Loggers);
        await using var console = await ConsoleHost.StartAsync(taken, new OverviewReader(sync.Database, sync.Connections, TimeProvider.System), engine, cancellationToken).ConfigureAwait(false);
        foreach (var unattended in sync.Connections.Where(connection => connection is { PushesTo: null, Store.Subscriptions: not null }))
            Terminal.Error.WriteLine($"spoke: the webhooks of {unattended.Name}'s store are not looked after, because {file} has no publicUrl; it is asked for changes every five minutes.");
        await SayWhereAsync(engine, taken.BaseUrl, cancellationToken).ConfigureAwait(false);
        Terminal.WriteLine("ready " + taken.BaseUrl.GetLeftPart(UriPartial.Authority));
        await engine.RunAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Interrupted;
    }

    /// <summary>So that <c>spoke doctor</c> finds it.</summary>
    private static async Task SayWhereAsync(SyncEngine engine, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Webhooks.OpenedAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // the engine says so, and what arrives is answered with 503 until it can be kept
        }
    }
}
