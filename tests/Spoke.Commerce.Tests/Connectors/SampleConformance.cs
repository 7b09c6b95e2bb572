using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;
using Spoke.Shop;

namespace Spoke.Commerce.Tests.Connectors;

public sealed class SampleConformance(SampleShop shop) : ConnectorConformance(shop), IClassFixture<SampleShop>
{
    private const string Secret = "whsec_Y3VycmVudC1rZXktb2YtdGhlLXNhbXBsZS1zaG9w";
    private const string Previous = "whsec_cHJldmlvdXMta2V5LW9mLXRoZS1zYW1wbGU=";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public async Task A_signed_push_is_the_same_change_as_a_read_one()
    {
        await using var connector = (SampleConnector)shop.Connect(new Recording(), TimeProvider.System);
        StoreChange read = null!;
        await foreach (var page in connector.ReadAllAsync(EntityKind.Order, null, Cancel)) read = page.Changes[^1];
        var body = Encoding.UTF8.GetBytes($"{{\"type\":\"order.changed\",\"data\":{Encoding.UTF8.GetString(read.Payload.Span)}}}");
        foreach (var secret in new[] { Secret, Previous })
        {
            var reading = Pushed(body, secret, Now);
            var pushed = Assert.Single(reading.Changes);
            Assert.True(reading.Accepted);
            Assert.Equal(read.Payload.ToArray(), pushed.Payload.ToArray());
            Assert.Equal((read.Kind, read.PlatformId, read.Version), (pushed.Kind, pushed.PlatformId, pushed.Version));
            Assert.Equal("msg_1", pushed.DeliveryId);   // by which a repeated delivery is dropped
        }
    }

    [Fact]
    public void A_push_with_another_key_a_stale_time_or_a_changed_body_is_refused()
    {
        var body = Encoding.UTF8.GetBytes("""{"type":"order.changed","data":{"id":"o1","version":1}}""");
        Assert.True(Pushed(body, Secret, Now).Accepted);
        Assert.False(Pushed(body, "whsec_c29tZWJvZHktZWxzZQ==", Now).Accepted);
        Assert.False(Pushed(body, Secret, Now.AddMinutes(6)).Accepted);
        Assert.False(Pushed(body, Secret, Now, sent: [.. body, (byte)'\n']).Accepted);
    }

    [Fact]
    public void A_push_of_no_interest_is_accepted_and_one_that_is_no_change_is_explained()
    {
        Assert.Empty(Pushed("""{"type":"shop.renamed","data":{}}"""u8.ToArray(), Secret, Now).Changes);
        Assert.True(Pushed("""{"type":"shop.renamed","data":{}}"""u8.ToArray(), Secret, Now).Accepted);
        foreach (var body in new[] { "hello", "[]", "{}", """{"type":"order.changed"}""", """{"type":"order.changed","data":{"id":"o1"}}""" })
            Assert.Contains("not a change", Assert.Throws<FormatException>(() => Pushed(Encoding.UTF8.GetBytes(body), Secret, Now)).Message);
    }

    private static WebhookReading Pushed(byte[] body, string secret, DateTimeOffset now, byte[]? sent = null)
    {
        var connector = new SampleConnector(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:1"), ApiKey = "key", WebhookSecret = Secret, PreviousWebhookSecret = Previous });
        var timestamp = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"msg_1.{timestamp}."), .. body]);
        return connector.ReadWebhook(new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(mac) }, sent ?? body, now);
    }
}

/// <summary>The sample shop with a little history.</summary>
public sealed class SampleShop : StoreUnderTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-sample-").FullName;
    private readonly HttpClient _http = new();
    private ShopServer _shop = null!;

    public override Uri Url => _shop.BaseUrl;
    public override IReadOnlyList<string> Secrets => [_shop.ApiKey];
    public override string CredentialSetting => "apiKey";

    public override async ValueTask InitializeAsync()
    {
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = _folder, DemoCustomers = 12, DemoOrders = 20, DemoInterval = TimeSpan.FromDays(1) }, cancellationToken: TestContext.Current.CancellationToken);
        _http.BaseAddress = _shop.BaseUrl;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", _shop.ApiKey);
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _shop.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public override string UnknownId => "no-such-thing";

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new SampleConnector(new SampleStoreOptions { Url = url ?? Url, ApiKey = secret ?? _shop.ApiKey, PageSize = 5 }, handler, time);

    public override string SentText(StoreChange change) => Encoding.UTF8.GetString(change.Payload.Span);

    public override async Task<string> OpenCartAsync(string email)
    {
        var cart = (await PostAsync("/api/carts", new { currency = "EUR", email })).GetProperty("id").GetString()!;
        await PutAsync($"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 1 });
        return cart;
    }

    public override Task EditCartAsync(string cart) => PutAsync($"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 3 });

    public override async Task<string> PlaceAsync(string email) =>
        (await PostAsync("/api/checkout", new { cartId = await OpenCartAsync(email), email, firstName = "Test", lastName = "Buyer", card = "" })).GetProperty("id").GetString()!;

    public override Task PayAsync(string order) => PostAsync($"/admin/orders/{order}/pay", new { });
    public override Task ShipAsync(string order) => PostAsync($"/admin/orders/{order}/ship", new { });
    public override Task DeliverAsync(string order) => PostAsync($"/admin/orders/{order}/deliver", new { });
    public override Task RefundAsync(string order, long minor) => PostAsync($"/admin/orders/{order}/refund", new { amount = minor });
    public override Task CancelAsync(string order) => PostAsync($"/admin/orders/{order}/cancel", new { });

    // A guest who buys again under another name has that name from then on.
    public override async Task<(string Id, string LastName)> EditCustomerAsync(string email)
    {
        var cart = await OpenCartAsync(email);
        var order = await PostAsync("/api/checkout", new { cartId = cart, email, firstName = "Test", lastName = "Married", card = "" });
        return (order.GetProperty("customerId").GetString()!, "Married");
    }

    private async Task<JsonElement> PostAsync(string path, object body) => await ReadAsync(await _http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    private async Task PutAsync(string path, object body) => await ReadAsync(await _http.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement;
        }
    }
}
