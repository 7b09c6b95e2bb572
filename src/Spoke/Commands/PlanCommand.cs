using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Sync;
using Spoke.Sync.Planning;

namespace Spoke.Commands;

/// <summary><c>spoke plan</c>: what a pass would do. Reads the stores; writes nothing to HubSpot.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var file = ConfigCommand.FileOption();
        var connection = new Option<string?>("--connection") { Description = "Only this connection" };
        var output = new Option<string?>("--out") { Description = "Keep the plan in this file, for spoke apply. There is data of customers in it" };
        var code = new Option<bool>("--exit-code") { Description = "Exit with 1 if there is anything to write" };
        var json = OperatorJson.Option();
        var command = new Command("plan", "Says what a pass would write to HubSpot, in how many calls and minutes, and writes nothing.\n\nExamples:\n  spoke plan --config spoke.json\n  spoke plan --out monday.plan && spoke apply monday.plan") { file, connection, output, code, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), parsed.GetValue(output), parsed.GetValue(code), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? connection, string? output, bool code, bool json, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var maker = new PlanMaker(sync.Database, sync.Chosen(connection), new SyncOptions(), TimeProvider.System, sync.Loggers.CreateLogger("Spoke.Sync"));
        var plan = await SyncProgressBar.ShowAsync(progress => MakeAsync(maker, output, progress, cancellationToken)).ConfigureAwait(false);
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(plan, OperatorJson.Readable.PlanSummary));
        else Print(plan, output);
        return code && plan.HasChanges ? ExitCode.NotWell : ExitCode.Done;
    }

    /// <summary>A plan is there whole or not at all, and for its owner's eyes.</summary>
    private static async Task<PlanSummary> MakeAsync(PlanMaker maker, string? output, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        if (output is null) return await maker.MakeAsync(null, progress, cancellationToken).ConfigureAwait(false);
        var making = output + ".part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            PlanSummary plan;
            await using (var stream = new FileStream(making, options)) plan = await maker.MakeAsync(stream, progress, cancellationToken).ConfigureAwait(false);
            File.Move(making, output, overwrite: true);
            return plan;
        }
        finally
        {
            File.Delete(making);
        }
    }

    private static void Print(PlanSummary plan, string? output)
    {
        foreach (var c in plan.Connections)
        {
            Terminal.WriteLine($"{c.Name} -> HubSpot account {c.Hub}: read {c.Read.Customers} customers, {c.Read.Orders} orders, {c.Read.Products} products, {c.Read.Carts} carts");
            if (c.Store is { } store) Terminal.WriteLine($"  store: {StoreText.Of(store.Platform, store.Version, store.Currency)}");
            var table = new TextTable("  object", "create", "update", "archive", "unchanged", "found in HubSpot already");
            foreach (var o in c.Objects)
                table.Add("  " + o.Object, Number(o.Create), Number(o.Update), Number(o.Archive), Number(o.Unchanged), o.LookedUp == 0 ? "" : $"{o.Existing} of {o.LookedUp} looked up{(o.Existing > 0 ? ": linked, not made" : "")}");
            table.Write();
            Terminal.WriteLine($"  associations: {c.Associate} to make, {c.Dissociate} to remove");
            Terminal.WriteLine($"  about {c.Calls} calls, {c.Minutes.ToString("0.##", CultureInfo.InvariantCulture)} minutes at {c.CallsInTenSeconds} calls in ten seconds");
            if (c.MissingScopes is null) Terminal.WriteLine("  scopes: HubSpot does not say which this token has");
            else if (c.MissingScopes.Count > 0) Terminal.WriteLine($"  missing scopes: {string.Join(", ", c.MissingScopes)}. Without them a pass is refused");
            else Terminal.WriteLine("  scopes: the token has all that a pass needs");
            if (c.MissingProperties.Count > 0) Terminal.WriteLine($"  properties to be made: {string.Join(", ", c.MissingProperties)}");
            foreach (var problem in c.MappingProblems) Terminal.WriteLine($"  mapping: {problem}");
            if (c.Pipeline is not null) Terminal.WriteLine($"  pipeline: {c.Pipeline}");
            if (c.Quarantined > 0) Terminal.WriteLine($"  {c.Quarantined} in quarantine are no part of the plan: spoke quarantine list");
            foreach (var notice in c.Notices) Terminal.WriteLine($"  notice {notice.Kind}{(notice.Kind == PlanNotice.Store ? "" : $", {notice.Count} of them")}: {notice.Example}");
            Print(c.Objects);
        }
        Terminal.WriteLine(plan.HasChanges ? $"plan {plan.Fingerprint[..12]}{(output is null ? "; --out FILE keeps it for spoke apply" : $" is in {output}; carry it out: spoke apply {output}")}" : "Nothing is to be written: HubSpot has everything the stores have.");
    }

    private static void Print(IReadOnlyList<ObjectPlan> objects)
    {
        foreach (var o in objects)
            foreach (var example in o.Examples)
            {
                Terminal.WriteLine($"  {example.Action} {o.Object} {example.Key}{(example.Title is null ? "" : $" ({TextTable.Short(example.Title)})")}");
                foreach (var change in example.Changes) Terminal.WriteLine($"    {change.Property}: {(string.IsNullOrEmpty(change.Before) ? "nothing" : TextTable.Short(change.Before))} -> {(string.IsNullOrEmpty(change.After) ? "nothing" : TextTable.Short(change.After))}");
            }
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
