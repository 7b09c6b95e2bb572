using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Crm;

public sealed class SearchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_than_ten_thousand_results_are_read_to_the_end_in_either_direction()
    {
        const int count = 10_450;
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Off);
        using var client = portal.NewClient(options => options.SearchesPerSecond = 1000);
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(2000), Stop, async (chunk, stop) =>
            await client.Companies.BatchCreateAsync([.. chunk.Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["name"] = i % 2 == 0 ? "even" : "odd", ["city"] = "C" + i }))], cancellationToken: stop));
        var query = new SearchQuery
        {
            Groups = [[new SearchFilter("name", SearchOperator.Eq, "even")], [new SearchFilter("name", SearchOperator.Eq, "odd"), new SearchFilter("city", SearchOperator.HasProperty)]],
            Properties = ["city"],
        };
        Assert.Equal(count, await client.Companies.CountAsync(query, cancellationToken: Stop));
        var rising = await client.Companies.SearchAsync(query, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(count, rising.Select(record => record.Id).Distinct().Count());
        var falling = await client.Companies.SearchAsync(query with { Descending = true }, cancellationToken: Stop).Take(450).ToListAsync(Stop);
        Assert.Equal(rising.Select(record => record.Id).Reverse().Take(450), falling.Select(record => record.Id));

        // In an order of one's own, and where no filter has room, the 10,000th is the last; it is said and not passed over.
        foreach (var capped in (SearchQuery[])[query with { SortBy = "createdate", PageSize = 150 }, new SearchQuery { Groups = [[.. Enumerable.Repeat(new SearchFilter("city", SearchOperator.HasProperty), 6)]] }])
        {
            var read = 0;
            var end = await Assert.ThrowsAsync<HubSpotException>(async () =>
            {
                await foreach (var _ in client.Companies.SearchAsync(capped, cancellationToken: Stop)) read++;
            });
            Assert.Equal(10_000, read);
            Assert.Equal(HubSpotErrorKind.Validation, end.Kind);
        }
    }

    [Fact]
    public async Task What_is_beyond_HubSpots_limits_is_refused_before_anything_is_sent()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var filter = new SearchFilter("email", SearchOperator.Eq, "x");
        SearchQuery[] wrong =
        [
            new() { Groups = [.. Enumerable.Repeat<IReadOnlyList<SearchFilter>>([filter], 6)] },
            new() { Groups = [[.. Enumerable.Repeat(filter, 7)]] },
            new() { Groups = [.. Enumerable.Repeat<IReadOnlyList<SearchFilter>>([.. Enumerable.Repeat(filter, 5)], 4)] },
            new() { PageSize = 201 },
            SearchQuery.Where(new SearchFilter("email", SearchOperator.In)),
            SearchQuery.Where(new SearchFilter("createdate", SearchOperator.Between, "1")),
            SearchQuery.Where(new SearchFilter("email", SearchOperator.In) { Values = [.. Enumerable.Range(0, 300).Select(i => $"person{i}@example.com")] }),
        ];
        foreach (var query in wrong) await Assert.ThrowsAsync<ArgumentException>(async () => await portal.Client.Contacts.SearchAsync(query, cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal(0, portal.Client.CallCount);
        var largest = new SearchQuery { Groups = [.. Enumerable.Repeat<IReadOnlyList<SearchFilter>>([.. Enumerable.Repeat(filter, 6)], 3)] };
        Assert.Empty(await portal.Client.Contacts.SearchAsync(largest, cancellationToken: Stop).ToListAsync(Stop));   // HubSpot takes the just-allowed one
    }
}
