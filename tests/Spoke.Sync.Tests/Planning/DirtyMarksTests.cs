using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Planning;

/// <summary>Marks of what a change touches, and the reasons they carry.</summary>
public sealed class DirtyMarksTests
{
    [Fact]
    public async Task Every_record_a_change_touches_has_it_as_reason_once_and_the_newest_reason_stands_first()
    {
        await using var rig = await PushRig.StartAsync();
        await EnterAsync(rig, "1", Some.Customer("7", 1, "a@example.com"), Some.Order("1", 1, email: "a@example.com", lines: ["1a", "1b"]));
        await EnterAsync(rig, "2", Some.Order("1", 2, email: "a@example.com", lines: ["1a"]));
        Assert.Equal("2 1", await ReasonsAsync(rig, RecordObjects.Orders));
        Assert.Equal("2 1", await ReasonsAsync(rig, RecordObjects.Contacts));   // of the customer and of the order in one change, which is one reason
        Assert.Equal("2 1, 2 1", await ReasonsAsync(rig, RecordObjects.LineItems));
        Assert.Equal(0, await rig.Database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from record where unclaimed = 1"), PushRig.Token));
    }

    private static Task EnterAsync(PushRig rig, string delivery, params LedgerEntity[] entities) => rig.Database.WriteAsync((db, transaction) =>
    {
        var because = new ChangeSource("order", "1", 1, delivery, DateTimeOffset.UnixEpoch).ToText();
        foreach (var entity in entities) Assert.True(LedgerEntry.Enter(db, transaction, rig.Database.Dialect, "shop-main", entity, fresh: true, new HeardChange(because, 0)));
        ChangeSource.Claim(db, transaction, "shop-main", because);
    }, PushRig.Token);

    private static async Task<string> ReasonsAsync(PushRig rig, string @object) =>
        string.Join(", ", (await rig.Database.ReadAsync(db => db.Query<string>("select because from record where object = @object order by record_key", new { @object }).AsList(), PushRig.Token))
            .Select(text => string.Join(' ', ChangeSource.Read(text).Select(reason => reason.DeliveryId))));
}
