using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.CsvFiles;

/// <summary>The rules of the suite that hold for a store without HTTP, carts and pushes.</summary>
public sealed class CsvConnectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-csv-").FullName;
    private readonly CsvConnector _connector;

    public CsvConnectorTests()
    {
        File.WriteAllText(Path.Combine(_folder, "customers.csv"), "c1,ada@example.com,Ada,Lovelace,1\nc2,alan@example.com,Alan,Turing,2\n");
        File.WriteAllLines(Path.Combine(_folder, "orders.csv"), Enumerable.Range(1, 5).Select(i => $"o{i},c1,2026-01-0{i}T10:00:00Z,pending,{i}00,EUR,{i}"));
        _connector = new CsvConnector(_folder, pageSize: 2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_full_read_can_be_taken_up_again_at_every_page()
    {
        var pages = await PagesAsync(_connector.ReadAllAsync(EntityKind.Order, null, Cancel));
        Assert.Equal([2, 2, 1], pages.Select(page => page.Changes.Count));
        for (var i = 0; i < pages.Count; i++)
        {
            var rest = await PagesAsync(new CsvConnector(_folder, 3).ReadAllAsync(EntityKind.Order, pages[i].Cursor, Cancel));
            Assert.Equal(["o1", "o2", "o3", "o4", "o5"], pages.Take(i + 1).Concat(rest).SelectMany(page => page.Changes).Select(change => change.PlatformId));
        }
    }

    [Fact]
    public async Task A_change_is_found_and_one_entity_is_read_as_the_list_gives_it()
    {
        var checkpoint = (await PagesAsync(_connector.ReadChangesAsync(null, default, Cancel)))[^1].Cursor;
        Assert.Empty(await PagesAsync(_connector.ReadChangesAsync(checkpoint, default, Cancel)));
        await File.AppendAllTextAsync(Path.Combine(_folder, "orders.csv"), "o6,c2,2026-01-06T10:00:00Z,paid,1999,EUR,6\n", Cancel);
        var change = Assert.Single((await PagesAsync(_connector.ReadChangesAsync(checkpoint, default, Cancel))).SelectMany(page => page.Changes));
        var order = Assert.IsType<Order>(Assert.Single(_connector.Normalise(change)));
        Assert.Equal(("o6", PaymentStatus.Paid, new Money(1999, "EUR"), 6L), (order.PlatformId, order.Payment, order.Amounts.Total, order.Version));
        Assert.Empty(LedgerNotice.Of(order));
        Assert.Equal(change.Payload.ToArray(), (await _connector.ReadOneAsync(EntityKind.Order, "o6", Cancel))!.Payload.ToArray());
        Assert.Null(await _connector.ReadOneAsync(EntityKind.Order, "o7", Cancel));
    }

    [Fact]
    public async Task Something_else_at_the_address_is_named()
    {
        File.Delete(Path.Combine(_folder, "orders.csv"));
        var failure = await Assert.ThrowsAsync<StoreException>(() => _connector.DescribeAsync(Cancel));
        Assert.False(failure.IsTransient);
        Assert.Contains("Is this", failure.Message);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<List<StorePage>> PagesAsync(IAsyncEnumerable<StorePage> pages)
    {
        var all = new List<StorePage>();
        await foreach (var page in pages) all.Add(page);
        return all;
    }
}
