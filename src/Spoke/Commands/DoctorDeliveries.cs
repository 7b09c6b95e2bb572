using System.CommandLine;
using System.Text.Json;
using Spoke.Composition;
using Spoke.Sync.Subscriptions;

namespace Spoke.Commands;

/// <summary><c>spoke doctor deliveries</c>: does what the stores push arrive, and if not, why?</summary>
internal static class DoctorDeliveries
{
    public static Command Create()
    {
        var name = new Argument<string?>("CONNECTION") { Description = "A connection; without one, all", Arity = ArgumentArity.ZeroOrOne };
        var file = ConfigCommand.FileOption();
        var json = DoctorOutput.JsonOption();
        var command = new Command("deliveries", "Sends a test to the running spoke serve, signed as the store's platform signs, by the local address and by publicUrl, and says where it got lost; and what is known of the store's own pushes.\n\nExample:\n  spoke doctor deliveries shop-main --config spoke.json") { name, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(name), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? name, bool json, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var reports = new List<DeliveryReport>();
        foreach (var connection in sync.Chosen(name)) reports.Add(await new DeliveryCheck(sync.Database, TimeProvider.System).RunAsync(connection, cancellationToken).ConfigureAwait(false));
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(reports, OperatorJson.Readable.IReadOnlyListDeliveryReport));
        else Print(reports);
        return reports.All(report => report.IsWell) ? ExitCode.Done : ExitCode.NotWell;
    }

    public static void Print(IReadOnlyList<DeliveryReport> reports)
    {
        foreach (var report in reports)
        {
            Terminal.WriteLine($"deliveries of {report.Connection} ({report.Platform}): {(report.IsWell ? report.Ways.Count == 0 ? "not pushed" : "well" : "not well")}");
            foreach (var way in report.Ways)
            {
                Terminal.WriteLine($"  {way.Way,-8}  {(way.Address is null ? "" : way.Address + ": ")}{way.Shows}{(way.State is WayState.Arrives or WayState.NotTried ? "" : $" [{way.Word}]")}");
                if (way.Fix is not null) Terminal.WriteLine($"            {way.Fix}");
            }
            Terminal.WriteLine($"  last push {(report.LastKept is { } kept ? TextTable.Moment(kept) : "none within the last seven days")}");
            foreach (var fact in report.Facts)
            {
                Terminal.WriteLine($"  {(fact.IsTrouble ? "trouble" : "known"),-8}  {fact.What}");
                if (fact.Fix is not null) Terminal.WriteLine($"            {fact.Fix}");
            }
        }
    }
}
