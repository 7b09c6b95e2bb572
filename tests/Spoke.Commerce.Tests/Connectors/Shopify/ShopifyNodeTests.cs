using System.Text.Json;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>What Shopify itself publishes says whether our queries and our stand-in are right.</summary>
public sealed class ShopifyNodeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_query_and_mutation_is_valid_by_the_published_schema()
    {
        var home = await ShopifyNode.InstallAsync(Cancel);
        var operations = Operations().Select((text, i) => (text, i)).ToDictionary(pair => $"{pair.i}: {pair.text[..Math.Min(60, pair.text.Length)]}", pair => pair.text);
        var seen = await CheckAsync(home, operations);
        Assert.Equal(operations.Count, seen.GetProperty("checked").GetInt32());
        Assert.True(seen.GetProperty("types").GetInt32() > 2000, "that is not the schema of the Admin API");
        Assert.Empty(seen.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()));
    }

    [Fact]
    public async Task The_check_finds_a_field_that_is_not_there()
    {
        var seen = await CheckAsync(await ShopifyNode.InstallAsync(Cancel), new() { ["wrong"] = "{ shop { colour } }" });
        Assert.Contains("colour", Assert.Single(seen.GetProperty("faults").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Shopifys_own_client_works_with_the_stand_in()
    {
        var home = await ShopifyNode.InstallAsync(Cancel);
        await using var standIn = await ShopifyStandIn.StartAsync(cancellationToken: Cancel);
        var placed = Enumerable.Range(0, 7).Select(i => standIn.Shop.Place(new NewOrder($"n{i}@example.com", [new NewLine("Tea", 1, 5)]))).ToList();
        var output = await ShopifyNode.RunAsync("node", ["drive.js"], home, new Dictionary<string, string> { ["SHOP_URL"] = standIn.BaseUrl.ToString(), ["SHOP_TOKEN"] = "shpat_stand-in" }, Cancel);
        var seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal("Stand-in", seen.GetProperty("name").GetString());
        Assert.Equal(placed.Select(order => $"gid://shopify/Order/{order.Id}"), seen.GetProperty("orders").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("""{"typeName":"Shop","fieldName":"colour","code":"undefinedField"}""", seen.GetProperty("wrong").GetRawText());
        Assert.Equal("""["vip"]""", seen.GetProperty("tags").GetRawText());
        Assert.Equal(401, seen.GetProperty("refused").GetInt32());
        Assert.Equal(1, seen.GetProperty("cost").GetInt32());
    }

    private static IEnumerable<string> Operations() =>
    [
        ShopifyQueries.Store, ShopifyQueries.Currency, ShopifyQueries.Newest, ShopifyQueries.NewestCompany, ShopifyQueries.CheckoutAddresses, ShopifyQueries.RunBulk, ShopifyQueries.BulkState, ShopifyQueries.RestOfCheckout, ShopifyQueries.RefundsOf,
        .. new[] { ShopifyQueries.Orders, ShopifyQueries.Customers, ShopifyQueries.Companies, ShopifyQueries.Products, ShopifyQueries.Checkouts }.Select(list => list.Query),
        .. EntityKinds.All.Select(ShopifyQueries.Nodes),
        .. EntityKinds.All.Where(kind => kind != EntityKind.Cart).Select(ShopifyQueries.Bulk),
        ShopifyQueries.Rest("Order", "lineItems"), ShopifyQueries.Rest("Product", "variants"), ShopifyQueries.Rest("Order", "shippingLines"),
        ShopifyQueries.Rest("Refund", "refundLineItems"), ShopifyQueries.Rest("Refund", "refundShippingLines"), ShopifyQueries.Rest("Refund", "transactions"),
        .. ShopifyWriter.Operations, .. ShopifyFulfilment.Operations, .. ShopifySubscriptions.Operations,
        .. ShopifySubscriptions.Topics.Select(topic => $"mutation {{ webhookSubscriptionCreate(topic: {topic}, webhookSubscription: {{ uri: \"https://spoke.example\" }}) {{ webhookSubscription {{ id }} }} }}"),
    ];

    private static async Task<JsonElement> CheckAsync(string home, Dictionary<string, string> operations)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { version = "2026-10", operations }), Cancel);
            return JsonDocument.Parse(await ShopifyNode.RunAsync("node", ["schema.js", file], home, null, Cancel)).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
