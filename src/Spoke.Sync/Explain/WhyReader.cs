using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Explain;

/// <summary>Says of a record, or of one value of it, which change, which mapping and which request made it what it is. Reads our database only.</summary>
public sealed class WhyReader(SyncDatabase database, string connection, string storeUrl, FieldPolicies? policies = null, PropertyMap? mapping = null, bool nativeTotals = false)
{
    private readonly PropertyMap _mapping = mapping ?? PropertyMap.BuiltIn;
    private readonly FieldPolicies _policies = policies ?? FieldPolicies.Default;

    private sealed record Row(string Record_Key, string Source_Id, string? Record_Id, string? Shadow, string? Title, long State, string? Problem, string? Cause, string? Fix, string? Property, string? Because);

    /// <summary>HubSpot's name of an object from HubSpot's or the store's word for it; null: we write no such object.</summary>
    public static string? Object(string word) => RecordFinder.Object(word);

    /// <summary>The objects we write.</summary>
    public static IReadOnlyList<string> Objects => RecordObjects.InOrder;

    /// <summary>The properties of an object that we write.</summary>
    public IReadOnlyCollection<string> Properties(string @object) => _mapping.Of(@object);

    /// <summary>Keys of the object that may have been meant, where <see cref="ReadAsync"/> found nothing.</summary>
    public Task<IReadOnlyList<string>> NearAsync(string @object, CancellationToken cancellationToken) => database.ReadAsync(db => RecordFinder.Near(db, connection, @object), cancellationToken);

    /// <param name="key">spoke_key, the store's id, an order's number, a SKU, an e-mail address, or HubSpot's id.</param>
    /// <returns>Null: nothing of that key is known.</returns>
    public Task<Explanation?> ReadAsync(string @object, string key, CancellationToken cancellationToken) => database.ReadAsync(db =>
        RecordFinder.Key(db, connection, @object, key) is { } found && Find(db, @object, found) is { } row ? Explain(db, @object, row) : Unread(db, @object, key), cancellationToken);

    private Row? Find(DbConnection db, string @object, string key) => db.QueryFirstOrDefault<Row>(
        "select record_key, source_id, record_id, shadow, title, state, problem, cause, fix, property, because from record where connection = @connection and object = @object and record_key = @key", new { connection, @object, key });

    private Explanation Explain(DbConnection db, string @object, Row row)
    {
        var stages = StageMap.FromText(Cursors.Get(db, connection, StageMap.Name));
        var dirty = new DirtyRecord(row.Record_Key, row.Source_Id, row.Record_Id, row.Shadow, row.Title, 0, 0);
        var wanted = new DesiredReader(database.Dialect, connection, new DesiredState(connection, storeUrl, stages, _mapping, nativeTotals), _policies).Read(db, @object, [dirty]).GetValueOrDefault(row.Record_Key);
        var desired = wanted?.Properties ?? new Dictionary<string, string>();
        var shadow = row.Shadow is null ? [] : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!;
        var writes = WrittenStore.Of(db, connection, @object, row.Record_Key).Select(write => (Row: write, write.Values, Because: ChangeSource.Read(write.Because))).ToList();
        var ledger = LedgerValues.Of(db, connection, @object, row.Record_Key, row.Source_Id);
        var decisions = AuditTrail.Of(db, connection, @object, row.Record_Key);
        var names = desired.Keys.Union(shadow.Keys).Union(writes.SelectMany(write => write.Values.Keys)).Union(decisions.Select(decision => decision.Property).OfType<string>()).Order(StringComparer.Ordinal);
        return new Explanation(connection, @object, row.Record_Key, row.Title ?? wanted?.Title, row.Record_Id, State(row.State), row.Problem, row.Fix, ChangeSource.Read(row.Because).FirstOrDefault() ?? writes.FirstOrDefault().Because?.FirstOrDefault() ?? ledger.Heard,
        [
            .. names.Select(name =>
            {
                var mapped = nativeTotals && name == "hs_total_price" ? new MappedProperty(name, "Order.Amounts.Total without the lines that were given back") : _mapping.Of(@object, name);
                var field = wanted?.Unrendered.TryGetValue(name, out var failed) == true ? $"{mapped?.Field}, which fails: {failed}; the value stays as it was" : mapped?.Field;
                return new ExplainedProperty(name, desired.GetValueOrDefault(name), shadow.GetValueOrDefault(name), field, mapped is null ? null : ledger.First(mapped.Paths), mapped is null ? "" : _policies.Of(@object, name).Word, row.State == RecordState.Quarantined && IsHeld(row, name),
                    [.. writes.Where(write => write.Values.ContainsKey(name)).Select(write => Write(write.Row, write.Values[name], Likely(write.Because, mapped)))])
                { Decisions = [.. decisions.Where(decision => decision.Property == name).Select(Decided)] };
            }),
        ])
        { Decisions = [.. decisions.Where(decision => decision.Property is null).Select(Decided)] };
    }

    private static ExplainedDecision Decided(AuditRow row) => Decision.Won(row) is { } won
        ? new ExplainedDecision(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.What, Decision.Say(row), row.Before, row.After, Decision.Rule(row), won)
        : new ExplainedDecision(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.What, Decision.Say(row), null, null, null, null);

    /// <summary>What the store told of it could not be read, or waits to be.</summary>
    private Explanation? Unread(DbConnection db, string @object, string key)
    {
        var change = db.QueryFirstOrDefault<(long Kind, string Id, long Version, string? Delivery, long At, long State, string? Problem)>(
            "select kind, platform_id, version, delivery_id, received_at, state, problem from intake where connection = @connection and platform_id = @id and state <> 1 order by seq desc", new { connection, id = key[(key.LastIndexOf(':') + 1)..] });
        if (change.Id is null) return null;
        var source = ChangeSource.Of(new WaitingChange(0, change.Kind, change.Id, change.Version, 0, change.Delivery, [], change.At));
        return change.State == IntakeState.Quarantined
            ? new Explanation(connection, @object, key, null, null, "unreadable", change.Problem, $"What the store sent waits in quarantine: spoke quarantine show {change.Id}", source, [])
            : new Explanation(connection, @object, key, null, null, "waiting", "It has arrived and is not in the ledger yet; the next pass takes it in.", null, source, []);
    }

    private static ExplainedWrite Write(WrittenRow row, string?[] values, ChangeSource? because) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.What, values.Length > 1 ? values[0] : null, values[^1], row.Request, row.Correlation, because);

    // Of several changes that led to one write, the one of the kind that the value is made of.
    private static ChangeSource? Likely(IReadOnlyList<ChangeSource> reasons, MappedProperty? mapped) =>
        reasons.FirstOrDefault(reason => mapped?.Field.Contains(reason.Kind, StringComparison.OrdinalIgnoreCase) ?? false) ?? reasons.FirstOrDefault();

    // The first refused value has a column; the problem names them all.
    private static bool IsHeld(Row row, string property) => row.Property == property || (row.Problem?.Split("; ").Any(part => part.StartsWith(property + ": ", StringComparison.Ordinal)) ?? false);

    private static string State(long state) => (int)state switch
    {
        RecordState.InStep => "in step",
        RecordState.Dirty => "waiting",
        RecordState.Quarantined => "quarantined",
        _ => "stopped",
    };
}
