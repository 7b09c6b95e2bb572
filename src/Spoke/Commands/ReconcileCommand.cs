using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Sync;
using Spoke.Sync.Reconcile;

namespace Spoke.Commands;

/// <summary><c>spoke reconcile</c>: compares ledger and portal, to the minor unit; <c>--repair</c> writes again what differs.</summary>
internal static class ReconcileCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileOption();
        var connection = new Option<string?>("--connection") { Description = "Only this connection" };
        var repair = new Option<bool>("--repair") { Description = "Write again what differs: up to 1% of the records, and at most 1,000" };
        var force = new Option<bool>("--force") { Description = "With --repair: however much differs" };
        var json = OperatorJson.Option();
        var command = new Command("reconcile", "Compares what the ledger says with what HubSpot has: records, values, associations, and sums by currency and day. Exits with 1 where they differ.\n\nExamples:\n  spoke reconcile --config spoke.json\n  spoke reconcile --repair") { file, connection, repair, force, json };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(force) && !parsed.GetValue(repair)
            ? throw new UsageException("--force goes with --repair.")
            : RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), parsed.GetValue(repair), parsed.GetValue(force), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? name, bool repair, bool force, bool json, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var (reports, repairs, afterwards) = (new List<DriftReport>(), new List<RepairResult>(), new List<DriftReport>());
        foreach (var connection in sync.Chosen(name))
        {
            var reconciliation = new Reconciliation(sync.Database, connection, new SyncOptions(), TimeProvider.System, sync.Loggers.CreateLogger("Spoke.Sync"));
            var drift = await reconciliation.CompareAsync(force, cancellationToken).ConfigureAwait(false);
            reports.Add(drift);
            if (!json) Print(drift);
            if (!repair || drift.Differing == 0) continue;
            var done = await reconciliation.RepairAsync(drift, force, cancellationToken).ConfigureAwait(false);
            repairs.Add(done);
            if (!json) Print(done);
            if (done.Refused is not null) continue;
            // Whether it is mended is seen by looking again.
            afterwards.Add(await reconciliation.CompareAsync(false, cancellationToken).ConfigureAwait(false));
            if (!json) Print(afterwards[^1]);
        }
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(new ReconcileResult(reports, repairs, afterwards), OperatorJson.Readable.ReconcileResult));
        return reports.All(report => (afterwards.FirstOrDefault(after => after.Name == report.Name) ?? report).InStep) ? ExitCode.Done : ExitCode.NotWell;
    }

    private static void Print(DriftReport drift)
    {
        Terminal.WriteLine($"{drift.Name} -> HubSpot account {drift.Hub}: {(drift.InStep ? "in step" : drift.Differing > 0 ? $"{drift.Differing} records differ" : drift.Waiting > 0 ? "not in step yet" : "sums differ")}; {drift.Records} compared, {drift.Calls} calls");
        if (drift.Waiting > 0) Terminal.WriteLine($"  {drift.Waiting} are on their way and were not compared; run spoke sync --once first for the whole picture");
        var table = new TextTable("  object", "ledger", "HubSpot", "missing", "extra", "different", "associations");
        foreach (var o in drift.Objects) table.Add("  " + o.Object, $"{o.Ledger}", $"{o.HubSpot}", $"{o.Missing}", $"{o.Extra}", $"{o.Different}", $"{o.Associations}");
        table.Write();
        var sums = new TextTable("  orders", $"day ({drift.TimeZone})", "count", "total", "net", "refunded");
        foreach (var sum in drift.Sums) Add(sums, sum);
        foreach (var day in drift.Days) Add(sums, day);
        sums.Write();
        foreach (var e in drift.Examples)
        {
            Terminal.WriteLine($"  {e.What} {e.Object} {e.Key}{(e.RecordId is null ? "" : $", HubSpot record {e.RecordId}")}{(e.Where is null ? "" : ": " + e.Where)}");
            if (e.What is "value" or "link") Terminal.WriteLine($"    ledger {TextTable.Short(e.Ledger ?? "nothing")}, HubSpot {TextTable.Short(string.IsNullOrEmpty(e.HubSpot) ? "nothing" : e.HubSpot)}");
            if (e.Cause is not null) Terminal.WriteLine($"    {e.Cause}");
        }
    }

    private static void Add(TextTable table, SumDrift sum)
    {
        string Both(string ledger, string portal) => ledger == portal ? ledger : $"{ledger} / {portal} in HubSpot";
        table.Add("  " + sum.Currency, sum.Day ?? "all", Both($"{sum.Ledger.Orders}", $"{sum.HubSpot.Orders}"), Both(sum.Ledger.Total, sum.HubSpot.Total), Both(sum.Ledger.Net, sum.HubSpot.Net), Both(sum.Ledger.Refunded, sum.HubSpot.Refunded));
    }

    private static void Print(RepairResult repair)
    {
        if (repair.Refused is not null) Terminal.Error.WriteLine("spoke: " + repair.Refused);
        else Terminal.WriteLine($"  repaired: {repair.Marked} marked; {repair.Written.Created} created, {repair.Written.Updated} updated, {repair.Written.Archived} archived{(repair.LeftAlone > 0 ? $"; {repair.LeftAlone} left alone, because a person has to decide" : "")}");
    }
}

/// <param name="Connections">What was found.</param>
/// <param name="Repairs">What was done about it, with <c>--repair</c>.</param>
/// <param name="Afterwards">What was found when it was done.</param>
internal sealed record ReconcileResult(
    [property: JsonPropertyName("connections")] IReadOnlyList<DriftReport> Connections,
    [property: JsonPropertyName("repairs")] IReadOnlyList<RepairResult> Repairs,
    [property: JsonPropertyName("afterwards")] IReadOnlyList<DriftReport> Afterwards);
