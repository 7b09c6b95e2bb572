using System.Data.Common;
using System.Text.Json;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>What outcomes of one transaction leave in the database, gathered and then written kind by kind in one statement each. Whatever asks or changes these tables otherwise has it written first.</summary>
/// <param name="meanwhile">What others have told us of the records since they were planned.</param>
internal sealed class OutcomeRows(ISqlDialect dialect, string connection, long now, ToldMeanwhile meanwhile)
{
    private const int TellsAtOnce = 25;   // more than a page shows; a backlog would only write them to have them deleted
    private readonly List<object?[]> _records = [];
    private readonly List<object?[]> _written = [];
    private readonly List<object?[]> _recent = [];

    /// <summary>HubSpot has the record as it was planned, save for the values that are held. A mark made while the push was under way has a newer generation and stays.</summary>
    public void InStep(PushOutcome outcome)
    {
        var item = outcome.Item;
        var there = item.Desired!.Properties.Where(p => outcome.Held.All(held => held.Property != p.Key)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        // What another connection wrote while ours was on its way is there too.
        foreach (var (name, value) in meanwhile.Of(item).Where(told => !item.Changes.ContainsKey(told.Key)))
        {
            if (value.Length > 0) there[name] = value;
            else there.Remove(name);
        }
        var total = item.Object == RecordObjects.Orders && ConfirmedTotal.Of(there) is { } confirmed ? item.Desired.Total ?? confirmed : (Money?)null;
        var held = outcome.Held.Count > 0 ? outcome.Held[0] : null;
        _records.Add([item.Object, item.Key, item.Generation, outcome.RecordId, JsonSerializer.Serialize(there, LedgerJson.Default.DictionaryStringString), item.Desired.Title, total?.Currency, total?.Minor,
            outcome.Problem, held?.Cause, held?.Fix, held?.Property, held?.Value, held?.CorrelationId, (long)(held is null ? RecordState.InStep : RecordState.Quarantined)]);
    }

    /// <summary>A call to HubSpot has changed the record.</summary>
    public void Written(PushOutcome outcome, string what) => _written.Add(WrittenStore.Row(outcome, what, now));

    /// <summary>Something happened that is told on the page. Of what went well the newest are enough, and of lines nobody asks.</summary>
    public void Remember(PushOutcome outcome, string what, string? detail)
    {
        if (IsTrouble(what) || outcome.Item.Object != RecordObjects.LineItems) _recent.Add([what, outcome.Item.Object, outcome.Item.Desired?.Title ?? outcome.Item.Key, detail, outcome.RecordId, outcome.Item.Key]);
    }

    public void Write(DbConnection db, DbTransaction transaction)
    {
        // Never an insert: each is there. So it is found by its key on every database.
        db.ExecuteLater(dialect, transaction,
            "of text, key text, planned bigint, record_id text, shadow text, title text, currency text, total bigint, problem text, cause text, fix text, property text, held text, correlation text, became bigint", _records, rows =>
            $"""
            insert into record (connection, object, record_key, source_id, generation, record_id, shadow, title, currency, total, attempts, due_at, problem, cause, fix, property, value, correlation, state)
            select @connection, of, key, '', planned, record_id, shadow, title, currency, total, 0, 0, problem, cause, fix, property, held, correlation, became
            from {rows} where exists (select 1 from record r where r.connection = @connection and r.object = v.of and r.record_key = v.key)
            on conflict (connection, object, record_key) do update set record_id = excluded.record_id, shadow = excluded.shadow, sent = null, title = excluded.title, currency = excluded.currency, total = excluded.total,
                {Turns.Over}, attempts = 0, problem = excluded.problem, cause = excluded.cause, fix = excluded.fix, property = excluded.property, value = excluded.value, correlation = excluded.correlation,
                urgent = case when record.generation = excluded.generation then 0 else record.urgent end, because = case when record.generation = excluded.generation then '' else record.because end,
                state = case when record.generation = excluded.generation then excluded.state else 1 end
            """, ("connection", connection));
        WrittenStore.AddAll(db, transaction, dialect, connection, _written);
        var well = _recent.Count(row => !IsTrouble(row[0]));
        db.ExecuteLater(dialect, transaction, "what text, of text, title text, detail text, record_id text, key text", _recent.FindAll(row => IsTrouble(row[0]) || well-- <= TellsAtOnce),
            rows => "insert into recent (at, connection, what, object, title, detail, record_id) select @now, @connection, what, of, title, detail, record_id from " + rows + WrittenStore.StillThere, ("connection", connection), ("now", now));
        _records.Clear();
        _written.Clear();
        _recent.Clear();
    }

    // Since when something is in trouble is asked of these.
    private static bool IsTrouble(object? what) => what is "quarantined" or "stopped";
}
