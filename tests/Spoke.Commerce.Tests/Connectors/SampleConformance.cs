using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;
using Spoke.Shop;

namespace Spoke.Commerce.Tests.Connectors;

public sealed class SampleConformance(SampleShop shop) : ConnectorConformance(shop), IClassFixture<SampleShop>;

public sealed class SampleWebhooks(SampleShop shop) : WebhookConformance(shop), IClassFixture<SampleShop>
{
    [Theory]
    [InlineData("{\"type\":\"shop.renamed\",\"data\":{}}", true)]
    [InlineData("hello", false)]
    [InlineData("[]", false)]
    [InlineData("{}", false)]
    [InlineData("{\"type\":\"order.changed\"}", false)]
    [InlineData("{\"type\":\"order.changed\",\"data\":{\"id\":\"o1\"}}", false)]
    public async Task A_push_of_no_interest_is_accepted_and_one_that_is_no_change_is_explained(string body, bool accepted)
    {
        await using var connector = shop.Listen(shop.PushSecret, null);
        var push = Signed.As(body, shop.PushSecret);
        if (accepted) Assert.True(connector.ReadWebhook(push.Headers, push.Body, push.At) is { Accepted: true, Changes.Count: 0 });
        else Assert.Contains("not a change", Assert.Throws<FormatException>(() => connector.ReadWebhook(push.Headers, push.Body, push.At)).Message);
    }
}

/// <summary>The sample shop with a little history.</summary>
public sealed class SampleShop : StoreUnderTest, IPushes
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-sample-").FullName;
    private readonly HttpClient _http = new();
    private PushReceiver _receiver = null!;
    private ShopServer _shop = null!;

    public override Uri Url => _shop.BaseUrl;
    public override IReadOnlyList<string> Secrets => [_shop.ApiKey];
    public override string CredentialSetting => "apiKey";

    public override async ValueTask InitializeAsync()
    {
        _receiver = await PushReceiver.StartAsync(TestContext.Current.CancellationToken);
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = _folder, DemoCustomers = 12, DemoOrders = 20, DemoInterval = TimeSpan.FromDays(1), WebhookUrl = _receiver.Url.ToString(), WebhookSecret = PushSecret }, cancellationToken: TestContext.Current.CancellationToken);
        _http.BaseAddress = _shop.BaseUrl;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", _shop.ApiKey);
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _shop.DisposeAsync();
        await _receiver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public string PushSecret => "whsec_Y3VycmVudC1rZXktb2YtdGhlLXNhbXBsZS1zaG9w";
    public string OtherSecret => "whsec_cHJldmlvdXMta2V5LW9mLXRoZS1zYW1wbGU=";
    public string SignatureHeader => "webhook-signature";
    public bool SignsTime => true;

    public IStoreConnector Listen(string secret, string? previous) =>
        new SampleConnector(new SampleStoreOptions { Url = Url, ApiKey = _shop.ApiKey, WebhookSecret = secret, PreviousWebhookSecret = previous });

    public Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order) =>
        _receiver.TwiceAsync(() => PayAsync(order), delivery => PushReceiver.Tells(delivery, $"\"id\":\"{order}\"") && PushReceiver.Tells(delivery, "\"status\":\"paid\""), TestContext.Current.CancellationToken);

    public override async Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) =>
        [.. (await ReadAsync(await _http.GetAsync(new Uri($"/admin/{of.Word()}s/{Uri.EscapeDataString(id)}", UriKind.Relative), TestContext.Current.CancellationToken))).GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("text").GetString()!)];

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
