using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Sync.Pushing;

namespace Spoke.Commands;

/// <summary><c>spoke apply FILE</c>: carries exactly that plan out, or says what moved since.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var plan = new Argument<string>("FILE") { Description = "A plan that spoke plan --out has kept" };
        var file = ConfigCommand.FileOption();
        var json = OperatorJson.Option();
        var command = new Command("apply", "Carries a plan out: what is still as it was is written, what has moved since is told and left for the next pass. Example: spoke apply monday.plan --config spoke.json") { plan, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(plan)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string plan, bool json, CancellationToken cancellationToken)
    {
        if (!File.Exists(plan)) throw new UsageException($"there is no file {plan}. Make a plan: spoke plan --out {plan}");
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var runner = new PlanRunner(sync.Database, sync.Connections, TimeProvider.System, sync.Loggers.CreateLogger("Spoke.Sync"));
        var done = await SyncProgressBar.ShowAsync(progress => runner.ApplyAsync(plan, progress, cancellationToken)).ConfigureAwait(false);
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(done, OperatorJson.Readable.ApplySummary));
        else Print(done);
        return done.IsComplete ? ExitCode.Done : ExitCode.NotWell;
    }

    private static void Print(ApplySummary done)
    {
        foreach (var c in done.Connections)
        {
            Terminal.WriteLine($"{c.Name}: {c.Written.Created} created, {c.Written.Updated} updated, {c.Written.Archived} archived, {c.Written.Unchanged} unchanged, {c.Associations} associations, {c.Calls} calls");
            if (c.Moved > 0) Terminal.WriteLine($"  moved since  {c.Moved}: left as they are; a new plan or the next pass takes them up");
            var table = new TextTable("    object", "key", "why");
            foreach (var moved in c.MovedRecords) table.Add("    " + moved.Object, moved.Key, moved.Reason);
            table.Write();
            if (c.Quarantined > 0) Terminal.WriteLine($"  quarantine   {c.Quarantined}: these wait for somebody to act (spoke quarantine list)");
            if (c.Waiting > 0) Terminal.WriteLine($"  waiting      {c.Waiting}: HubSpot had no answer; the next pass tries again");
        }
    }
}
