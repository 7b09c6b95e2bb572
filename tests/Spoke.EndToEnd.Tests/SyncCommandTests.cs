using System.Net.Http.Json;
using System.Text.Json;
using Spoke.Emulator;
using Spoke.Shop;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke sync --once</c> as a process against the emulator and a shop: what it prints, its exit code, and what is left behind.</summary>
public sealed class SyncCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private EmulatorServer _emulator = null!;
    private ShopServer _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = _folder["shop"], DemoCustomers = 10, DemoOrders = 30, DemoInterval = TimeSpan.FromHours(1) }, cancellationToken: TestContext.Current.CancellationToken);
        Write($$"""
            {
              // comments are fine
              "database": "sqlite:spoke.db",
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{_emulator.BaseUrl}}" } },
              "stores": { "shop": { "platform": "sample", "url": "{{_shop.BaseUrl}}", "apiKey": "env:SHOP_KEY" } },
              "connections": { "shop-main": { "store": "shop", "portal": "main" } }
            }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _emulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_pass_writes_nothing()
    {
        var first = Summary(await SyncAsync());
        Assert.True(first.GetProperty("inStep").GetBoolean());
        Assert.True(first.GetProperty("written").GetProperty("created").GetInt32() > 100);
        var second = Summary(await SyncAsync());
        Assert.True(second.GetProperty("inStep").GetBoolean());
        Assert.Equal(0, second.GetProperty("written").GetProperty("created").GetInt32() + second.GetProperty("written").GetProperty("updated").GetInt32() + second.GetProperty("written").GetProperty("archived").GetInt32());
        Assert.InRange(second.GetProperty("calls").GetInt64(), 1, 10);
    }

    [Theory]
    [InlineData("expired", "X01")]
    [InlineData("revoked", "X10")]
    public async Task A_dead_token_is_named_with_its_cause_and_nothing_is_lost(string state, string cause)
    {
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        using var made = await http.PostAsJsonAsync("/_emulator/tokens", new { state }, TestContext.Current.CancellationToken);
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString()!;
        var (code, output, error) = await SyncAsync(token);
        Assert.Equal(3, code);
        Assert.Equal("", output);
        Assert.Contains(cause, error);
        Assert.DoesNotContain(token, error);
        Assert.True(Summary(await SyncAsync()).GetProperty("inStep").GetBoolean());
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        using var made = await http.PostAsJsonAsync("/_emulator/tokens", new { scopes = new[] { "oauth", "crm.objects.contacts.read", "crm.schemas.contacts.read" } }, TestContext.Current.CancellationToken);
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString()!;
        var (code, _, error) = await SyncAsync(token);
        Assert.Equal(3, code);
        Assert.Contains("crm.schemas.contacts.write", error);
    }

    [Fact]
    public async Task A_portal_that_does_not_answer_is_exit_3()
    {
        await _emulator.DisposeAsync();
        var (code, _, error) = await SyncAsync();
        Assert.Equal(3, code);
        Assert.Contains("could not be reached", error);
    }

    [Fact]
    public async Task A_damaged_database_is_named_with_the_remedy()
    {
        await File.WriteAllTextAsync(_folder["spoke.db"], new string('x', 5000), TestContext.Current.CancellationToken);
        var (code, _, error) = await SyncAsync();
        Assert.Equal(2, code);
        Assert.Contains("is damaged or is no SQLite database", error);
    }

    [Theory]
    [InlineData("{ \"portals\": ", "line 1, column 14: this is not JSON")]
    [InlineData("{ \"portals\": { \"main\": { \"token\": \"pat-na1-1234\" } } }", "is a secret written out")]
    [InlineData("{ \"storse\": {} }", "storse is not known here")]
    public async Task A_malformed_configuration_is_exit_2_and_says_where(string text, string expected)
    {
        Write(text);
        var (code, _, error) = await SyncAsync();
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("pat-na1-1234", error);
    }

    [Fact]
    public async Task An_unknown_verb_is_exit_2()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(null, "synk");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains("synk", error);
    }

    private void Write(string text) => File.WriteAllText(_folder["spoke.json"], text);

    private Task<(int Code, string Output, string Error)> SyncAsync(string? token = null) => SpokeProcess.RunAsync(
        new Dictionary<string, string?> { ["TOKEN"] = token ?? EmulatorServer.DefaultToken, ["SHOP_KEY"] = _shop.ApiKey }, "sync", "--once", "--json", "--config", _folder["spoke.json"]);

    private static JsonElement Summary((int Code, string Output, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error + run.Output);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("connections")[0];
    }
}
