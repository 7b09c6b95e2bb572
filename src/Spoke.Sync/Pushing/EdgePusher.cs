using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Makes and removes associations once both ends have a record. Making one twice is harmless, so a lost answer is.</summary>
internal sealed class EdgePusher(SyncDatabase database, HubSpotClient portal, string connection)
{
    private const int Page = 2000;

    private sealed record Edge(string From_Object, string From_Key, string To_Object, string To_Key, long Type_Id, long State, string From_Id, string To_Id);

    /// <returns>How many associations were made or removed.</returns>
    /// <exception cref="HubSpotException">The portal refuses us as a whole.</exception>
    public async Task<int> PushAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        while (true)
        {
            var waiting = await database.ReadAsync(db => db.Query<Edge>(
                """
                select e.from_object, e.from_key, e.to_object, e.to_key, e.type_id, e.state, f.record_id as from_id, t.record_id as to_id from edge e
                join record f on f.connection = e.connection and f.object = e.from_object and f.record_key = e.from_key and f.record_id is not null
                join record t on t.connection = e.connection and t.object = e.to_object and t.record_key = e.to_key and t.record_id is not null
                where e.connection = @connection and e.state in (0, 2) order by e.from_object, e.to_object, e.state limit @limit
                """, new { connection, limit = Page }).AsList(), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0) return done;
            foreach (var group in waiting.GroupBy(e => (e.From_Object, e.To_Object, e.Type_Id, e.State)))
                await PushGroupAsync(group.Key, [.. group], cancellationToken).ConfigureAwait(false);
            done += waiting.Count;
        }
    }

    private async Task PushGroupAsync((string From, string To, long Type, long State) kind, IReadOnlyList<Edge> edges, CancellationToken cancellationToken)
    {
        var inputs = edges.Select(e => new AssociationInput(e.From_Id, e.To_Id, new AssociationType((int)kind.Type))).ToList();
        var outcomes = kind.State == 0
            ? await portal.Associations.BatchCreateAsync(kind.From, kind.To, inputs, null, cancellationToken).ConfigureAwait(false)
            : await portal.Associations.BatchArchiveAsync(kind.From, kind.To, inputs, null, cancellationToken).ConfigureAwait(false);
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var outcome in outcomes)
            {
                var edge = edges[outcome.Index];
                var key = new { connection, edge.From_Object, edge.From_Key, edge.To_Object, edge.To_Key, problem = outcome.Error?.Message, cause = outcome.Error?.Category, fix = outcome.Error?.Fix };
                const string where = " where connection = @connection and from_object = @From_Object and from_key = @From_Key and to_object = @To_Object and to_key = @To_Key";
                if (!outcome.Succeeded)
                {
                    // Told on the record at whose side a person would look for it; the association waits with it.
                    db.Execute("update edge set state = 3" + where, key, transaction);
                    db.Execute("update record set state = 2, problem = @problem, cause = @cause, fix = @fix where connection = @connection and object = @From_Object and record_key = @From_Key", key, transaction);
                }
                else if (edge.State == 2) db.Execute("delete from edge" + where, key, transaction);
                else db.Execute("update edge set state = 1" + where, key, transaction);
            }
        }, CancellationToken.None).ConfigureAwait(false);
    }
}
