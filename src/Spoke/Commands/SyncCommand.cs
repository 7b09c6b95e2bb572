using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Configuration;
using Spoke.Sync;
using Spoke.Sync.Storage;

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
        await using var database = await SyncDatabase.OpenAsync(configuration.Database.Dialect(), cancellationToken).ConfigureAwait(false);
        var connections = Connections.From(configuration, loggers);
        try
        {
            var engine = new SyncEngine(database, connections, new SyncOptions(), TimeProvider.System, loggers);
            var results = await SyncProgressBar.ShowAsync(progress => engine.RunOnceAsync(progress, cancellationToken)).ConfigureAwait(false);
            return await TellAsync(results, json).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync("spoke: stopped. What is in HubSpot is remembered; the next pass goes on from here.").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
        finally
        {
            foreach (var connection in connections) await connection.Store.DisposeAsync().ConfigureAwait(false);
            foreach (var portal in connections.Select(c => c.Portal).Distinct()) portal.Dispose();
        }
    }

    private static async Task<int> TellAsync(IReadOnlyList<PassResult> results, bool json)
    {
        var summaries = results.Select(result => result.Summary).OfType<PassSummary>().ToList();
        if (json && summaries.Count > 0) Terminal.WriteLine(JsonSerializer.Serialize(new SyncResult(summaries), SyncJson.Default.SyncResult));
        else Print(summaries);
        foreach (var summary in summaries)
            foreach (var group in summary.Quarantine)
                await Terminal.Error.WriteLineAsync($"spoke: {summary.Name}: {group.Count} in quarantine, such as {group.Example}: {group.Problem} {group.Fix}".TrimEnd()).ConfigureAwait(false);
        var failures = results.Where(result => result.Failure is not null).ToList();
        if (failures.Count == 0) return summaries.All(s => s.InStep) ? ExitCode.Done : ExitCode.NotWell;
        foreach (var failed in failures) await Terminal.Error.WriteLineAsync($"spoke: {failed.Connection}: {Failures.Say(failed.Failure!)}").ConfigureAwait(false);
        return failures.Max(failed => Failures.Code(failed.Failure!));
    }

    private static void Print(IReadOnlyList<PassSummary> summaries)
    {
        foreach (var s in summaries)
        {
            Terminal.WriteLine($"{s.Name}: {(s.InStep ? "in step" : "not in step")}, {s.Calls} calls, {s.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
            Terminal.WriteLine($"  read      {s.Read.Customers} customers, {s.Read.Orders} orders, {s.Read.Products} products, {s.Read.Carts} carts");
            Terminal.WriteLine($"  written   {s.Written.Created} created, {s.Written.Updated} updated, {s.Written.Unchanged} unchanged, {s.Written.Archived} archived");
            if (s.Quarantined > 0) Terminal.WriteLine($"  quarantine {s.Quarantined}: these wait for somebody to act");
        }
    }
}

internal sealed record SyncResult([property: JsonPropertyName("connections")] IReadOnlyList<PassSummary> Connections);

[JsonSerializable(typeof(SyncResult))]
internal sealed partial class SyncJson : JsonSerializerContext;
