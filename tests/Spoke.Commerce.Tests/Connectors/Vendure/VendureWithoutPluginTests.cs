using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>A store as it comes, and an administrator who may do less.</summary>
public sealed class VendureWithoutPluginTests(PlainVendure plain) : IClassFixture<PlainVendure>
{
    [Fact]
    public async Task A_store_without_the_custom_fields_is_read_and_says_what_it_lacks()
    {
        await using var connector = plain.Connect();
        Assert.Contains("Customer.spokeEmailConsent, Customer.spokeSmsConsent, Customer.spokeTags, Order.spokeTags", Assert.Single((await connector.DescribeAsync(Cancel)).Notices));
        var customer = (Customer)connector.Normalise((await FirstAsync(connector, EntityKind.Customer))!)[0];
        Assert.Equal((null, null, null), (customer.EmailConsent, customer.SmsConsent, customer.Tags));
        StoreWrite[] writes = [new ConsentWrite("w1", customer.PlatformId, ConsentChannel.Sms, new Consent(ConsentState.Denied)), new TagsWrite("w2", EntityKind.Customer, customer.PlatformId, ["vip"], [])];
        foreach (var write in writes)
        {
            var outcome = await connector.Writer.WriteAsync(write, Cancel);
            Assert.Equal(StoreWriteResult.Refused, outcome.Result);
            Assert.Contains("connectors/vendure", outcome.Fix);
        }
    }

    [Fact]
    public async Task Without_the_plugin_other_writes_arrive_an_address_too_and_a_shipment_in_parts()
    {
        await using var connector = plain.Connect();
        var desk = new VendureDesk(plain.Store);
        var placed = await desk.OpenCartAsync("parts@example.com");
        await desk.EditCartAsync(placed, 3);
        async Task<Order> OrderAsync() => (Order)connector.Normalise((await connector.ReadOneAsync(EntityKind.Order, placed, Cancel))!)[0];
        var customer = ((Cart)connector.Normalise((await connector.ReadOneAsync(EntityKind.Cart, placed, Cancel))!)[0]).CustomerId!;   // who has given no address yet
        var noCountry = new CustomerFieldsWrite("w1", customer, new Dictionary<CustomerField, string?> { [CustomerField.City] = "Cork" });
        Assert.Equal(StoreWriteResult.Refused, (await connector.Writer.WriteAsync(noCountry, Cancel)).Result);
        var address = new CustomerFieldsWrite("w2", customer, new Dictionary<CustomerField, string?> { [CustomerField.City] = "Cork", [CustomerField.Country] = "GB", [CustomerField.Street] = "2 Quay", [CustomerField.Company] = "Acme" });
        Assert.Equal(StoreWriteResult.Written, (await connector.Writer.WriteAsync(address, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Written, (await connector.Writer.WriteAsync(noCountry with { Fields = new Dictionary<CustomerField, string?> { [CustomerField.City] = "Bray", [CustomerField.Company] = null } }, Cancel)).Result);
        var known = ((Customer)connector.Normalise((await connector.ReadOneAsync(EntityKind.Customer, customer, Cancel))!)[0]).Address!;
        Assert.Equal(("Bray", "GB", "2 Quay", null), (known.City, known.Country, known.Street, known.Company));

        await desk.CheckOutAsync(placed);
        await desk.PayAsync(placed);
        var line = (await OrderAsync()).Lines[0].Id;
        Task<StoreWriteOutcome> ShipAsync(string shipment, int quantity, bool delivered = false) =>
            connector.Writer.WriteAsync(new FulfilmentWrite("w-" + shipment, placed, shipment, quantity == 0 ? [] : [new FulfilledLine(line, quantity)], "DHL", null, null, delivered), Cancel);
        Assert.Equal(StoreWriteResult.Refused, (await ShipAsync("S-0", 99)).Result);
        Assert.Equal(StoreWriteResult.Written, (await ShipAsync("S-1", 1)).Result);
        Assert.Equal(FulfilmentStatus.PartiallyShipped, (await OrderAsync()).Fulfilment);
        Assert.Equal(StoreWriteResult.Written, (await ShipAsync("S-2", 0)).Result);
        Assert.Equal(FulfilmentStatus.Shipped, (await OrderAsync()).Fulfilment);
        Assert.Equal(StoreWriteResult.Written, (await ShipAsync("S-1", 1, delivered: true)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await ShipAsync("S-1", 1, delivered: true)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await ShipAsync("S-3", 0)).Result);   // nothing is left
        var order = await OrderAsync();
        Assert.Equal(FulfilmentStatus.PartiallyDelivered, order.Fulfilment);
        Assert.Equal([("DHL", "S-1"), ("DHL", "S-2")], order.Fulfilments.Select(f => (f.Carrier, f.ShipmentId)).Order());
    }

    [Fact]
    public async Task A_permission_that_is_missing_for_a_write_is_named()
    {
        await new VendureDesk(plain.Store).AddAdministratorAsync("reader@example.com", "reader-password", "ReadCatalog", "ReadCustomer", "ReadOrder", "ReadSettings");
        await using var connector = plain.Connect("reader@example.com", "reader-password");
        var customer = (await FirstAsync(connector, EntityKind.Customer))!.PlatformId;
        var outcome = await connector.Writer.WriteAsync(new NoteWrite("w", EntityKind.Customer, customer, "hello"), Cancel);
        Assert.Equal(StoreWriteResult.Refused, outcome.Result);
        Assert.Contains("UpdateCustomer", outcome.Fix);
        Assert.DoesNotContain("reader-password", outcome.Problem + outcome.Fix);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<StoreChange?> FirstAsync(VendureConnector connector, EntityKind kind)
    {
        await foreach (var page in connector.ReadAllAsync(kind, null, Cancel)) return page.Changes[0];
        return null;
    }
}

/// <summary>A Vendure store without our plugin.</summary>
public sealed class PlainVendure : IAsyncLifetime
{
    public VendureStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(VendureStore.Missing is not null, VendureStore.Missing ?? "");
        Store = await VendureStore.StartAsync(customers: 20, orders: 30, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Store is null ? ValueTask.CompletedTask : Store.DisposeAsync();

    public VendureConnector Connect(string username = VendureStore.Administrator, string password = VendureStore.Password) =>
        new(new VendureStoreOptions { Url = Store.Url, Username = username, Password = password });
}
