using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Spoke.Composition;
using Spoke.Configuration;
using Spoke.Sync;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Commands;

/// <summary><c>spoke sync --once</c>: one complete pass over every connection.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--config") { Description = "The configuration", DefaultValueFactory = _ => "spoke.json" };
        var once = new Option<bool>("--once") { Description = "One complete pass, then stop" };
        var json = new Option<bool>("--json") { Description = "Print the summary as one JSON line" };
        var command = new Command("sync", "Brings stores and HubSpot in step. Example: spoke sync --config spoke.json --once") { file, once, json };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(once)
            ? RunAsync(parsed.GetValue(file)!, parsed.GetValue(json), cancellationToken)
            : throw new UsageException("say --once: running on without end ('spoke serve') is not in this version."));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool json, CancellationToken cancellationToken)
    {
        var (configuration, problems) = ConfigurationFile.Read(file);
        if (configuration is null) throw new UsageException(string.Join("\n       ", problems));
        using var loggers = Logs.ToStandardError();
        await using var database = await SyncDatabase.OpenAsync(new SqliteDialect(configuration.DatabasePath), cancellationToken).ConfigureAwait(false);
        var connections = Connections.From(configuration, loggers);
        var engine = new SyncEngine(database, connections, new SyncOptions(), TimeProvider.System, loggers);
        var summaries = await WithProgressAsync(progress => engine.RunOnceAsync(progress, cancellationToken)).ConfigureAwait(false);
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(new SyncResult(summaries), SyncJson.Default.SyncResult));
        else Print(summaries);
        foreach (var connection in connections) await connection.Store.DisposeAsync().ConfigureAwait(false);
        foreach (var portal in connections.Select(c => c.Portal).Distinct()) portal.Dispose();
        return summaries.All(s => s.InStep) ? ExitCode.Done : ExitCode.NotWell;
    }

    /// <summary>A bar on a terminal; nothing where the output is read by a program.</summary>
    private static async Task<IReadOnlyList<PassSummary>> WithProgressAsync(Func<IProgress<SyncProgress>?, Task<IReadOnlyList<PassSummary>>> run)
    {
        if (Terminal.IsErrorRedirected) return await run(null).ConfigureAwait(false);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Terminal.Error) });
        IReadOnlyList<PassSummary> result = [];
        await terminal.Progress().AutoClear(true).StartAsync(async context =>
        {
            var task = context.AddTask("starting");
            result = await run(new Progress<SyncProgress>(p =>
            {
                task.Description = p.Phase == "reading" ? $"{p.Connection}: read {p.Read}" : $"{p.Connection}: {p.Pushed} pushed, {p.Waiting} waiting, about {p.CallsLeft} calls, {p.Left.TotalSeconds:0} s left";
                task.Value = p.Pushed + p.Waiting == 0 ? 0 : 100.0 * p.Pushed / (p.Pushed + p.Waiting);
            })).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return result;
    }

    private static void Print(IReadOnlyList<PassSummary> summaries)
    {
        foreach (var s in summaries)
        {
            Terminal.WriteLine($"{s.Name}: {(s.InStep ? "in step" : "not in step")}, {s.Calls} calls, {s.Seconds:0.0} s");
            Terminal.WriteLine($"  read      {s.Read.Customers} customers, {s.Read.Orders} orders, {s.Read.Products} products, {s.Read.Carts} carts");
            Terminal.WriteLine($"  written   {s.Written.Created} created, {s.Written.Updated} updated, {s.Written.Unchanged} unchanged, {s.Written.Archived} archived");
            if (s.Quarantined > 0) Terminal.WriteLine($"  quarantine {s.Quarantined}: these wait for somebody to act");
        }
    }
}

internal sealed record SyncResult([property: JsonPropertyName("connections")] IReadOnlyList<PassSummary> Connections);

[JsonSerializable(typeof(SyncResult))]
internal sealed partial class SyncJson : JsonSerializerContext;
