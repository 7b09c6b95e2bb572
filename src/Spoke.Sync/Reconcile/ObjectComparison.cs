using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Reconcile;

/// <summary>A record's row as a comparison needs it.</summary>
internal sealed record ComparedRow(string Record_Key, string Source_Id, string? Record_Id, string? Shadow, string? Title, long State, long Generation, string? Property, string? Value, string? Problem)
{
    public const string Columns = "record_key, source_id, record_id, shadow, title, state, generation, property, value, problem";

    public Dictionary<string, string> Seen => Shadow is null ? [] : JsonSerializer.Deserialize(Shadow, LedgerJson.Default.DictionaryStringString)!;
}

/// <summary>Compares all records of one object, a page of the portal's list at a time, then what the list did not have.</summary>
internal sealed class ObjectComparison(SyncDatabase database, Connection connection, string @object, DesiredReader desired, DriftTally tally, SumTable sums, TimeSpan overlap)
{
    private const int Page = 500;
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private readonly EdgeComparison _edges = new(database, connection, @object, tally);
    private readonly HashSet<long> _found = [];
    private readonly string _prefix = connection.Name + ":";
    private Dictionary<string, string> _types = [];
    private IReadOnlyList<string> _siblings = [];
    private DateTimeOffset? _pulled;

    /// <summary>The properties to ask HubSpot for: those we write, and those whose value there matters to us.</summary>
    public static IReadOnlyList<string> Asked(Connection connection, string @object) => [.. connection.Mapping.Of(@object).Union(connection.Policies.Watched(@object), StringComparer.Ordinal)];

    public int Ledger { get; private set; }
    public int HubSpot { get; private set; }
    public int Compared { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var objects = connection.Portal.Objects(@object);
        _types = await connection.Portal.Properties.ListAsync(@object, _inTurn, cancellationToken).ToDictionaryAsync(p => p.Name, p => p.Type ?? "", cancellationToken: cancellationToken).ConfigureAwait(false);
        _siblings = await database.ReadAsync(db => Siblings.Of(db, null, connection.Name), cancellationToken).ConfigureAwait(false);
        _pulled = await database.ReadAsync(db => Puller.LookedAt(db, connection.Name, @object), cancellationToken).ConfigureAwait(false) - overlap;
        var page = new List<CrmRecord>(Page);
        await foreach (var record in objects.ListAsync(new ReadOptions { Properties = Asked(connection, @object) }, _inTurn, cancellationToken).ConfigureAwait(false))
        {
            if (record["spoke_key"]?.StartsWith(_prefix, StringComparison.Ordinal) != true) continue;   // somebody else's
            page.Add(record);
            if (page.Count < Page) continue;
            await CompareAsync(page, cancellationToken).ConfigureAwait(false);
            page.Clear();
        }
        if (page.Count > 0) await CompareAsync(page, cancellationToken).ConfigureAwait(false);
        await LookForMissingAsync(objects, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompareAsync(List<CrmRecord> page, CancellationToken cancellationToken)
    {
        HubSpot += page.Count;
        var (rows, wanted, orders) = await RowsAsync([.. page.Select(record => record["spoke_key"]!)], cancellationToken).ConfigureAwait(false);
        var doubtful = new List<(ComparedRow Row, CrmRecord Record)>();
        foreach (var record in page)
        {
            var key = record["spoke_key"]!;
            if (!rows.TryGetValue(key, out var row))
            {
                Sum(null, record);
                tally.Add(new Finding(@object, key, DriftKind.Extra, record.Id.Value), () => new DriftExample(@object, key, record.Id.Value, "extra", null, null, null, "The ledger does not know it: it comes from another database of the same connection's name, or somebody copied the key."));
                continue;
            }
            if (Number(row.Record_Id) is { } id) _found.Add(id);
            if (row.State == RecordState.Dirty) continue;
            var compares = row.State != RecordState.Stopped;
            if (compares) Compared++;
            if (row is { State: RecordState.Quarantined, Property: { } refused } && refused == MoneyProperties.Currency(@object))
                tally.Add(new Finding(@object, key, DriftKind.Withheld, record.Id.Value), () => new DriftExample(@object, key, record.Id.Value, "value", refused, row.Value, record[refused], "HubSpot refused the currency, so its amounts are withheld. See spoke quarantine show."));
            if (compares && (row.Record_Id != record.Id.Value || Differences(row, Expected(row, wanted), record).Count > 0)) doubtful.Add((row, record));   // it counts by the second look
            else Sum(orders.GetValueOrDefault(row.Source_Id), record);
        }
        if (doubtful.Count > 0) await ConfirmAsync(doubtful, cancellationToken).ConfigureAwait(false);
        await _edges.CompareAsync([.. rows.Values.Where(row => row.State is RecordState.InStep or RecordState.Quarantined && row.Record_Id is not null)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A second look, at both sides: a write that passed between the list and our database is no drift.</summary>
    private async Task ConfirmAsync(List<(ComparedRow Row, CrmRecord Record)> doubtful, CancellationToken cancellationToken)
    {
        var again = await connection.Portal.Objects(@object).BatchReadAsync([.. doubtful.Select(d => d.Record.Id)], new ReadOptions { Properties = Asked(connection, @object) }, _inTurn, cancellationToken).ConfigureAwait(false);
        var (rows, wanted, orders) = await RowsAsync([.. doubtful.Select(d => d.Row.Record_Key)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < doubtful.Count; i++)
        {
            if (again[i].Record is not { } record || !rows.TryGetValue(doubtful[i].Row.Record_Key, out var row) || row.Generation != doubtful[i].Row.Generation || row.State != doubtful[i].Row.State) continue;
            Sum(orders.GetValueOrDefault(row.Source_Id), record);
            if (row.Record_Id != record.Id.Value)
            {
                tally.Add(new Finding(@object, row.Record_Key, DriftKind.Link, record.Id.Value), () => new DriftExample(@object, row.Record_Key, record.Id.Value, "link", null, row.Record_Id, record.Id.Value, "The record was merged, or restored under another id."));
                continue;
            }
            if (Differences(row, Expected(row, wanted), record) is not { Count: > 0 } differences) continue;
            var (property, ours, theirs) = differences[0];
            var cause = await CauseAsync(row, property, ours, cancellationToken).ConfigureAwait(false);
            var edited = differences.Any(difference => connection.IsEdited(@object, difference.Property));
            tally.Add(new Finding(@object, row.Record_Key, DriftKind.Value, record.Id.Value) { Edited = edited }, () => new DriftExample(@object, row.Record_Key, record.Id.Value, "value", property, ours, theirs, cause));
        }
    }

    private async Task LookForMissingAsync(CrmObjects objects, CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var rows = await database.ReadAsync(db => db.Query<ComparedRow>($"select {ComparedRow.Columns} from record where connection = @Name and object = @object and record_key > @after order by record_key limit @Page",
                new { connection.Name, @object, after, Page }).AsList(), cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) return;
            after = rows[^1].Record_Key;
            Ledger += rows.Count;
            foreach (var row in rows.Where(row => row is { Record_Id: null, State: RecordState.Quarantined }))
                tally.Add(new Finding(@object, row.Record_Key, DriftKind.Missing), () => Missing(row, $"HubSpot refused it: {row.Problem} See spoke quarantine show."));
            await SumAbsentAsync([.. rows.Where(row => row is { Record_Id: null, State: RecordState.Quarantined } || (row.State == RecordState.Stopped && !(Number(row.Record_Id) is { } id && _found.Contains(id))))], cancellationToken).ConfigureAwait(false);
            var absent = rows.Where(row => row.State is RecordState.InStep or RecordState.Quarantined && Number(row.Record_Id) is { } id && !_found.Contains(id)).ToList();
            if (absent.Count > 0) await ConfirmMissingAsync(objects, absent, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ConfirmMissingAsync(CrmObjects objects, List<ComparedRow> absent, CancellationToken cancellationToken)
    {
        RecordId[] ids = [.. absent.Select(row => (RecordId)row.Record_Id!)];
        var live = await objects.BatchReadAsync(ids, new ReadOptions { Properties = ["spoke_key"] }, _inTurn, cancellationToken).ConfigureAwait(false);
        var archived = await objects.BatchReadAsync(ids, new ReadOptions { Archived = true }, _inTurn, cancellationToken).ConfigureAwait(false);
        await SumAbsentAsync([.. absent.Where((row, i) => live[i].Record?["spoke_key"] != row.Record_Key)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < absent.Count; i++)
        {
            var row = absent[i];
            if (live[i].Record is { } record)
            {
                if (record["spoke_key"] == row.Record_Key) continue;   // made after the list had passed
                if (Siblings.Gave(_siblings, record["spoke_key"])) continue;   // another store of the portal made it, and it goes by that one's key
                tally.Add(new Finding(@object, row.Record_Key, DriftKind.Value, record.Id.Value), () => new DriftExample(@object, row.Record_Key, record.Id.Value, "value", "spoke_key", row.Record_Key, record["spoke_key"], "Somebody has taken or changed the key in HubSpot."));
            }
            else if (archived[i].Succeeded) tally.Add(new Finding(@object, row.Record_Key, DriftKind.Archived), () => Missing(row, "Somebody archived it in HubSpot; restore it there to go on. It is not made again by itself."));
            else tally.Add(new Finding(@object, row.Record_Key, DriftKind.Missing), () => Missing(row, "HubSpot has it neither among its records nor among the archived ones."));
        }
    }

    /// <summary>An order counts with what both sides said of it at one moment; one that is on its way counts on neither.</summary>
    private void Sum(Order? order, CrmRecord? record)
    {
        if (@object != RecordObjects.Orders) return;
        if (order is not null) sums.Add(order);
        if (record is not null) sums.Add(record, order?.Currency);
    }

    private async Task SumAbsentAsync(List<ComparedRow> absent, CancellationToken cancellationToken)
    {
        if (@object != RecordObjects.Orders || absent.Count == 0) return;
        var (rows, _, orders) = await RowsAsync([.. absent.Select(row => row.Record_Key)], cancellationToken).ConfigureAwait(false);
        foreach (var row in absent)
            if (rows.TryGetValue(row.Record_Key, out var still) && still.Generation == row.Generation && still.State == row.State) Sum(orders.GetValueOrDefault(row.Source_Id), null);
    }

    /// <summary>Rows with what they should look like and, of orders, what the ledger says: all as of one moment.</summary>
    private Task<(Dictionary<string, ComparedRow> Rows, Dictionary<string, DesiredRecord> Wanted, Dictionary<string, Order> Orders)> RowsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => database.ReadAsync(db =>
    {
        var rows = db.Query<ComparedRow>($"select {ComparedRow.Columns} from record where connection = @Name and object = @object and record_key {database.Dialect.Among("keys")}", new { connection.Name, @object, keys }).ToDictionary(row => row.Record_Key, StringComparer.Ordinal);
        List<DirtyRecord> asked = [.. rows.Values.Select(row => new DirtyRecord(row.Record_Key, row.Source_Id, row.Record_Id, row.Shadow, row.Title, row.Generation, 0))];
        return (rows, asked.Count == 0 ? [] : desired.Read(db, @object, asked), Orders(db, [.. rows.Values.Select(row => row.Source_Id)]));
    }, cancellationToken);

    private Dictionary<string, Order> Orders(DbConnection db, List<string> ids) => @object != RecordObjects.Orders || ids.Count == 0 ? [] : db.Query<(string Id, string Body)>(
        $"select platform_id, body from ledger where connection = @Name and kind = 3 and body <> '' and platform_id {database.Dialect.Among("ids")}", new { connection.Name, ids }).ToDictionary(row => row.Id, row => (Order)LedgerJson.Read(row.Body), StringComparer.Ordinal);

    /// <summary>What HubSpot should have: what the ledger says; of a record that was refused in part, what was taken of it.</summary>
    private static IReadOnlyDictionary<string, string> Expected(ComparedRow row, Dictionary<string, DesiredRecord> wanted) =>
        row.State == RecordState.InStep && wanted.TryGetValue(row.Record_Key, out var record) ? record.Properties : row.Seen;

    /// <summary>Owned values that differ: those the ledger has, and those we wrote before. What others put there is theirs.</summary>
    private List<(string Property, string? Ours, string? Theirs)> Differences(ComparedRow row, IReadOnlyDictionary<string, string> expected, CrmRecord record) =>
    [
        .. expected.Keys.Union(row.Seen.Keys).Where(name => !CanonicalValue.Same(_types.GetValueOrDefault(name), expected.GetValueOrDefault(name), record[name]))
            .Where(name => !connection.IsEdited(@object, name) || IsPassedBy(record, expected.GetValueOrDefault(name), record[name]))
            .Order(StringComparer.Ordinal).Select(name => (name, expected.GetValueOrDefault(name), record[name])),
    ];

    /// <summary>An edit of a field that people edit on both sides is a matter of the next look at HubSpot. Once that has passed, somebody has to say so.</summary>
    private bool IsPassedBy(CrmRecord record, string? ours, string? theirs) => record.UpdatedAt < _pulled && !CanonicalValue.Same(ours, theirs);

    private async Task<string?> CauseAsync(ComparedRow row, string property, string? ours, CancellationToken cancellationToken)
    {
        var write = await database.ReadAsync(db => Pushing.WrittenStore.Of(db, connection.Name, @object, row.Record_Key).FirstOrDefault(w => w.Values.ContainsKey(property)), cancellationToken).ConfigureAwait(false);
        if (connection.Policies.Of(@object, property) is { IsEdited: true } rule) return $"People edit it in HubSpot too, and the look at what has changed there did not find it. A repair decides by its policy, {rule.Word}.";
        if (write is null) return null;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(write.At).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return CanonicalValue.Same(_types.GetValueOrDefault(property), write.Values[property][^1], ours) ? $"Changed in HubSpot after we wrote it at {at}." : $"The mapping has another value for it now than when it was written at {at}.";
    }

    private DriftExample Missing(ComparedRow row, string cause) => new(@object, row.Record_Key, row.Record_Id, "missing", null, row.Title, null, cause);

    private static long? Number(string? id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
