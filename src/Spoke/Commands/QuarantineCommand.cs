using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Sync;
using Spoke.Sync.Connections;
using Spoke.Sync.Quarantine;

namespace Spoke.Commands;

/// <summary><c>spoke quarantine list | show | retry | drop</c>: what waits for somebody to act.</summary>
internal static class QuarantineCommand
{
    public static Command Create() => new("quarantine", "What could not be written until somebody acts, with cause and fix. Example: spoke quarantine list") { List(), Show(), Retry(), Drop() };

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Each by itself, not by cause" };
        var (file, connection, json) = Common();
        var command = new Command("list", "Lists what is in quarantine by cause. Exits with 1 if there is anything. Example: spoke quarantine list --config spoke.json") { all, file, connection, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), async desks =>
        {
            var items = new List<QuarantineItem>();
            foreach (var (_, desk) in desks) items.AddRange(await desk.ListAsync(cancellationToken).ConfigureAwait(false));
            if (parsed.GetValue(json)) Tell(items);
            else if (items.Count == 0) Terminal.WriteLine("Nothing is in quarantine.");
            else if (parsed.GetValue(all)) PrintEach(items);
            else PrintByCause(items);
            return items.Count == 0 ? ExitCode.Done : ExitCode.NotWell;
        }, cancellationToken));
        return command;
    }

    private static Command Show()
    {
        var key = new Argument<string>("KEY") { Description = "spoke_key, the store's id (order:17 where an order and a customer have the same), an order's number or HubSpot's record id" };
        var (file, connection, json) = Common();
        var command = new Command("show", "Shows one: cause, property, value, reason, fix, time, and what the store sent if it could not be read. Example: spoke quarantine show 1001") { key, file, connection, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), async desks =>
        {
            var items = (await ChooseAsync(desks, parsed.GetValue(key), null, all: false, cancellationToken).ConfigureAwait(false)).SelectMany(chosen => chosen.Items).ToList();
            if (parsed.GetValue(json)) Tell(items);
            else items.ForEach(Print);
            return ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static Command Retry()
    {
        var key = new Argument<string?>("KEY") { Description = "One of them", Arity = ArgumentArity.ZeroOrOne };
        var cause = new Option<string?>("--cause") { Description = "All of one cause, as spoke quarantine list names it" };
        var all = new Option<bool>("--all") { Description = "Everything" };
        var (file, connection, json) = Common();
        var command = new Command("retry", "Tries again and says what is still refused; exits with 1 if anything is.\n\nExamples:\n  spoke quarantine retry shop-main:order:1001\n  spoke quarantine retry --cause INVALID_OPTION\n  spoke quarantine retry --all") { key, cause, all, file, connection, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var (one, kind, everything) = (parsed.GetValue(key), parsed.GetValue(cause), parsed.GetValue(all));
            if ((one is null ? 0 : 1) + (kind is null ? 0 : 1) + (everything ? 1 : 0) != 1) throw new UsageException("say which: a KEY, --cause CAUSE, or --all.");
            return RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), async desks =>
            {
                var (tried, left) = (0, new List<QuarantineItem>());
                foreach (var (desk, items) in await ChooseAsync(desks, one, kind, everything, cancellationToken).ConfigureAwait(false))
                {
                    var result = await desk.RetryAsync(items, cancellationToken).ConfigureAwait(false);
                    tried += result.Tried;
                    left.AddRange(result.Left);
                }
                if (parsed.GetValue(json)) Terminal.WriteLine(JsonSerializer.Serialize(new RetryResult(tried, left), OperatorJson.Readable.RetryResult));
                else Terminal.WriteLine(left.Count == 0 ? $"{tried} tried again: all of it went through" : $"{tried} tried again: {tried - left.Count} went through, {left.Count} still in quarantine");
                if (!parsed.GetValue(json) && left.Count > 0) PrintByCause(left);
                return left.Count == 0 ? ExitCode.Done : ExitCode.NotWell;
            }, cancellationToken);
        });
        return command;
    }

    private static Command Drop()
    {
        var key = new Argument<string>("KEY") { Description = "spoke_key, the store's id (order:17 where an order and a customer have the same), an order's number or HubSpot's record id" };
        var yes = new Option<bool>("--yes") { Description = "It is meant" };
        var (file, connection, json) = Common();
        var command = new Command("drop", "Does without what was refused until the store changes it again; it is remembered as dropped. Example: spoke quarantine drop 1001 --yes") { key, yes, file, connection, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), async desks =>
        {
            var chosen = await ChooseAsync(desks, parsed.GetValue(key), null, all: false, cancellationToken).ConfigureAwait(false);
            var items = chosen.SelectMany(c => c.Items).ToList();
            var kinds = items.Where(item => item.Kind is not null).Select(item => item.Called).Distinct().ToList();
            if (kinds.Count > 1) throw new UsageException($"'{parsed.GetValue(key)}' is the id of several things. Say which: {string.Join(" or ", kinds)}.");
            if (!parsed.GetValue(yes)) throw new UsageException($"{string.Join(", ", items.Select(item => $"{item.Object} {item.Called}{(item.Property is null ? "" : $" ({item.Property})")}"))} would be dropped. Say --yes if that is meant, or mend it: {items[0].Fix}");
            if (items.FirstOrDefault(item => item.Stopped) is { } stopped) throw new UsageException($"{stopped.Object} {stopped.Key} is stopped, because somebody archived it in HubSpot: nothing of it waits to be dropped.");
            foreach (var (desk, of) in chosen) await desk.DropAsync(of, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json)) Tell(items);
            else foreach (var item in items) Terminal.WriteLine($"dropped {item.Object} {item.Called}{(item.Property is null ? "" : $": {item.Property}")}");
            return ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static (Option<string> File, Option<string?> Connection, Option<bool> Json) Common() => (ConfigCommand.FileOption(), new Option<string?>("--connection") { Description = "Only this connection" }, OperatorJson.Option());

    private static async Task<int> RunAsync(string file, string? name, Func<IReadOnlyList<(Connection, QuarantineDesk)>, Task<int>> run, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var logger = sync.Loggers.CreateLogger("Spoke.Sync");
        return await run([.. sync.Chosen(name).Select(connection => (connection, new QuarantineDesk(sync.Database, connection, new SyncOptions(), TimeProvider.System, logger)))]).ConfigureAwait(false);
    }

    /// <summary>What a key, a cause or everything means, desk by desk; never nothing.</summary>
    private static async Task<List<(QuarantineDesk Desk, IReadOnlyList<QuarantineItem> Items)>> ChooseAsync(IReadOnlyList<(Connection, QuarantineDesk Desk)> desks, string? key, string? cause, bool all, CancellationToken cancellationToken)
    {
        var chosen = new List<(QuarantineDesk, IReadOnlyList<QuarantineItem>)>();
        foreach (var (_, desk) in desks)
        {
            IReadOnlyList<QuarantineItem> items = key is not null ? await desk.FindAsync(key, cancellationToken).ConfigureAwait(false)
                : [.. (await desk.ListAsync(cancellationToken).ConfigureAwait(false)).Where(item => cause is null || string.Equals(item.Cause, cause, StringComparison.OrdinalIgnoreCase))];
            if (items.Count > 0) chosen.Add((desk, items));
        }
        return chosen.Count > 0 || all ? chosen : throw new UsageException($"nothing is in quarantine {(key is not null ? $"by '{key}'" : $"because of {cause}")}. See spoke quarantine list{(key is not null ? " --all" : "")}.");
    }

    private static void Tell(IReadOnlyList<QuarantineItem> items) => Terminal.WriteLine(JsonSerializer.Serialize(items, OperatorJson.Readable.IReadOnlyListQuarantineItem));

    private static void PrintByCause(IReadOnlyList<QuarantineItem> items)
    {
        foreach (var group in items.GroupBy(item => (item.Connection, item.Cause, item.Object, item.Property)).OrderByDescending(group => group.Count()))
        {
            var first = group.First();
            Terminal.WriteLine($"{group.Count()}  {first.Cause}  {first.Connection} {first.Object}{(first.Property is null ? "" : "." + first.Property)}");
            Terminal.WriteLine($"   such as {first.Called}: {first.Reason}");
            Terminal.WriteLine($"   {first.Fix}");
        }
    }

    private static void PrintEach(IReadOnlyList<QuarantineItem> items)
    {
        var table = new TextTable("object", "key", "cause", "property", "value", "reason");
        foreach (var item in items) table.Add(item.Object, item.Called, item.Cause, item.Property, item.Value, item.Reason);
        table.Write();
    }

    private static void Print(QuarantineItem item)
    {
        Terminal.WriteLine($"{item.Connection} {item.Object} {item.Called}{(item.Title is null ? "" : $" ({item.Title})")}: {(item.Stopped ? "stopped" : "in quarantine")}{(item.RecordId is null ? "" : ", HubSpot record " + item.RecordId)}");
        Terminal.WriteLine($"  cause     {item.Cause}");
        if (item.Property is not null) Terminal.WriteLine($"  property  {item.Property} = {(string.IsNullOrEmpty(item.Value) ? "nothing" : item.Value)}");
        Terminal.WriteLine($"  reason    {item.Reason}");
        Terminal.WriteLine($"  fix       {item.Fix}");
        if (item.CorrelationId is { } id) Terminal.WriteLine($"  id        {id} (HubSpot's correlation id of the refusal)");
        if (item.At is { } at) Terminal.WriteLine($"  since     {TextTable.Moment(at)}");
        if (item.Payload is not null) Terminal.WriteLine($"  the store sent\n{item.Payload}");
    }
}
