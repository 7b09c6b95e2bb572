using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Tests.Storage;

public abstract partial class StorageConformance
{
    [Fact]
    public async Task A_statement_nobody_waits_for_is_seen_by_the_next_question_and_kept_by_the_commit()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        var seen = await database.WriteAsync((db, transaction) =>
        {
            Later(db, transaction, "a");
            Later(db, transaction, "b");
            var counted = db.ExecuteScalar<int>("select count(*) from progress", transaction: transaction);
            Later(db, transaction, "c");
            var names = db.Query<string>("select name from progress order by name", transaction: transaction).AsList();
            Later(db, transaction, "d");
            var changed = db.Execute("update progress set value = 'w' where name in ('c', 'd')", transaction: transaction);
            Later(db, transaction, "e");
            return (counted, string.Join(" ", names), changed);
        }, Token);
        Assert.Equal((2, "a b c", 2), seen);
        Assert.Equal(5, await CountAsync(database));
        await database.WriteAsync((db, transaction) =>
        {
            for (var i = 0; i < 1200; i++) Later(db, transaction, "n" + i);   // more than are sent at once
        }, Token);
        Assert.Equal(1205, await CountAsync(database));
    }

    [Fact]
    public async Task A_statement_nobody_waits_for_that_fails_takes_its_own_write_with_it_and_no_other()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await PutAsync(database, "first");
        await Assert.ThrowsAnyAsync<Exception>(() => WrongAsync("alone"));
        Assert.Equal(1, await CountAsync(database));
        using var gate = new ManualResetEventSlim();
        var held = await HeldAsync(database, gate);
        var (before, wrong, after) = (PutAsync(database, "before"), WrongAsync("wrong"), PutAsync(database, "after"));
        gate.Set();
        await held();
        await Assert.ThrowsAnyAsync<Exception>(() => wrong);
        await Task.WhenAll(before, after);
        Assert.Equal(3, await CountAsync(database));

        Task WrongAsync(string name) => database.WriteAsync((db, transaction) =>
        {
            Later(db, transaction, name);
            db.ExecuteLater("insert into progress (connection, name, value) values ('c', 'first', 'v')", null, transaction);
            Later(db, transaction, name + " too");
        }, Token);
    }

    [Fact]
    public async Task A_failed_write_leaves_nothing_unsent_behind()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync((db, transaction) =>
        {
            Later(db, transaction, "left");
            throw new InvalidOperationException("on purpose");
        }, Token));
        await PutAsync(database, "next");
        Assert.Equal(["next"], await database.ReadAsync(db => db.Query<string>("select name from progress").AsList(), Token));
    }

    [Fact]
    public async Task Several_statements_in_one_text_come_after_one_that_nobody_waits_for()
    {
        const string both = "update progress set value = 'w' where name = @name; insert into progress (connection, name, value) select 'c', 'b', value from progress where name = @name";
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await database.WriteAsync((db, transaction) =>
        {
            Later(db, transaction, "a");
            db.Execute(both, new { name = "a" }, transaction);
        }, Token);
        var seen = await database.ReadAsync(db => db.Query<string>("select name || value from progress order by name").AsList(), Token);
        Assert.Equal(["aw", "bw"], seen);
    }

    private static void Later(DbConnection db, DbTransaction transaction, string name) => db.ExecuteLater("insert into progress (connection, name, value) values ('c', @name, 'v')", new { name }, transaction);
}
