using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// Takes note of what HubSpot's records say for the store's tags and notes. What we know of already, by its value, is our own echo or an old story.
/// A property that the portal does not have says nothing; one that is empty takes away the tags we have put there, and no others.
/// </summary>
internal sealed class GivenLook(SyncDatabase database, Connection connection)
{
    private sealed record Linked(string Record_Key, string Record_Id, string? Shadow);

    /// <summary>The properties to ask HubSpot for.</summary>
    public IEnumerable<string> Properties(string @object) => connection.WayBack.Of(@object).Select(way => way.Property);

    /// <returns>How many values were new.</returns>
    public async Task<int> SawAsync(string @object, IReadOnlyList<CrmRecord> seen, CancellationToken cancellationToken)
    {
        if (seen.Count == 0 || connection.WayBack.Of(@object).Count == 0) return 0;
        return await database.WriteAsync((db, transaction) =>
        {
            var ids = seen.Select(record => record.Id.Value).ToList();
            var rows = db.Query<Linked>($"select record_key, record_id, shadow from record where connection = @Name and object = @object and state <> 3 and shadow is not null and record_id {database.Dialect.Among("ids")}", new { connection.Name, @object, ids }, transaction).ToLookup(row => row.Record_Id);
            return seen.Sum(record => rows[record.Id.Value].Sum(row => connection.WayBack.Of(@object).Count(way => record.Properties.ContainsKey(way.Property) && Saw(db, transaction, @object, row, record, way))));
        }, cancellationToken).ConfigureAwait(false);
    }

    private bool Saw(DbConnection db, DbTransaction transaction, string @object, Linked row, CrmRecord record, (StoreWriteKind Kind, string Property) way)
    {
        var known = GivenStore.Find(db, transaction, connection.Name, @object, row.Record_Key, way.Kind);
        var isTags = way.Kind is StoreWriteKind.CustomerTags or StoreWriteKind.OrderTags;
        var now = isTags ? TagSet.Write(TagSet.Read(record[way.Property])) : (record[way.Property] ?? "").Trim();
        // Of a property that holds the store's own tags as well: what we wrote there is nothing new.
        var written = connection.Mapping.Of(@object).Contains(way.Property) ? Shadow(row) : null;
        var told = written is null ? null : TagSet.Write(TagSet.Read(written.GetValueOrDefault(way.Property)));
        var levelled = told is not null && told != now && Level(db, transaction, @object, row, written!, way.Property, record[way.Property]);
        var waits = known is { State: TakenState.ToWrite or TakenState.Refused };
        // What waits may have been met by a write of ours that did not know of it: then HubSpot has that write, and nobody has taken anything away.
        if (now == (known?.Seen ?? told ?? "") || (waits && now == told)) return levelled;
        var value = new GivenValue(@object, row.Record_Key, (long)way.Kind, now, waits ? known!.Base : told ?? known?.Seen ?? "", known?.Ours ?? "", (known?.Version ?? 0) + 1, TakenState.ToWrite, 0);
        var isSomething = isTags ? value.Add.Count + value.Remove.Count > 0 : now.Length > 0;
        GivenStore.Put(db, transaction, connection.Name, isSomething ? value : value with { State = TakenState.Written });
        return levelled || isSomething;
    }

    /// <summary>The shadow is what HubSpot has; what should be there instead is planned from the difference.</summary>
    private bool Level(DbConnection db, DbTransaction transaction, string @object, Linked row, Dictionary<string, string> shadow, string property, string? value)
    {
        if (string.IsNullOrEmpty(value)) shadow.Remove(property);
        else shadow[property] = value;
        return db.Execute("update record set shadow = @shadow, state = case when state = 0 then 1 else state end, generation = generation + 1, due_at = 0 where connection = @Name and object = @object and record_key = @Record_Key",
            new { shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), connection.Name, @object, row.Record_Key }, transaction) > 0;
    }

    private static Dictionary<string, string> Shadow(Linked row) => JsonSerializer.Deserialize(row.Shadow!, LedgerJson.Default.DictionaryStringString)!;
}
