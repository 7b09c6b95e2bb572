using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Tests.Storage;

/// <summary>What every database under the engine has to do alike. One class per database inherits it.</summary>
public abstract partial class StorageConformance
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A dialect on the test's own database, which is empty when the test begins and the same at each call.</summary>
    protected abstract ISqlDialect Dialect(TimeSpan? lockWait = null);

    /// <summary>Whether a commit on this connection is on disk when it returns.</summary>
    protected abstract bool IsDurable(DbConnection connection);

    [Fact]
    public async Task A_write_is_there_for_others_when_its_caller_goes_on()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await PutAsync(database, "a");
        await using var other = await Dialect().OpenAsync(Token);
        Assert.Equal(1, other.ExecuteScalar<int>("select count(*) from progress"));
        Assert.True(IsDurable(other));
    }

    [Fact]
    public async Task Many_callers_share_a_transaction()
    {
        var counting = new WatchedDialect(Dialect());
        await using var database = await SyncDatabase.OpenAsync(counting, Token);
        using var gate = new ManualResetEventSlim();
        var first = await HeldAsync(database, gate);
        var before = counting.Begun;
        var writes = Enumerable.Range(0, 1000).Select(i => PutAsync(database, "n" + i)).ToList();
        gate.Set();
        await first();
        await Task.WhenAll(writes);
        Assert.Equal(1000, await CountAsync(database));
        Assert.InRange(counting.Begun - before, 1, 4);
    }

    [Fact]
    public async Task A_write_that_fails_takes_nothing_of_the_others_with_it()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        var writes = Enumerable.Range(0, 50).Select(i => database.WriteAsync((db, transaction) =>
        {
            Put(db, transaction, "n" + i);
            if (i % 5 == 0) throw new InvalidOperationException("on purpose");
            if (i % 5 == 1) Put(db, transaction, "n" + i, "insert into no_such_table values (1)");
        }, Token)).ToList();
        for (var i = 0; i < writes.Count; i++)
            if (i % 5 == 0) await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i]);
            else if (i % 5 == 1) await Assert.ThrowsAnyAsync<Exception>(() => writes[i]);
            else await writes[i];
        Assert.Equal(30, await CountAsync(database));
    }

    [Fact]
    public async Task A_fault_of_the_writer_fails_every_waiting_caller_and_the_next_ones_go_through()
    {
        var failing = new WatchedDialect(Dialect());
        await using var database = await SyncDatabase.OpenAsync(failing, Token);
        using var gate = new ManualResetEventSlim();
        var first = await HeldAsync(database, gate);
        var waiting = Enumerable.Range(0, 20).Select(i => PutAsync(database, "n" + i)).ToList();
        failing.FailNextBegin = new NotSupportedException("not a database failure at all");
        gate.Set();
        await first();
        foreach (var write in waiting) await Assert.ThrowsAsync<NotSupportedException>(() => write);
        await PutAsync(database, "after");
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task The_queue_is_bounded_and_a_caller_can_give_up_waiting_for_a_place()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        using var gate = new ManualResetEventSlim();
        var blocker = await HeldAsync(database, gate);
        using var patience = new CancellationTokenSource();
        var writes = Enumerable.Range(0, GroupWriter.QueueSize + 600).Select(i => PutAsync(database, "n" + i, patience.Token)).ToList();
        await patience.CancelAsync();
        gate.Set();
        await blocker();
        await Task.WhenAll(writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.All(writes, write => Assert.True(write.IsCanceled));
        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task Of_many_alike_that_go_in_one_call_one_that_fails_takes_nothing_of_the_others_with_it()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var first = await HeldAsync(database, gate);
        var calls = new List<int>();
        IReadOnlyList<string> Write(DbConnection db, DbTransaction transaction, IReadOnlyList<int> items)
        {
            calls.Add(items.Count);
            foreach (var i in items)
            {
                Put(db, transaction, "n" + i);
                if (i == 30) throw new InvalidOperationException("on purpose");
                if (i == 40) Put(db, transaction, "n" + i, "insert into no_such_table values (1)");
            }
            return [.. items.Select(i => "n" + i)];
        }
        var same = new Func<DbConnection, DbTransaction, IReadOnlyList<int>, IReadOnlyList<string>>(Write);
        var writes = Enumerable.Range(0, 50).Select(i => database.WriteManyAsync(i, same, i == 20 ? cancel.Token : Token)).ToList();
        await cancel.CancelAsync();
        gate.Set();
        await first();
        for (var i = 0; i < writes.Count; i++)
            if (i == 20) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writes[i]);
            else if (i == 30) await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i]);
            else if (i == 40) await Assert.ThrowsAnyAsync<Exception>(() => writes[i]);
            else Assert.Equal("n" + i, await writes[i]);
        Assert.Equal(47, await CountAsync(database));
        Assert.Equal([49, .. Enumerable.Repeat(1, 49)], calls);
    }

    [Fact]
    public async Task A_write_cancelled_before_its_turn_is_not_carried_out()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        using var gate = new ManualResetEventSlim();
        var first = await HeldAsync(database, gate);
        using var cancel = new CancellationTokenSource();
        var given = PutAsync(database, "given up", cancel.Token);
        var kept = PutAsync(database, "kept");
        await cancel.CancelAsync();
        gate.Set();
        await first();
        await kept;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task Closing_carries_out_what_waits_and_refuses_what_comes_after()
    {
        var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        using var gate = new ManualResetEventSlim();
        var first = await HeldAsync(database, gate);
        var waiting = Enumerable.Range(0, 10).Select(i => PutAsync(database, "n" + i)).ToList();
        var closing = database.DisposeAsync();
        gate.Set();
        await closing;
        await first();
        await Task.WhenAll(waiting);
        await Assert.ThrowsAsync<StorageException>(() => PutAsync(database, "too late"));
        await using var again = await SyncDatabase.OpenAsync(Dialect(), Token);
        Assert.Equal(10, await CountAsync(again));
    }

    [Fact]
    public async Task A_read_sees_what_was_committed_and_nothing_half_done()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        using var written = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var write = database.WriteAsync((db, transaction) =>
        {
            Put(db, transaction, "half");
            written.Release();
            gate.Wait(Token);
        }, Token);
        await written.WaitAsync(Token);
        Assert.Equal(0, await CountAsync(database));
        gate.Set();
        await write;
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_database_that_another_process_holds_is_named_and_nothing_is_lost()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(TimeSpan.FromSeconds(1)), Token);
        await PutAsync(database, "before");
        var other = Dialect();
        await using (var holder = await other.OpenAsync(Token))
        await using (await other.BeginWriteAsync(holder, Token))
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(database, "meanwhile"));
            Assert.Contains(other.Name, refused.Message);
            Assert.Contains("locked by another process", refused.Message);
        }
        await PutAsync(database, "after");
        Assert.Equal(2, await CountAsync(database));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (var database = await SyncDatabase.OpenAsync(Dialect(), Token))
            await database.WriteAsync((db, transaction) => db.Execute("insert into schema_version (version) values (@newer)", new { newer = Migrations.Newest + 1 }, transaction), Token);
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(Dialect(), Token));
        Assert.Contains("newer version of spoke", refused.Message);
        Assert.Contains(Dialect().Name, refused.Message);
    }

    [Fact]
    public async Task Two_that_open_an_empty_database_at_once_both_find_it_ready()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SyncDatabase.OpenAsync(Dialect(), Token))));
        foreach (var database in opened)
        {
            await PutAsync(database, Guid.NewGuid().ToString());
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_first_schema_is_brought_up_to_date_with_what_it_held()
    {
        var order = Some.Order("o1", 3, email: "a@example.com", total: 1234);
        await using (var old = await Dialect().OpenAsync(Token))
        {
            await Migrations.ApplyAsync(old, Dialect(), Token, upTo: 1);
            old.Execute("insert into ledger (connection, kind, platform_id, version, hash, deleted, contact_key, cart_id, body) values ('c', 3, 'o1', 3, 'h', 0, 'c:customer:guest:a@example.com', null, @body)", new { body = LedgerJson.Write(order) });
            old.Execute("insert into ledger (connection, kind, platform_id, version, hash, deleted, contact_key, cart_id, body) values ('c', 1, 'v1', 3, 'h', 0, null, null, @body)", new { body = LedgerJson.Write(Some.Variant("v1", 3, "TEA")) });
            old.Execute("insert into record (connection, object, record_key, source_id, record_id, shadow, state, generation, attempts, due_at) values ('c', 'orders', 'c:order:o1', 'o1', '77', '{\"hs_currency_code\":\"EUR\",\"hs_total_price\":\"12.34\"}', 0, 1, 0, 0)");
        }
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        var (total, confirmed, aggregates) = await database.ReadAsync(db => (
            db.ExecuteScalar<long>("select total from ledger where platform_id = 'o1' and currency = 'EUR' and email = 'a@example.com'"),
            db.ExecuteScalar<long>("select total from record where record_id = '77' and currency = 'EUR'"),
            AggregateStore.Read(db, Dialect(), "c", ["c:customer:guest:a@example.com"])), Token);
        Assert.Equal(1234, total);
        Assert.Equal(1234, confirmed);
        Assert.Equal(["v1"], await database.ReadAsync(db => ProductVariants.Of(db, "c", Some.Variant("v1", 3, "TEA").ProductId).ToList(), Token));
        Assert.Equal(CustomerAggregates.Of([order]), aggregates["c:customer:guest:a@example.com"]);
    }

    [Fact]
    public async Task Consents_of_before_there_were_channels_are_those_of_e_mail()
    {
        await using (var old = await Dialect().OpenAsync(Token))
        {
            await Migrations.ApplyAsync(old, Dialect(), Token, upTo: 8);
            old.Execute("insert into consent (connection, contact_key, base_store, base_portal, portal, history, state, attempts, due_at, problem, fix) values ('c', 'c:customer:1', 3, 1, 3, 0, 2, 4, 5, 'parked', 'ask')");
        }
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        Assert.Equal((0L, 3L, 2L, "parked"), await database.ReadAsync(db => db.QuerySingle<(long, long, long, string)>("select channel, base_store, state, problem from consent where contact_key = 'c:customer:1'"), Token));
        await database.WriteAsync((db, transaction) => Spoke.Sync.Consents.ConsentStore.Sms.Mark(db, transaction, "c", "c:customer:1"), Token);
        Assert.Equal(2, await database.ReadAsync(db => db.ExecuteScalar<long>("select count(*) from consent"), Token));
    }

    [Fact]
    public async Task Values_come_back_as_they_went_in()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        byte[] bytes = [0, 255, 10, 13, 0];
        await database.WriteAsync((db, transaction) => db.Execute(
            "insert into intake (connection, kind, platform_id, version, deleted, delivery_id, payload, received_at, state) values ('c', 1, 'ü-\"''-日本', @version, 0, null, @bytes, 0, 0)", new { version = long.MaxValue, bytes }, transaction), Token);
        var (id, version, payload, delivery) = await database.ReadAsync(db => db.QuerySingle<(string, long, byte[], string?)>("select platform_id, version, payload, delivery_id from intake"), Token);
        Assert.Equal(("ü-\"'-日本", long.MaxValue, null), (id, version, delivery));
        Assert.Equal(bytes, payload);
    }

    [Fact]
    public async Task Text_that_not_every_database_takes_is_kept_by_each_in_the_same_way()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        var dialect = database.Dialect;
        await database.WriteAsync((db, transaction) =>
        {
            const string Put = "insert into progress (connection, name, value) values ('c', @name, @value)";
            db.Execute(Put, new { name = "a\0", value = "\0x\0" }, transaction);
            Later(db, transaction, "b\0");
            db.Execute(Put, new { name = "c", value = "half \ud83d, whole \ud83d\ude00" }, transaction);
            db.ExecuteLater(dialect, transaction, "name text, value text", [["d\0", "y\0"], ["e", null]], from => $"insert into progress (connection, name, value) select 'c', name, coalesce(value, 'none') from {from} where true");
            Assert.Equal("x", db.ExecuteScalar<string>("select value from progress where name = @name", new { name = "\0a" }, transaction));
        }, Token);
        var names = new List<string> { "\0b", "c\0", "nobody" };
        Assert.Equal(["b", "c"], await database.ReadAsync(db => db.Query<string>($"select name from progress where name {dialect.Among("names")} order by name", new { names }).AsList(), Token));
        Assert.Equal([("a", "x"), ("b", "v"), ("c", "half \ufffd, whole \ud83d\ude00"), ("d", "y"), ("e", "none")], await database.ReadAsync(db => db.Query<(string, string)>("select name, value from progress order by name").AsList(), Token));
    }

    [Fact]
    public async Task The_database_counts_rows_up_in_the_order_of_writing()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        for (var i = 0; i < 5; i++)
            await database.WriteAsync((db, transaction) => db.Execute("insert into recent (at, connection, what, object, title) values (0, 'c', 'created', 'orders', @title)", new { title = "t" + i }, transaction), Token);
        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], await database.ReadAsync(db => db.Query<string>("select title from recent order by seq"), Token));
    }

    [Fact]
    public async Task Rows_go_into_one_statement_and_come_out_as_they_were_in_their_order()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        object?[][] rows = [["a'\"\\日本\n", "", long.MaxValue], ["[1]", null, 0L], ["7", "true", -1L]];
        await database.WriteAsync((db, transaction) =>
        {
            db.ExecuteLater(database.Dialect, transaction, "of text, said text, place bigint", rows, from => $"insert into recent (at, connection, what, object, title, detail) select place, @of_all, 'x', 'orders', of, said from {from} where true", ("of_all", "c"));
            db.ExecuteLater(database.Dialect, transaction, "of text", [], from => throw new InvalidOperationException("of no rows nothing is said"));
        }, Token);
        var back = await database.ReadAsync(db => db.Query<(string, string?, long)>("select title, detail, at from recent where connection = 'c' order by seq").AsList(), Token);
        Assert.Equal(rows, back.Select(row => new object?[] { row.Item1, row.Item2, row.Item3 }));
        await Assert.ThrowsAsync<ArgumentException>(() => database.WriteAsync((db, transaction) => db.ExecuteLater(database.Dialect, transaction, "of date", rows, from => "select 1 from " + from), Token));
    }

    [Fact]
    public async Task A_list_is_one_parameter()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        var dialect = database.Dialect;
        foreach (var name in (string[])["a", "7", "[1]", "ü'\""]) await PutAsync(database, name);
        List<string> asked = ["7", "[1]", "ü'\"", "nobody"];
        Assert.Equal(["7", "[1]", "ü'\""], (await FoundAsync(new { asked })).Order());
        Assert.Equal(["7", "[1]", "ü'\""], (await FoundAsync(new { asked = (IReadOnlyList<string>)asked })).Order());
        Assert.Equal(["a"], await FoundAsync(new { asked = (string[])["a"] }));
        Assert.Empty(await FoundAsync(new { asked = new List<string>() }));
        Task<List<string>> FoundAsync(object parameters) => database.ReadAsync(db => db.Query<string>($"select name from progress where name {dialect.Among("asked")}", parameters).AsList(), Token);
    }

    /// <summary>Holds the writer in the middle of a transaction until the gate opens. Returns once it is held.</summary>
    private static async Task<Func<Task>> HeldAsync(SyncDatabase database, ManualResetEventSlim gate)
    {
        using var begun = new SemaphoreSlim(0);
        var held = database.WriteAsync((_, _) =>
        {
            begun.Release();
            gate.Wait(Token);
        }, Token);
        await begun.WaitAsync(Token);
        return () => held;
    }

    protected static Task PutAsync(SyncDatabase database, string name, CancellationToken? cancellationToken = null) =>
        database.WriteAsync((db, transaction) => Put(db, transaction, name), cancellationToken ?? Token);

    protected static Task<int> CountAsync(SyncDatabase database) => database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from progress"), Token);

    private static void Put(DbConnection db, DbTransaction transaction, string name, string sql = "insert into progress (connection, name, value) values ('c', @name, 'v')") => db.Execute(sql, new { name }, transaction);
}
