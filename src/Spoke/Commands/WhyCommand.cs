using System.CommandLine;
using System.Text.Json;
using Spoke.Composition;
using Spoke.Configuration;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;

namespace Spoke.Commands;

/// <summary><c>spoke why CONNECTION OBJECT KEY [PROPERTY]</c>: where a value came from. Nothing is sent.</summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var connection = new Argument<string>("CONNECTION") { Description = "A connection of the configuration" };
        var @object = new Argument<string>("OBJECT") { Description = "contacts, companies, products, orders, carts or line_items" };
        var key = new Argument<string>("KEY") { Description = "spoke_key, the store's id, an order's number, a SKU, an e-mail address or HubSpot's record id" };
        var property = new Argument<string?>("PROPERTY") { Description = "One property, with its history; without it, all of them", Arity = ArgumentArity.ZeroOrOne };
        var file = ConfigCommand.FileOption();
        var json = OperatorJson.Option();
        var command = new Command("why", "Says where a value in HubSpot came from: which change of the store, which mapping, which request, when.\n\nExamples:\n  spoke why shop-main orders 1001 hs_total_price\n  spoke why shop-main contacts ada@example.com") { connection, @object, key, property, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection)!, parsed.GetValue(@object)!, parsed.GetValue(key)!, parsed.GetValue(property), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string name, string word, string key, string? property, bool json, CancellationToken cancellationToken)
    {
        var @object = WhyReader.Object(word) ?? throw new UsageException($"'{word}' is no object that is written. {(Spelling.Nearest(word, WhyReader.Objects) is { } meant ? $"Did you mean {meant}?" : $"There are: {string.Join(", ", WhyReader.Objects)}.")}");
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var connection = sync.Connection(name);
        var reader = new WhyReader(sync.Database, connection.Name, connection.StoreUrl, connection.Policies, connection.Mapping, connection.NativeTotals);
        if (await reader.ReadAsync(@object, key, cancellationToken).ConfigureAwait(false) is not { } explained)
        {
            var nearest = Nearest(key, await reader.NearAsync(@object, cancellationToken).ConfigureAwait(false));
            await Terminal.Error.WriteLineAsync($"spoke: {connection.Name} knows no record of {@object} by '{key}'. {(nearest.Count > 0 ? $"Near to it: {string.Join(", ", nearest)}." : "It has none yet; run spoke sync --once first.")}").ConfigureAwait(false);
            return ExitCode.NotWell;
        }
        if (property is not null)
        {
            var one = explained.Properties.Where(p => p.Property == property).ToList();
            if (one.Count == 0 && !reader.Properties(@object).Contains(property))
                throw new UsageException($"{property} on {@object} is not written by this program. {(Spelling.Nearest(property, reader.Properties(@object)) is { } near ? $"Did you mean {near}?" : "Without PROPERTY all of them are shown.")}");
            explained = explained with { Properties = one };
        }
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(explained, OperatorJson.Readable.Explanation));
        else Print(explained, property);
        return explained.State is "in step" or "waiting" ? ExitCode.Done : ExitCode.NotWell;
    }

    private static void Print(Explanation e, string? property)
    {
        Terminal.WriteLine($"{e.Object} {e.Key}{(e.Title is null ? "" : $" ({e.Title})")}: {e.State}, {(e.RecordId is null ? "not in HubSpot" : "HubSpot record " + e.RecordId)}");
        if (e.Problem is not null && e.State != "in step") Terminal.WriteLine($"  problem  {e.Problem}");
        if (e.Fix is not null && e.State != "in step") Terminal.WriteLine($"  fix      {e.Fix}");
        Terminal.WriteLine($"  change   {Say(e.Change) ?? "from before changes were remembered"}");
        foreach (var decision in e.Decisions) Terminal.WriteLine($"  {decision.What,-8} {TextTable.Moment(decision.At)}  {decision.Text}");
        Terminal.WriteLine("");
        if (property is null)
        {
            var table = new TextTable("property", "value", "from", "written");
            foreach (var p in e.Properties) table.Add(p.Property, p.Value, p.Field, p.Held ? "held in quarantine" : p.Value != p.Shadow ? "waiting" : p.Writes.Count > 0 ? $"{TextTable.Moment(p.Writes[0].At)} {p.Writes[0].What}" : null);
            table.Write();
        }
        else if (e.Properties.Count == 0) Terminal.WriteLine($"{property} has no value, never had one, and none was written.");
        else Print(e.Properties[0]);
    }

    private static void Print(ExplainedProperty p)
    {
        Terminal.WriteLine(p.Property);
        Terminal.WriteLine($"  value     {p.Value ?? "none"}");
        Terminal.WriteLine($"  HubSpot   {p.Shadow ?? "none"}{(p.Held ? "; the value was refused and is held in quarantine" : p.Value == p.Shadow ? "" : "; the change is on its way")}");
        Terminal.WriteLine($"  from      {p.Field ?? "no mapping of now"}{(p.Ledger is null ? "" : " = " + p.Ledger)}");
        Terminal.WriteLine($"  policy    {p.Policy}: {FieldRule.Meaning(p.Policy)}");
        foreach (var write in p.Writes)
        {
            Terminal.WriteLine($"  {write.What,-9} {TextTable.Moment(write.At)}  {(write.Before is null ? "" : write.Before + " -> ")}{(write.Value is "" or null ? "nothing" : write.Value)}");
            Terminal.WriteLine($"            because of {Say(write.Change) ?? "a change from before changes were remembered"}");
            if (write.Request is not null) Terminal.WriteLine($"            by {write.Request}{(write.CorrelationId is null ? "" : ", correlation id " + write.CorrelationId)}");
        }
        foreach (var decision in p.Decisions) Terminal.WriteLine($"  {decision.What,-9} {TextTable.Moment(decision.At)}  {decision.Text}");
        if (p.Writes.Count == 0) Terminal.WriteLine("  written   never, as far as is remembered");
    }

    private static string? Say(ChangeSource? change) => change is null ? null
        : $"{change.Kind} {change.Id}, version {change.Version}, {(change.DeliveryId is null ? "read from the store" : "webhook " + change.DeliveryId)} {TextTable.Moment(change.ReceivedAt)}";

    private static List<string> Nearest(string key, IReadOnlyList<string> known)
    {
        var whole = key.Contains(':', StringComparison.Ordinal);
        return [.. known.OrderBy(k => Spelling.Steps(key, whole ? k : k[(k.LastIndexOf(':') + 1)..])).Take(3)];
    }
}
