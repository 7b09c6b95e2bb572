using System.Net.Http.Json;
using System.Text.Json;
using Spoke.Emulator.Xunit;

[assembly: AssemblyFixture(typeof(EmulatorFixture))]   // one line: an emulator for all tests here

namespace EmulatorXunit;

public sealed class CustomerPushTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private const string Upsert = "/crm/v3/objects/contacts/batch/upsert";

    public async ValueTask InitializeAsync() => await emulator.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Customers_become_contacts_and_a_second_push_makes_no_doubles()
    {
        var push = new CustomerPush(emulator.BaseUrl, emulator.Token);
        await push.PushAsync([("ada@shop.example", "Ada"), ("emil@shop.example", "Emil")]);
        await push.PushAsync([("ada@shop.example", "Augusta")]);
        var contacts = await emulator.Http.GetFromJsonAsync<JsonElement>("/crm/v3/objects/contacts");
        Assert.Equal(["Augusta", "Emil"], contacts.GetProperty("results").EnumerateArray().Select(contact => contact.GetProperty("properties").GetProperty("firstname").GetString()));
        await emulator.Journal.AssertCalledAsync("POST", Upsert, times: 2);
        await emulator.Journal.AssertNoneRefusedAsync();
    }

    [Theory]
    [InlineData("502")]
    [InlineData("429-ten-secondly")]
    [InlineData("half-batch")]
    public async Task Push_is_tried_again(string fault)
    {
        await emulator.Faults.SetAsync(fault, path: Upsert, times: 2);
        await new CustomerPush(emulator.BaseUrl, emulator.Token).PushAsync([("ada@shop.example", "Ada")]);
        await emulator.Journal.AssertCalledAsync("POST", Upsert, times: 3);
        Assert.Equal(0, await emulator.Faults.CountAsync());
    }

    [Fact]
    public async Task Expired_token_is_not_tried_again()
    {
        var token = await emulator.CreateTokenAsync(state: "expired");
        await Assert.ThrowsAsync<HttpRequestException>(() => new CustomerPush(emulator.BaseUrl, token).PushAsync([("ada@shop.example", "Ada")]));
        var refused = Assert.Single(await emulator.Journal.FindAsync(status: "401"));
        Assert.Equal("refused at the gate", refused.Verdict);
        await emulator.Journal.AssertNotCalledAsync("POST", Upsert, since: refused.Number);
    }

    [Fact]
    public async Task Clock_seed_and_snapshots()
    {
        var before = await emulator.Time.NowAsync();
        await emulator.Time.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.True(await emulator.Time.NowAsync() - before >= TimeSpan.FromDays(30));

        await emulator.SaveAsync("empty");
        await emulator.SeedAsync("small-shop");
        Assert.True((await emulator.Http.GetFromJsonAsync<JsonElement>("/crm/v3/objects/orders")).GetProperty("results").GetArrayLength() > 0);
        await emulator.LoadAsync("empty");
        Assert.Equal(0, (await emulator.Http.GetFromJsonAsync<JsonElement>("/crm/v3/objects/orders")).GetProperty("results").GetArrayLength());
        Assert.StartsWith("line 2: ", (await Assert.ThrowsAsync<InvalidOperationException>(() => emulator.SeedAsync("{\n\"records\":1}"))).Message);
    }

    [Fact]
    public async Task Failed_assert_lists_what_was_called()
    {
        await new CustomerPush(emulator.BaseUrl, emulator.Token).PushAsync([("ada@shop.example", "Ada")]);
        var failure = await Assert.ThrowsAsync<EmulatorAssertException>(() => emulator.Journal.AssertCalledAsync("POST", "/crm/v3/objects/deals"));
        Assert.Contains($"POST {Upsert} -> 200 done", failure.Message);
    }
}

/// <summary>Another class with a fixture of its own runs beside the first: nothing is shared, and this one starts with a shop.</summary>
public sealed class OwnShopTests(OwnShopTests.Shop shop) : IClassFixture<OwnShopTests.Shop>
{
    [Fact]
    public async Task Starts_with_forty_customers() =>
        Assert.Equal(40, (await shop.Http.GetFromJsonAsync<JsonElement>("/crm/v3/objects/contacts?limit=100")).GetProperty("results").GetArrayLength());

    public sealed class Shop : EmulatorFixture
    {
        protected override void Configure(Spoke.Emulator.EmulatorOptions options) => options.Seed = "small-shop";
    }
}
