using System.Data.Common;
using System.Globalization;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Subscriptions;

namespace Spoke.Sync.Insight;

/// <summary>Reads what the console's first page shows.</summary>
public sealed class OverviewReader(SyncDatabase database, IReadOnlyList<Connection> connections, TimeProvider time)
{
    private const int Recent = 20;
    private const int QuarantineShown = 20;

    private static readonly (EntityKind Kind, string Object)[] Kinds =
        [(EntityKind.Customer, RecordObjects.Contacts), (EntityKind.Variant, RecordObjects.Products), (EntityKind.Order, RecordObjects.Orders), (EntityKind.Cart, RecordObjects.Carts), (EntityKind.Company, RecordObjects.Companies)];

    /// <exception cref="StorageException">The database cannot be read.</exception>
    public Task<Overview> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(db => new Overview
    {
        At = time.GetUtcNow(),
        Connections = [.. connections.Select(connection => Read(db, connection))],
        Recent = RecentEvents.Read(db, database.Dialect, Recent),
    }, cancellationToken);

    private static ConnectionOverview Read(DbConnection db, Connection connection)
    {
        var name = new { connection.Name };
        var pending = db.ExecuteScalar<int>("select (select count(*) from record where connection = @Name and state = 1) + (select count(*) from intake where connection = @Name and state = 0)", name);
        var quarantined = QuarantineStore.Count(db, connection.Name);
        var known = Enum.TryParse<ConnectionHealth>(Cursors.Get(db, connection.Name, "health"), out var health) ? health : ConnectionHealth.Starting;
        if (known is ConnectionHealth.InStep or ConnectionHealth.Behind) known = quarantined > 0 ? ConnectionHealth.Behind : pending > 0 ? ConnectionHealth.Working : ConnectionHealth.InStep;
        var counted = BothEnds.Read(db, connection.Name);
        var note = HealthNote.Read(Cursors.Get(db, connection.Name, "health-text"));
        return new ConnectionOverview
        {
            Name = connection.Name,
            Platform = connection.Store.Platform,
            StoreUrl = connection.StoreUrl,
            PortalUrl = connection.PortalPage,
            Health = known,
            HealthText = Say(known, pending, quarantined, note.Problem),
            Cause = note.Cause,
            Fix = note.Fix,
            Notices = [.. Notices(db, connection.Name)],
            LastPassAt = DateTimeOffset.TryParse(Cursors.Get(db, connection.Name, "last-pass"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
            Pending = pending,
            Quarantined = quarantined,
            Quarantine = quarantined > 0 ? QuarantineList.Read(db, connection.Name, QuarantineShown) : [],
            Calls = connection.Portal.CallCount,
            CallsInTenSeconds = connection.Portal.Budget.TenSecondUsed,
            CallLimitInTenSeconds = connection.Portal.Budget.TenSecondLimit,
            Counts = [.. Kinds.Where(kind => kind.Kind != EntityKind.Company || CompanyKeys.Any(db, connection.Name)).Select(kind => Count(db, connection.Name, kind.Kind, kind.Object, counted))],
            CountedAt = counted?.At,
            Sums = Sums(db, connection.Name),
        };
    }

    private static IEnumerable<string> Notices(DbConnection db, string connection)
    {
        if (Cursors.Get(db, connection, SubscriptionNotes.Problem) is { Length: > 0 } problem) yield return "Nobody knows whether the store still pushes; it is polled meanwhile. " + problem;
        foreach (var lack in StoreFacts.Lacks(db, connection)) yield return lack;
        if (Cursors.Get(db, connection, ScheduledReconcile.Found) is { Length: > 0 } found) yield return found;
    }

    private static string Say(ConnectionHealth health, int pending, int quarantined, string problem) => health switch
    {
        ConnectionHealth.Starting => "The first read of the store has begun.",
        ConnectionHealth.InStep => "HubSpot has everything the store has.",
        ConnectionHealth.Working => pending == 1 ? "One change is on its way to HubSpot." : $"{pending} changes are on their way to HubSpot.",
        ConnectionHealth.Behind when quarantined > 0 => quarantined == 1 ? "One record waits for somebody to act." : $"{quarantined} records wait for somebody to act.",
        ConnectionHealth.Behind => $"{pending} records wait to be tried again.",
        _ => problem,
    };

    private static KindCount Count(DbConnection db, string connection, EntityKind kind, string @object, RememberedCount? counted) =>
        new(kind.Word(), (int)BothEnds.Should(db, connection, @object), db.ExecuteScalar<int>("select count(*) from record where connection = @connection and object = @object and record_id is not null", new { connection, @object }))
        {
            Counted = counted?.Counts.FirstOrDefault(count => count.Object == @object),
        };

    private static List<CurrencySum> Sums(DbConnection db, string connection)
    {
        var store = db.Query<(string Currency, long Minor)>("select currency, cast(sum(total) as bigint) from ledger where connection = @connection and kind = 3 and total is not null group by currency", new { connection });
        var portal = db.Query<(string Currency, long Minor)>("select currency, cast(sum(total) as bigint) from record where connection = @connection and object = 'orders' and record_id is not null and total is not null group by currency", new { connection })
            .ToDictionary(row => row.Currency, row => row.Minor);
        return [.. store.OrderBy(s => s.Currency).Select(s =>
        {
            var ours = new Money(s.Minor, s.Currency);
            var theirs = new Money(portal.GetValueOrDefault(s.Currency), s.Currency);
            return new CurrencySum(s.Currency, ours.ToPlainText(), theirs.ToPlainText(), ours == theirs);
        })];
    }
}
