using System.Data.Common;
using CsCheck;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>Whatever the order of arrival and however often things are repeated, the ledger ends the same, and its aggregates are what adding up anew gives.</summary>
public sealed class LedgerConvergenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-ledger-").FullName;

    /// <summary>Something a store said: an entity at a version, or that it is gone.</summary>
    private sealed record Said(LedgerEntity? Entity, EntityKind Kind, string Id, long Version);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replays_and_any_order_of_arrival_end_the_same()
    {
        await using var database = await OpenAsync();
        var sample = 0;
        var write = Writer(database);
        Gen.Select(Story, Gen.Int, Gen.Int).Sample((story, firstSeed, secondSeed) =>
        {
            var one = "one" + Interlocked.Increment(ref sample);
            var two = "two" + sample;
            var first = write(one, Shuffle(story, firstSeed));
            var second = write(two, Shuffle([.. story, .. story], secondSeed));
            Assert.Equal(first, second);
        }, iter: 150, threads: 1);
    }

    [Fact]
    public async Task Incremental_aggregates_equal_adding_up_anew()
    {
        await using var database = await OpenAsync();
        var sample = 0;
        Gen.Select(Story, Gen.Int).Sample((story, seed) =>
        {
            var connection = "sum" + Interlocked.Increment(ref sample);
            var arrivals = Shuffle(story, seed);
            // After every single step, not only at the end.
            for (var i = 0; i < arrivals.Count; i++)
            {
                Enter(database, connection, [arrivals[i]]);
                AssertAggregates(database, connection);
            }
        }, iter: 60, threads: 1);
    }

    [Fact]
    public async Task A_guests_orders_go_over_to_the_account_with_the_same_address()
    {
        await using var database = await OpenAsync();
        Enter(database, "c", [Tell(Some.Order("1", 1, email: "ada@example.com", total: 1000)), Tell(Some.Order("2", 1, email: "ADA@example.com ", total: 500))]);
        Assert.Equal(["c:customer:guest:ada@example.com"], Contacts(database, "c"));
        Enter(database, "c", [Tell(Some.Customer("7", 1, "Ada@Example.com"))]);
        Assert.Equal(["c:customer:7"], Contacts(database, "c"));
        AssertAggregates(database, "c");
    }

    [Fact]
    public async Task Two_accounts_with_one_address_are_one_contact_named_after_the_older()
    {
        await using var database = await OpenAsync();
        Enter(database, "c", [Tell(Some.Customer("12", 1, "ada@example.com")), Tell(Some.Order("1", 1, customer: "12")), Tell(Some.Customer("3", 1, "ada@example.com")), Tell(Some.Order("2", 1, customer: "3"))]);
        Assert.Equal(["c:customer:3"], Contacts(database, "c"));
        // They part again when one of them takes another address.
        Enter(database, "c", [Tell(Some.Customer("3", 2, "byron@example.com"))]);
        Assert.Equal(["c:customer:12", "c:customer:3"], Contacts(database, "c"));
        AssertAggregates(database, "c");
    }

    [Fact]
    public async Task Of_equal_versions_what_we_read_beats_what_was_pushed()
    {
        await using var database = await OpenAsync();
        var pushed = Some.Customer("1", 5, "a@example.com", first: "Pushed");
        var read = Some.Customer("1", 5, "a@example.com", first: "Read");
        var readLater = Some.Customer("1", 5, "a@example.com", first: "Read later");
        foreach (var order in new[] { (pushed, read, pushed), (read, pushed, pushed) })
        {
            var connection = "c" + Guid.NewGuid();
            foreach (var customer in new[] { order.Item1, order.Item2, order.Item3 }) Enter(database, connection, [Tell(customer)], fresh: customer == read);
            Assert.Equal("Read", Name(connection));
            Enter(database, connection, [Tell(readLater)], fresh: true);
            Assert.Equal("Read later", Name(connection));
            Enter(database, connection, [Tell(pushed)]);
            Assert.Equal("Read later", Name(connection));
        }
        string? Name(string connection) => (database.ReadAsync(db => LedgerStore.Find(db, null, connection, EntityKind.Customer, "1"), default).GetAwaiter().GetResult()!.State.Entity as Customer)?.FirstName;
    }

    [Fact]
    public async Task A_deletion_heard_of_before_its_order_is_not_forgotten()
    {
        await using var database = await OpenAsync();
        Enter(database, "c", [new Said(null, EntityKind.Order, "1", 3), Tell(Some.Order("1", 2, email: "a@example.com"))]);
        Assert.True(Order("1").Deleted);
        Enter(database, "c", [Tell(Some.Order("1", 4, email: "a@example.com"))]);   // restored
        Assert.False(Order("1").Deleted);
        AssertAggregates(database, "c");
        Order Order(string id) => (Order)database.ReadAsync(db => LedgerStore.Find(db, null, "c", EntityKind.Order, id), default).GetAwaiter().GetResult()!.State.Entity!;
    }

    [Fact]
    public async Task What_the_store_was_asked_for_and_has_no_more_is_deleted_whatever_its_version()
    {
        await using var database = await OpenAsync();
        Enter(database, "c", [Tell(Some.Order("1", 7, email: "a@example.com"))]);
        Assert.True(await database.WriteAsync((db, transaction) => LedgerEntry.Delete(db, transaction, database.Dialect, "c", EntityKind.Order, "1", null, PushRig.Heard), TestContext.Current.CancellationToken));
        Assert.True(Order().Deleted);
        Enter(database, "c", [Tell(Some.Order("1", 7, email: "a@example.com"))]);   // an older push that comes late
        Assert.True(Order().Deleted);
        Enter(database, "c", [Tell(Some.Order("1", 8, email: "a@example.com"))]);   // restored
        Assert.False(Order().Deleted);
        Order Order() => (Order)database.ReadAsync(db => LedgerStore.Find(db, null, "c", EntityKind.Order, "1"), default).GetAwaiter().GetResult()!.State.Entity!;
    }

    /// <summary>What a few customers did, told as a store tells it: every version, some twice, some equal in version and not in content.</summary>
    private static Gen<List<Said>> Story => Gen.Select(CustomerGen.List[0, 8], OrderGen.List[0, 14], CartGen.List[0, 4], GoneGen.List[0, 3],
        (customers, orders, carts, gone) => customers.Select(Tell).Concat(orders.Select(Tell)).Concat(carts.Select(Tell)).Concat(gone).ToList());

    private static readonly Gen<string?> Email = Any<string?>("a@example.com", "b@example.com", "C@Example.com", null, "not an address");

    private static Gen<Customer> CustomerGen => Gen.Select(Gen.Int[1, 4], Gen.Long[1, 4], Email, Gen.Bool, (id, version, email, guest) => Some.Customer(id.ToString(), version, email, guest: guest));

    private static Gen<Order> OrderGen => Gen.Select(
        Gen.Select(Gen.Int[1, 5], Gen.Long[1, 4], Any<string?>(null, "1", "2", "3", "9"), Email),
        Gen.Select(Gen.Long[0, 5000], Any("EUR", "JPY"), Gen.Int[0, 3], Gen.Bool),
        Gen.Select(Gen.Bool, Any(0L, 300L, 5000L)),
        (who, what, end) => Some.Order(who.Item1.ToString(), who.Item2, who.Item3, who.Item4, what.Item1, what.Item2, Some.Day.AddDays(what.Item3), what.Item4, end.Item2, end.Item1));

    private static Gen<Cart> CartGen => Gen.Select(Gen.Int[1, 2], Gen.Long[1, 3], Email, (id, version, email) => Some.Cart(id.ToString(), version, email));

    private static Gen<Said> GoneGen => Gen.Select(Any(EntityKind.Customer, EntityKind.Order), Gen.Int[1, 5], Gen.Long[1, 5], (kind, id, version) => new Said(null, kind, id.ToString(), version));

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Said Tell(LedgerEntity entity) => new(entity, entity.Kind, entity.PlatformId, entity.Version);

    private static List<Said> Shuffle(IEnumerable<Said> story, int seed)
    {
        var all = story.ToArray();
        new Random(seed).Shuffle(all);
        return [.. all];
    }

    private static Func<string, List<Said>, string> Writer(SyncDatabase database) => (connection, story) =>
    {
        Enter(database, connection, story);
        return Everything(database, connection);
    };

    private static void Enter(SyncDatabase database, string connection, List<Said> story, bool fresh = false) => database.WriteAsync((db, transaction) =>
    {
        foreach (var said in story)
            if (said.Entity is { } entity) LedgerEntry.Enter(db, transaction, database.Dialect, connection, entity, fresh, PushRig.Heard);
            else LedgerEntry.Delete(db, transaction, database.Dialect, connection, said.Kind, said.Id, said.Version, PushRig.Heard);
    }, default).GetAwaiter().GetResult();

    private static string Everything(SyncDatabase database, string connection) => database.ReadAsync(db => string.Join('\n',
        db.Query<(long, string, long, string, long, string, string)>("select kind, platform_id, version, hash, deleted, coalesce(contact_key, ''), body from ledger where connection = @connection order by kind, platform_id", new { connection }).Select(row => row.ToString())
            .Concat(db.Query<(string, string, long, long, long, long, long)>("select contact_key, currency, orders_count, total_spent, net_spent, items_net, orders from aggregates where connection = @connection order by contact_key, currency", new { connection }).Select(row => row.ToString())))
        .Replace(connection + ":", "c:", StringComparison.Ordinal), default).GetAwaiter().GetResult();

    private static void AssertAggregates(SyncDatabase database, string connection)
    {
        var (orders, kept) = database.ReadAsync(db => (Orders(db, connection),
            db.Query<string>("select distinct contact_key from aggregates where connection = @connection", new { connection }).Order(StringComparer.Ordinal).Select(key => (key, (IReadOnlyList<CustomerAggregates>)[.. AggregateStore.Read(db, database.Dialect, connection, [key])[key]])).ToList()), default).GetAwaiter().GetResult();
        var anew = orders.Where(o => o.Key is not null).GroupBy(o => o.Key!, o => o.Order).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, CustomerAggregates.Of(group))).ToList();
        Assert.Equal(anew.Select(a => a.Key), kept.Select(k => k.key));
        for (var i = 0; i < anew.Count; i++) Assert.Equal(anew[i].Item2, kept[i].Item2);
    }

    private static List<(string? Key, Order Order)> Orders(DbConnection db, string connection) =>
        [.. db.Query<(string? Key, string Body)>("select contact_key, body from ledger where connection = @connection and kind = 3 and body <> ''", new { connection }).Select(row => (row.Key, (Order)LedgerJson.Read(row.Body)))];

    private static List<string> Contacts(SyncDatabase database, string connection) =>
        database.ReadAsync(db => db.Query<string>("select distinct contact_key from ledger where connection = @connection order by contact_key", new { connection }).AsList(), default).GetAwaiter().GetResult();

    private Task<SyncDatabase> OpenAsync() => SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "spoke.db")), TestContext.Current.CancellationToken);
}
