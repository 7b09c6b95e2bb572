using System.Text;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Connectors.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>A test delivery of each platform: what the connector signs its own verifier accepts, and nothing else.</summary>
public sealed class TestDeliveryTests
{
    private const string Secret = "whsec_Y3VycmVudC1rZXktb2YtdGhlLXNob3A=";
    private const string Other = "whsec_YW5vdGhlci1rZXktb2YtdGhlLXNob3A=";
    private static readonly Uri s_shop = new("https://shop.example");
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static TheoryData<string> Platforms => ["shopify", "woocommerce", "medusa", "vendure", "sample"];

    private static IStoreConnector Connector(string platform, string? secret, string? previous = null) => platform switch
    {
        "shopify" => new ShopifyConnector(new ShopifyStoreOptions { Url = s_shop, AccessToken = "t", WebhookSecret = secret, PreviousWebhookSecret = previous }),
        "woocommerce" => new WooConnector(new WooStoreOptions { Url = s_shop, ConsumerKey = "k", ConsumerSecret = "s", WebhookSecret = secret, PreviousWebhookSecret = previous }),
        "medusa" => new MedusaConnector(new MedusaStoreOptions { Url = s_shop, ApiKey = "k", WebhookSecret = secret, PreviousWebhookSecret = previous }),
        "vendure" => new VendureConnector(new VendureStoreOptions { Url = s_shop, Username = "u", Password = "p", WebhookSecret = secret, PreviousWebhookSecret = previous }),
        _ => new SampleConnector(new SampleStoreOptions { Url = s_shop, ApiKey = "k", WebhookSecret = secret, PreviousWebhookSecret = previous }),
    };

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task What_a_connector_signs_its_own_verifier_takes_for_a_test_of_which_nothing_is_kept(string platform)
    {
        await using var connector = Connector(platform, Secret);
        foreach (var fragile in new[] { true, false })
        {
            var body = TestDelivery.Body("7f3a", fragile);
            var reading = connector.ReadWebhook(connector.SignTest("7f3a", body, s_now)!, body, s_now);
            Assert.Equal((null, "7f3a"), (reading.Problem, reading.TestId));
            Assert.Empty(reading.Changes);
            Assert.Empty(reading.Privacy);
        }
        Assert.Equal(connector.Platform, platform);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task One_byte_changed_anywhere_in_the_body_is_refused(string platform)
    {
        await using var connector = Connector(platform, Secret);
        var body = TestDelivery.Body("7f3a", fragile: true);
        var headers = connector.SignTest("7f3a", body, s_now)!;
        for (var i = 0; i < body.Length; i++)
        {
            var altered = body.ToArray();
            altered[i] ^= 1;
            Refused(connector.ReadWebhook(headers, altered, s_now));
        }
        Refused(connector.ReadWebhook(headers, [.. body, (byte)'\n'], s_now));
        Refused(connector.ReadWebhook(headers, body.AsSpan(1), s_now));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Without_the_secret_nobody_makes_a_test_and_learns_no_more_than_of_any_other_push(string platform)
    {
        await using var connector = Connector(platform, Secret);
        await using var forger = Connector(platform, Other);
        var body = TestDelivery.Body("7f3a", fragile: false);
        var real = "{\"id\":1}"u8.ToArray();
        Assert.Equal(Refused(connector.ReadWebhook(forger.SignTest("7f3a", real, s_now)!, real, s_now)), Refused(connector.ReadWebhook(forger.SignTest("7f3a", body, s_now)!, body, s_now)));
        Refused(connector.ReadWebhook(new Dictionary<string, string>(), body, s_now));
        await using var closed = Connector(platform, null);
        Refused(closed.ReadWebhook(connector.SignTest("7f3a", body, s_now)!, body, s_now));
        Assert.Null(closed.SignTest("7f3a", body, s_now));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task It_is_signed_with_the_current_secret_and_passes_where_that_is_the_previous_one_by_now(string platform)
    {
        await using var connector = Connector(platform, Secret, previous: Other);
        var body = TestDelivery.Body("7f3a", fragile: true);
        var headers = connector.SignTest("7f3a", body, s_now)!;
        await using var newer = Connector(platform, Other, previous: Secret);
        Assert.Equal("7f3a", newer.ReadWebhook(headers, body, s_now).TestId);
        await using var without = Connector(platform, Other);
        Refused(without.ReadWebhook(headers, body, s_now));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task No_mark_but_the_signed_one_makes_a_push_a_test(string platform)
    {
        await using var connector = Connector(platform, Secret);
        // Somebody on the way has a real push, and may change what is not signed.
        var real = platform == "woocommerce" ? """{"id":1,"note":"{\"type\":\"spoke.test\"}"}""" : """{"type":"order.touched","timestamp":"2023-11-14T22:13:20Z","note":"spoke.test","data":{"id":"1"}}""";
        var body = Encoding.UTF8.GetBytes(real);
        var headers = connector.SignTest("1", body, s_now)!.ToDictionary();
        Assert.Null(connector.ReadWebhook(headers, body, s_now).TestId);
    }

    private static string Refused(WebhookReading reading)
    {
        Assert.False(reading.Accepted);
        Assert.Null(reading.TestId);
        Assert.Empty(reading.Changes);
        Assert.DoesNotContain(Secret, reading.Problem);
        return reading.Problem!;
    }
}
