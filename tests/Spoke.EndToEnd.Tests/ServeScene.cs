using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.EndToEnd.Tests;

/// <summary>A shop where people buy and its webhooks, an emulated account where somebody edits contacts, and <c>spoke serve</c> between them as a process that may be killed and started again.</summary>
internal sealed class ServeScene : IAsyncDisposable
{
    private readonly string _database;
    private readonly Dictionary<string, string> _edited = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new();
    private HubSpotClient _portal = null!;

    private ServeScene(SyncScene sync, DeliveryLine line, string database) => (Sync, Line, _database) = (sync, line, database);

    public SyncScene Sync { get; }
    public DeliveryLine Line { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="database">A connection string of PostgreSQL or a file; null: a file in the scene's folder.</param>
    /// <param name="pace">How often somebody does something in the shop.</param>
    public static async Task<ServeScene> StartAsync(string? database, TimeSpan pace)
    {
        var line = await DeliveryLine.StartAsync();
        var sync = await SyncScene.StartAsync(database, webhooks: new Uri(line.BaseUrl, "hooks/shop-main"), pace: pace);
        var scene = new ServeScene(sync, line, database ?? sync.Folder["spoke.db"]);
        var token = await sync.TokenAsync(new { kind = "private-app" });   // of its own, so that the engine's budget is the engine's
        scene._portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = sync.Emulator.BaseUrl, Token = () => token });
        scene._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sync.Shop.ApiKey);
        return scene;
    }

    /// <summary>Starts the program; it takes deliveries when this returns.</summary>
    public async Task<SpokeProcess> ServeAsync()
    {
        var serve = SpokeProcess.Start(Sync.Environment(null), "serve", "--port", "0", "--config", Sync.Config);
        try
        {
            var ready = await serve.LineAsync();
            Line.Connect(new Uri(ready["ready ".Length..]));
            return serve;
        }
        catch
        {
            await serve.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody gives a registered customer another telephone number in HubSpot.</summary>
    public async Task EditAsync(Random dice)
    {
        var contacts = new List<CrmRecord>();
        await foreach (var contact in _portal.Contacts.ListAsync(new ReadOptions { Properties = ["spoke_key"] }, cancellationToken: Cancel))
            if (contact["spoke_key"]?.Contains(":customer:", StringComparison.Ordinal) == true && !contact["spoke_key"]!.Contains(":guest:", StringComparison.Ordinal)) contacts.Add(contact);
        if (contacts.Count == 0) return;
        var chosen = contacts[dice.Next(contacts.Count)];
        var phone = $"+3531{dice.Next(1_000_000, 10_000_000)}";
        await _portal.Contacts.UpdateAsync(chosen.Id, new Dictionary<string, string?> { ["phone"] = phone }, cancellationToken: Cancel);
        _edited[chosen["spoke_key"]!.Split(':')[^1]] = phone;
    }

    /// <summary>Somebody wants all of the shop read again.</summary>
    public async Task RereadAsync()
    {
        var (code, _, error) = await SpokeProcess.RunAsync(Sync.Environment(null), "sync", "--reread", "shop-main", "--config", Sync.Config);
        Assert.True(code == 0, error);
    }

    /// <summary>Everybody goes home: the shop goes on without its visitors.</summary>
    public async Task StopTrafficAsync()
    {
        await Sync.Shop.DisposeAsync();
        Sync.Pace = TimeSpan.FromDays(1);
        await Sync.StartShopAsync(orders: 0);
    }

    /// <summary>Whether the shop has told everything and HubSpot has it.</summary>
    public async Task<bool> IsDrainedAsync()
    {
        if (await ToTellAsync() > 0 || await CountAsync("progress where name = 'reread'") > 0) return false;
        var (shop, portal) = await Sync.OrdersAsync();
        return shop.SequenceEqual(portal);
    }

    /// <summary>What is missing, for whoever reads of a failure.</summary>
    public async Task<string> StateAsync()
    {
        var (shop, portal) = await Sync.OrdersAsync();
        return $"not in step: {await ToTellAsync()} deliveries to make, {await CountAsync("progress where name like 'again-%'")} kinds read again, in the shop only {string.Join("; ", shop.Except(portal))}, in HubSpot only {string.Join("; ", portal.Except(shop))}\n";
    }

    private async Task<long> CountAsync(string rows) => Assert.Single(await AskAsync<long>("select count(*) from " + rows));

    /// <summary>Asks the engine's database, beside the program.</summary>
    private async Task<List<T>> AskAsync<T>(string sql)
    {
        ISqlDialect dialect = _database.Contains("Host=", StringComparison.Ordinal) ? new PostgresDialect(_database) : new SqliteDialect(_database);
        await using var closing = (IAsyncDisposable)dialect;
        await using var connection = await dialect.OpenAsync(Cancel);
        return [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>Deliveries the shop still has to make.</summary>
    private async Task<long> ToTellAsync()
    {
        await using var shop = new SqliteConnection($"Data Source={Sync.Folder["shop/shop.db"]};Pooling=false");
        await shop.OpenAsync(Cancel);
        await using var command = shop.CreateCommand();
        command.CommandText = "select count(*) from outbox";
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    /// <summary>What was acknowledged is in the intake, whatever has happened since.</summary>
    public async Task AssertAcknowledgedIsKeptAsync()
    {
        var acknowledged = Line.Acknowledged;
        Assert.Empty(acknowledged.Except(await AskAsync<string>("select delivery_id from intake where delivery_id is not null")));
    }

    /// <summary>Nothing is there twice, both sides say the same, and one more pass finds nothing to do.</summary>
    public async Task AssertInStepAsync()
    {
        await Sync.AssertMendedAsync();
        var emails = new List<string>();
        var phones = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var contact in _portal.Contacts.ListAsync(new ReadOptions { Properties = ["spoke_key", "email", "phone"] }, cancellationToken: Cancel))
        {
            if (contact["email"] is { } email) emails.Add(email);
            phones[contact["spoke_key"]!.Split(':')[^1]] = contact["phone"];
        }
        Assert.Equal(emails.Count, emails.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var (customer, phone) in _edited)
        {
            var inShop = await _http.GetFromJsonAsync<JsonElement>(new Uri(Sync.Shop.BaseUrl, "/admin/customers/" + customer), Cancel);
            Assert.Equal((customer, phone, phone), (customer, inShop.GetProperty("phone").GetString(), phones[customer]));
        }
        var before = await Sync.WritesAsync();
        var (code, output, error) = await Sync.SyncAsync();
        Assert.True(code == 0, error);
        Assert.Equal("""{"created":0,"updated":0,"unchanged":0,"archived":0}""", JsonDocument.Parse(output).RootElement.GetProperty("connections")[0].GetProperty("written").GetRawText());
        Assert.Empty((await Sync.WritesAsync()).Except(before));
    }

    /// <summary>How many contacts were edited in HubSpot.</summary>
    public int Edited => _edited.Count;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _portal.Dispose();
        await Sync.DisposeAsync();
        await Line.DisposeAsync();
    }
}
