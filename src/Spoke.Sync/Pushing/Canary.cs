using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>
/// The first records of a connection that asked for it: the newest orders with their contacts, lines and products, fifty records at most.
/// Then nothing is made until somebody has looked at them and said so. What a wrong mapping would do to all records is seen on these.
/// </summary>
internal sealed class Canary(SyncDatabase database, string connection)
{
    /// <summary>Records written before the pause.</summary>
    public const int Size = 50;

    private const string Name = "canary";
    private const string Sent = "sent";
    private const string Approved = "approved";

    /// <summary>Whether the connection waits for somebody to look at the first records.</summary>
    public async Task<bool> WaitsAsync(CancellationToken cancellationToken) => await StateAsync(cancellationToken).ConfigureAwait(false) == Sent;

    /// <summary>Whether the first records are still to be chosen.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken) => await StateAsync(cancellationToken).ConfigureAwait(false) is null;

    /// <summary>Whether somebody has looked at them and said so.</summary>
    public static bool IsApproved(DbConnection db, string connection) => Cursors.Get(db, connection, Name) == Approved;

    /// <summary>The fifty have been written.</summary>
    public Task SentAsync(CancellationToken cancellationToken) => KeepAsync(Sent, cancellationToken);

    /// <summary>Somebody has looked: everything else follows with the next pass.</summary>
    public Task ApproveAsync(CancellationToken cancellationToken) => KeepAsync(Approved, cancellationToken);

    /// <summary>The keys of the first records by object; whole orders, so that what belongs together is seen together.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ChooseAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<string, IReadOnlyList<string>>>(db =>
    {
        var chosen = RecordObjects.InOrder.ToDictionary(@object => @object, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var (id, contact, body) in db.Query<(string, string?, string)>("select platform_id, contact_key, body from ledger where connection = @connection and kind = 3 and deleted = 0 and body <> '' order by occurred_at desc, platform_id limit @Size", new { connection, Size }))
        {
            var order = (Order)LedgerJson.Read(body);
            var wanted = Of(order, contact).Where(record => !chosen[record.Object].Contains(record.Key)).ToList();
            if (chosen.Values.Sum(keys => keys.Count) + wanted.Count > Size) continue;
            foreach (var (@object, key) in wanted) chosen[@object].Add(key);
        }
        // A store without orders shows its people and goods.
        foreach (var @object in new[] { RecordObjects.Contacts, RecordObjects.Products })
            if (Size - chosen.Values.Sum(keys => keys.Count) is > 0 and var room)
                chosen[@object].AddRange(db.Query<string>("select record_key from record where connection = @connection and object = @object and state = 1 order by record_key limit @room", new { connection, @object, room }).Where(key => !chosen[@object].Contains(key)));
        return chosen.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);
    }, cancellationToken);

    private IEnumerable<(string Object, string Key)> Of(Order order, string? contact)
    {
        yield return (RecordObjects.Orders, SpokeKey.Of(connection, EntityKind.Order, order.PlatformId));
        if (contact is not null) yield return (RecordObjects.Contacts, contact);
        foreach (var line in order.Lines)
        {
            yield return (RecordObjects.LineItems, SpokeKey.OfLine(connection, EntityKind.Order, order.PlatformId, line.Id));
            if (line.VariantId is { } variant) yield return (RecordObjects.Products, SpokeKey.Of(connection, EntityKind.Variant, variant));
        }
    }

    private Task<string?> StateAsync(CancellationToken cancellationToken) => database.ReadAsync(db => Cursors.Get(db, connection, Name), cancellationToken);

    private Task KeepAsync(string state, CancellationToken cancellationToken) => database.WriteAsync((DbConnection db, DbTransaction transaction) => Cursors.Put(db, transaction, connection, Name, state), cancellationToken);
}
