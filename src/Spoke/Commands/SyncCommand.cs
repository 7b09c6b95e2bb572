using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.Composition;
using Spoke.Sync;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;

namespace Spoke.Commands;

/// <summary><c>spoke sync --once</c>: one complete pass over every connection. <c>--reread</c>: with all of a store read anew.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileOption();
        var once = new Option<bool>("--once") { Description = "One complete pass, then stop" };
        var json = new Option<bool>("--json") { Description = "Print the summary as one JSON line" };
        var approve = new Option<bool>("--approve") { Description = "You have looked at the first 50 records of a connection with a canary: let all others follow" };
        var reread = new Option<string?>("--reread") { Description = "Read all of this connection's store again: in this pass with --once, else by the spoke serve that runs, or the next pass", HelpName = "CONNECTION" };
        var command = new Command("sync", "Brings stores and HubSpot in step.\n\nExamples:\n  spoke sync --config spoke.json --once\n  spoke sync --reread shop-main") { file, once, json, approve, reread };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(once) || (parsed.GetValue(reread) is not null && !parsed.GetValue(approve))
            ? RunAsync(new Arguments(parsed.GetValue(file)!, parsed.GetValue(once), parsed.GetValue(json), parsed.GetValue(approve), parsed.GetValue(reread)), cancellationToken)
            : throw new UsageException("say --once for one pass, or 'spoke serve' to run on without end."));
        return command;
    }

    private sealed record Arguments(string File, bool Once, bool Json, bool Approve, string? Reread);

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(arguments.File, cancellationToken).ConfigureAwait(false);
        try
        {
            var (json, approve) = (arguments.Json, arguments.Approve);
            var engine = new SyncEngine(sync.Database, sync.Connections, new SyncOptions(), TimeProvider.System, sync.Loggers);
            if (arguments.Reread is { } name)
            {
                var request = await engine.RereadAsync(sync.Connection(name).Name, cancellationToken).ConfigureAwait(false);
                await Terminal.Error.WriteLineAsync("spoke: " + Reread(request, arguments.Once)).ConfigureAwait(false);
                if (!arguments.Once) return request.State == RereadState.FirstReadComes ? ExitCode.NotWell : ExitCode.Done;
            }
            if (approve && (await engine.ApproveAsync(cancellationToken).ConfigureAwait(false)).Count == 0) await Terminal.Error.WriteLineAsync("spoke: no connection waits for approval.").ConfigureAwait(false);
            var results = await SyncProgressBar.ShowAsync(progress => engine.RunOnceAsync(progress, cancellationToken)).ConfigureAwait(false);
            return await TellAsync(results, json).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync("spoke: stopped. What is in HubSpot is remembered; the next pass goes on from here.").ConfigureAwait(false);
            return ExitCode.Interrupted;
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
        foreach (var summary in summaries.Where(s => s.InStep && s.Counts.Any(count => count.Missing > 0)))
            await Terminal.Error.WriteLineAsync($"spoke: {summary.Name}: HubSpot itself counts {string.Join(" and ", summary.Counts.Where(count => count.Missing > 0).Select(count => $"{count.Missing} {count.Object}"))} fewer than the store has. Its count may lag behind by some moments; if it stays so, say: spoke reconcile").ConfigureAwait(false);
        foreach (var summary in summaries.Where(s => s.AwaitsApproval))
            await Terminal.Error.WriteLineAsync($"spoke: {summary.Name}: the first records are in HubSpot, and nothing else is written. Look at them, then say: spoke sync --once --approve").ConfigureAwait(false);
        var failures = results.Where(result => result.Failure is not null).ToList();
        if (failures.Count == 0) return summaries.All(s => s.InStep) ? ExitCode.Done : ExitCode.NotWell;
        foreach (var failed in failures) await Terminal.Error.WriteLineAsync($"spoke: {failed.Connection}: {ShownText.Of(Failures.Say(failed.Failure!))}").ConfigureAwait(false);
        return failures.Max(failed => Failures.Code(failed.Failure!));
    }

    /// <summary>What asking for it means, and what it costs.</summary>
    private static string Reread(RereadRequest request, bool once) => request.State switch
    {
        RereadState.FirstReadComes => $"the store of {request.Connection} has not been read in full yet, so there is nothing to repeat; the first read goes on.",
        RereadState.UnderWay => $"all of {request.Connection}'s store is being read again already, asked for {TextTable.Moment(request.Since)}. It goes on where it was; when it has come to its end, it can be asked for anew.",
        _ => $"all of {request.Connection}'s store is read again: about {string.Join(", ", request.Known.Select(known => $"{known.Count} {(known.Kind == "company" ? "companies" : known.Kind + "s")}"))} in pages, which uses up the store's limits and none of HubSpot's. What differs is written to HubSpot, what is equal is not; what is gone from the store is asked for before it counts as deleted.",
    } + (once || request.State == RereadState.FirstReadComes ? "" : " A spoke serve that runs begins within seconds and goes on with live changes meanwhile; without one, the next spoke sync --once does it. A restart goes on where it was.");

    private static string Counted(CountedRecords count) => $"{count.Object} {count.InStore} and {count.InHubSpot?.ToString(CultureInfo.InvariantCulture) ?? "not said"}" + count.Missing switch
    {
        > 0 => $" ({count.Missing} missing)",
        < 0 => $" ({-count.Missing} more)",
        _ => "",
    };

    private static void Print(IReadOnlyList<PassSummary> summaries)
    {
        foreach (var s in summaries)
        {
            Terminal.WriteLine($"{s.Name}: {(s.InStep ? "in step" : "not in step")}, {s.Calls} calls, {s.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
            Terminal.WriteLine($"  read      {s.Read.Customers} customers, {s.Read.Orders} orders, {s.Read.Products} products, {s.Read.Carts} carts");
            Terminal.WriteLine($"  written   {s.Written.Created} created, {s.Written.Updated} updated, {s.Written.Unchanged} unchanged, {s.Written.Archived} archived");
            if (s.Counts.Count > 0) Terminal.WriteLine($"  counted   in the store and by HubSpot itself: {string.Join(", ", s.Counts.Select(Counted))}");
            if (s.Quarantined > 0) Terminal.WriteLine($"  quarantine {s.Quarantined}: these wait for somebody to act");
        }
    }
}

internal sealed record SyncResult([property: JsonPropertyName("connections")] IReadOnlyList<PassSummary> Connections);

[JsonSerializable(typeof(SyncResult))]
internal sealed partial class SyncJson : JsonSerializerContext;
