using System.Net.Http.Json;
using System.Text.Json;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>The stand-in refuses what Shopify refuses: a connector that passes on it asks for what it uses, and no more than it may.</summary>
public sealed class ShopifyStandInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_is_asked_for_is_answered()
    {
        await using var standIn = await ShopifyStandIn.StartAsync(cancellationToken: Cancel);
        standIn.Shop.Place(new NewOrder("a@example.com", [new NewLine("Tea", 1, 5)]));
        var answer = await AskAsync(standIn, "query Q { all: orders(first: 1) { nodes { ...Short customer { defaultEmailAddress { emailAddress } } } } } fragment Short on Order { id name ... on Order { note } }");
        Assert.Equal("""["id","name","note","customer"]""", JsonSerializer.Serialize(answer.GetProperty("data").GetProperty("all").GetProperty("nodes")[0].EnumerateObject().Select(member => member.Name)));
    }

    [Theory]
    [InlineData("{ shop { colour } }", "undefinedField")]
    [InlineData("{ paintings(first: 1) { nodes { id } } }", "undefinedField")]
    [InlineData("{ orders { nodes { id } } }", "missingRequiredArguments")]
    [InlineData("{ orders(first: 1) { nodes { customer } } }", "selectionMismatch")]
    [InlineData("query($n: Int!) { shop { name } }", "variableNotUsed")]
    [InlineData("{ orders(first: $n) { nodes { id } } }", "variableNotDefined")]
    [InlineData("{ orders(first: 1, sortKey: COLOUR) { nodes { id } } }", "argumentLiteralsIncompatible")]
    [InlineData("{ orders(first: 250) { nodes { id lineItems(first: 10) { nodes { id } } } } }", "MAX_COST_EXCEEDED")]
    [InlineData("{ shop { ", "parseError")]
    public async Task What_is_wrong_is_refused_by_its_code(string query, string code)
    {
        await using var standIn = await ShopifyStandIn.StartAsync(cancellationToken: Cancel);
        standIn.Shop.Place(new NewOrder("a@example.com", [new NewLine("Tea", 1, 5)]));
        var answer = await AskAsync(standIn, query);
        Assert.Equal(code, answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_list_ends_at_its_limit()
    {
        await using var standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { ListLimit = 4 }, Cancel);
        for (var i = 0; i < 6; i++) standIn.Shop.Place(new NewOrder("a@example.com", [new NewLine("Tea", 1, 5)]));
        string? after = null;
        for (var page = 0; page < 2; page++)
            after = (await AskAsync(standIn, $"{{ orders(first: 2{(after is null ? "" : $", after: \"{after}\"")}) {{ pageInfo {{ endCursor }} nodes {{ id }} }} }}")).GetProperty("data").GetProperty("orders").GetProperty("pageInfo").GetProperty("endCursor").GetString();
        Assert.Contains("limited to 4", (await AskAsync(standIn, $"{{ orders(first: 2, after: \"{after}\") {{ nodes {{ id }} }} }}")).GetProperty("errors")[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("{ orders { edges { node { id refunds { refundLineItems { edges { node { id } } } } } } } }", "connection field within a list field")]
    [InlineData("{ shop { name } }", "at least one connection")]
    [InlineData("{ orders { edges { node { id } } } customers { edges { node { id } } } }", "single top-level field")]
    public async Task An_export_of_what_cannot_be_exported_is_refused(string query, string says)
    {
        await using var standIn = await ShopifyStandIn.StartAsync(cancellationToken: Cancel);
        var answer = await AskAsync(standIn, "mutation($q: String!) { bulkOperationRunQuery(query: $q, groupObjects: true) { bulkOperation { id } userErrors { code message } } }", new { q = query });
        Assert.Contains(says, answer.GetProperty("data").GetProperty("bulkOperationRunQuery").GetProperty("userErrors")[0].GetProperty("message").GetString());
        Assert.Empty(standIn.Exports.All);
    }

    [Fact]
    public async Task Points_are_taken_given_back_when_they_were_not_needed_and_come_back_with_time()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        await using var standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { Time = time, BucketSize = 500, PointsASecond = 50 }, Cancel);
        const string query = "{ orders(first: 200) { nodes { id } } }";
        var first = (await AskAsync(standIn, query)).GetProperty("extensions").GetProperty("cost");
        Assert.Equal((202, 2, 498), (first.GetProperty("requestedQueryCost").GetInt32(), first.GetProperty("actualQueryCost").GetInt32(), first.GetProperty("throttleStatus").GetProperty("currentlyAvailable").GetInt32()));
        standIn.Spend(400);
        Assert.Equal("THROTTLED", (await AskAsync(standIn, query)).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True((await AskAsync(standIn, query)).TryGetProperty("data", out _));
    }

    private static async Task<JsonElement> AskAsync(ShopifyStandIn standIn, string query, object? variables = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(standIn.BaseUrl, "admin/api/2026-10/graphql.json")) { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Add("X-Shopify-Access-Token", "shpat_stand-in");
        using var answer = await http.SendAsync(request, Cancel);
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Cancel)).RootElement;
    }
}
