using Dapper;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>Text that a store may hold and a database may not: it stops nobody, and both databases make the same of it.</summary>
public sealed class OddTextTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_NUL_in_a_name_a_note_a_number_and_a_SKU_stops_nobody(bool postgres)
    {
        await using var rig = await PullRig.StartAsync(dialect: postgres ? cluster.NewDialect() : null);
        rig.Store.Put(Some.Variant("v", 0, "TE\0A"));
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com", "\0Ad\0\0a") with { LastName = @"\u0000\" });
        rig.Store.Put(Some.Customer("2", 0, "bob@example.com", "Bob"));
        rig.Store.Put(Some.Order("1", 0, customer: "1") with { Number = "N\01", Note = "ring\0 twice" });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("TEA", await rig.Database.ReadAsync(db => db.ExecuteScalar<string>("select sku from ledger where kind = 1"), PullRig.Token));
        var ada = await rig.ContactAsync("ada@example.com");
        Assert.Equal(("Ada", @"\u0000\", "1"), (ada["firstname"], ada["lastname"], ada["spoke_orders_count"]));
        Assert.Equal("#N1", await rig.Database.ReadAsync(db => db.ExecuteScalar<string>("select title from record where object = 'orders'"), PullRig.Token));
        Assert.Equal("Bob", (await rig.ContactAsync("bob@example.com"))["firstname"]);
        // Said again it is nothing new.
        var writes = await rig.WritesAsync();
        rig.Store.Edit("1", customer => customer);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(writes, await rig.WritesAsync());
    }
}
