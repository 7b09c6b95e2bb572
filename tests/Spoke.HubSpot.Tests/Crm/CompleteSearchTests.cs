using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Crm;

/// <summary>A complete search while others write: nothing that was there all the while is missed, nothing is given twice, or it is said.</summary>
public sealed class CompleteSearchTests
{
    private static readonly SearchQuery Ours = SearchQuery.Where(new SearchFilter("city", SearchOperator.Eq, "here")) with { PageSize = 20 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_to_fulfil_the_filters_behind_the_reader_is_read_at_the_end()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Off);
        using var client = portal.NewClient(options => options.SearchesPerSecond = 1000);
        var ids = await FillAsync(client, 200);
        var got = new List<RecordId>();
        await foreach (var record in client.Companies.SearchCompleteAsync(Ours, cancellationToken: Stop))
        {
            got.Add(record.Id);
            if (got.Count == 50)
            {
                await MoveAsync(client, ids[3], "here");      // behind the reader: missed by the pages
                await MoveAsync(client, ids[0], "away");      // read already, and gone since
                await MoveAsync(client, ids[151], "here");    // ahead of it
                await MoveAsync(client, ids[150], "away");
                await client.Companies.ArchiveAsync(ids[2], cancellationToken: Stop);
            }
        }
        Assert.Equal(got.Count, got.Distinct().Count());
        Assert.Contains(ids[3], got);
        Assert.Contains(ids[151], got);
        Assert.DoesNotContain(ids[150], got);
        Assert.Equal(101, got.Count);   // 100 at first, two that came, one that went before it was read
    }

    [Fact]
    public async Task A_stream_that_never_comes_to_rest_is_said_to_be_incomplete()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Off);
        using var client = portal.NewClient(options => options.SearchesPerSecond = 1000);
        var ids = await FillAsync(client, 100);
        var (count, next) = (0, 1);
        var end = await Assert.ThrowsAsync<HubSpotException>(async () =>
        {
            await foreach (var _ in client.Companies.SearchCompleteAsync(Ours, cancellationToken: Stop))
                if (++count >= 50)   // from the last of the pages on, each record read brings another one behind it
                {
                    await MoveAsync(client, ids[next], "here");
                    next += 2;
                }
        });
        Assert.Equal(HubSpotErrorKind.Incomplete, end.Kind);
    }

    [Fact]
    public async Task A_quiet_search_costs_one_count_more_and_an_index_that_lags_is_counted_as_it_is()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Off);
        using var client = portal.NewClient(options => options.SearchesPerSecond = 1000);
        var ids = await FillAsync(client, 60);
        var before = client.CallCount;
        Assert.Equal(30, (await client.Companies.SearchCompleteAsync(Ours, cancellationToken: Stop).ToListAsync(Stop)).Count);
        Assert.Equal(before + 3, client.CallCount);
        await portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        await portal.PlayAsync("search-lag:60000");
        await MoveAsync(client, ids[0], "away");
        Assert.Equal(30, (await client.Companies.SearchCompleteAsync(Ours, cancellationToken: Stop).ToListAsync(Stop)).Count);
        Assert.Empty(await client.Companies.SearchCompleteAsync(SearchQuery.Where(new SearchFilter("city", SearchOperator.Eq, "nowhere")), cancellationToken: Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_query_that_leaves_no_room_is_refused()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var full = new SearchQuery { Groups = [[.. Enumerable.Repeat(new SearchFilter("city", SearchOperator.HasProperty), 5)]] };
        foreach (var query in (SearchQuery[])[full, Ours with { SortBy = "city" }, Ours with { Descending = true }])
            await Assert.ThrowsAsync<ArgumentException>(async () => await portal.Client.Companies.SearchCompleteAsync(query, cancellationToken: Stop).ToListAsync(Stop));
    }

    /// <summary>Every other company is here, the others are away; ids in rising order.</summary>
    private static async Task<RecordId[]> FillAsync(HubSpotClient client, int count)
    {
        var made = await client.Companies.BatchCreateAsync([.. Enumerable.Range(0, count).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["name"] = "N" + i, ["city"] = i % 2 == 0 ? "here" : "away" }))], cancellationToken: Stop);
        return [.. made.Select(outcome => outcome.Record!).OrderBy(record => long.Parse(record["name"]![1..], System.Globalization.CultureInfo.InvariantCulture)).Select(record => record.Id)];
    }

    private static Task MoveAsync(HubSpotClient client, RecordId id, string city) => client.Companies.UpdateAsync(id, new Dictionary<string, string?> { ["city"] = city }, cancellationToken: Stop);
}
