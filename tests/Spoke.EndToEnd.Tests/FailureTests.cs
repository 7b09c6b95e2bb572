using Microsoft.Data.Sqlite;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary>What goes wrong around <c>spoke sync</c>: a sentence that says what, where and how to mend it; the right exit code; and once it is mended, one more pass is in step.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData("pat-na1-22222222-2222-4222-8222-222222222222", 3, "X10", "INVALID_AUTHENTICATION")]
    [InlineData("YOUR_TOKEN", 2, "V01", "env:TOKEN of portal main")]
    [InlineData("Bearer pat-na1-22222222-2222-4222-8222-222222222222", 2, "H06", "env:TOKEN of portal main")]
    public async Task A_wrong_token_is_named_with_its_cause(string token, int expected, string cause, string says)
    {
        await using var scene = await SyncScene.StartAsync();
        var (code, output, error) = await scene.SyncAsync(token);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains($"[{cause}]", error);
        Assert.Contains(says, error);
        if (token.Contains("pat-", StringComparison.Ordinal)) Assert.DoesNotContain(token, error);
        await scene.AssertMendedAsync();
    }

    [Theory]
    [InlineData("expired", "X01")]
    [InlineData("revoked", "X10")]
    public async Task A_dead_token_is_named_with_its_cause(string state, string cause)
    {
        await using var scene = await SyncScene.StartAsync();
        var token = await scene.TokenAsync(new { state });
        var (code, output, error) = await scene.SyncAsync(token);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains($"[{cause}]", error);
        Assert.DoesNotContain(token, error);
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var scene = await SyncScene.StartAsync();
        var token = await scene.TokenAsync(new { scopes = new[] { "oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read" } });
        var (code, output, error) = await scene.SyncAsync(token);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("crm.schemas.contacts.write", error);
        Assert.Contains("[P01]", error);
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_portal_that_stops_in_the_middle_is_exit_3()
    {
        await using var scene = await SyncScene.StartAsync(orders: 120);
        await scene.FaultAsync("slow:300", "*/batch/upsert", times: 100);
        await using var sync = scene.Start();
        await scene.UnderWayAsync(sync);
        await scene.Emulator.DisposeAsync();
        Assert.Equal(3, await sync.ExitAsync());
        Assert.Contains("could not be reached", sync.Error);
        Assert.Contains(scene.Emulator.BaseUrl.Authority, sync.Error);
        await scene.StartEmulatorAsync();
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_store_that_has_stopped_is_exit_3()
    {
        await using var scene = await SyncScene.StartAsync();
        await scene.Shop.DisposeAsync();
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal((3, ""), (code, output));
        Assert.Contains($"The shop at {scene.Shop.BaseUrl}", error);
        Assert.Contains("Is it running, and is the address right?", error);
        await scene.StartShopAsync();
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_full_disk_is_named_and_nothing_acknowledged_is_lost()
    {
        using var disk = SmallDisk.Mount("400");
        await using var scene = await SyncScene.StartAsync(disk["spoke.db"], orders: 200);
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(disk["spoke.db"], error);
        Assert.Contains("is full", error);
        Assert.Contains("Make room", error);
        disk.Remount("size=64m");
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        using var disk = SmallDisk.Mount("16000");
        await using var scene = await SyncScene.StartAsync(disk["spoke.db"]);
        disk.Remount("ro");
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(disk["spoke.db"], error);
        Assert.Contains("may write there", error);
        disk.Remount("rw");
        await scene.AssertMendedAsync();
        // And one that becomes so with the database in it.
        disk.Remount("ro");
        (code, _, error) = await scene.SyncAsync();
        Assert.Equal(2, code);
        Assert.Contains(disk["spoke.db"], error);
        Assert.Contains("write there", error);
    }

    [Fact]
    public async Task A_database_that_another_process_holds_is_named()
    {
        await using var scene = await SyncScene.StartAsync();
        await scene.AssertMendedAsync();
        await using (var other = new SqliteConnection($"Data Source={scene.Folder["spoke.db"]};Pooling=false"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var held = other.BeginTransaction(deferred: false);
            var (code, output, error) = await scene.SyncAsync();
            Assert.Equal((2, ""), (code, output));
            Assert.Contains("locked by another process", error);
            Assert.Contains("nothing is lost", error);
        }
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task A_damaged_database_is_named_with_the_remedy_and_the_remedy_works()
    {
        await using var scene = await SyncScene.StartAsync();
        await scene.AssertMendedAsync();
        await File.WriteAllTextAsync(scene.Folder["spoke.db"], new string('x', 5000), TestContext.Current.CancellationToken);
        foreach (var side in new[] { "spoke.db-wal", "spoke.db-shm" }) File.Delete(scene.Folder[side]);
        var (code, _, error) = await scene.SyncAsync();
        Assert.Equal(2, code);
        Assert.Contains("is damaged or is no SQLite database", error);
        File.Move(scene.Folder["spoke.db"], scene.Folder["damaged.db"]);
        await scene.AssertMendedAsync();   // everything is found again by its key, nothing is made twice
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        await using var scene = await SyncScene.StartAsync();
        await scene.AssertMendedAsync();
        await using (var other = new SqliteConnection($"Data Source={scene.Folder["spoke.db"]};Pooling=false"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = other.CreateCommand();
            command.CommandText = "insert into schema_version (version) values (999)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var (code, _, error) = await scene.SyncAsync();
        Assert.Equal(2, code);
        Assert.Contains("newer version of spoke", error);
    }

    [Fact]
    public async Task Ctrl_C_stops_cleanly_and_the_next_pass_goes_on()
    {
        await using var scene = await SyncScene.StartAsync(orders: 120);
        await scene.FaultAsync("slow:1000", "*/batch/upsert", times: 100);
        await using var sync = scene.Start();
        await scene.UnderWayAsync(sync, sentBefore: 0);   // counted from its start: on a busy machine the first calls may be through before one can look
        sync.Interrupt();
        Assert.Equal(130, await sync.ExitAsync());
        Assert.Contains("stopped", sync.Error);
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task An_older_copy_of_the_database_put_back_loses_nothing_and_doubles_nothing()
    {
        await using var scene = await SyncScene.StartAsync();
        await scene.AssertMendedAsync();
        await Backup(scene.Folder["spoke.db"], scene.Folder["copy.db"]);
        await scene.BuyAsync("later@example.com");
        await scene.AssertMendedAsync();
        foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(scene.Folder["spoke.db" + beside]);
        File.Copy(scene.Folder["copy.db"], scene.Folder["spoke.db"], overwrite: true);
        await scene.BuyAsync("last@example.com");
        await scene.AssertMendedAsync();

        static async Task Backup(string from, string to)   // what sqlite3's .backup does
        {
            await using var source = new SqliteConnection($"Data Source={from};Pooling=false");
            await using var target = new SqliteConnection($"Data Source={to};Pooling=false");
            await source.OpenAsync(TestContext.Current.CancellationToken);
            await target.OpenAsync(TestContext.Current.CancellationToken);
            source.BackupDatabase(target);
        }
    }

    [Fact]
    public async Task Kill_dash_9_at_any_call_loses_nothing_and_doubles_nothing()
    {
        await using var scene = await SyncScene.StartAsync(orders: 80);
        await scene.FaultAsync("slow:60", "*/batch/", times: 10_000);
        for (var calls = 1; calls <= 8; calls++)
        {
            await using var sync = scene.Start();
            await scene.UnderWayAsync(sync, calls);   // a call later each time
            if (!sync.HasExited) await sync.KillAsync();
        }
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task What_HubSpot_refuses_is_exit_1_and_once_it_is_mended_the_next_pass_is_in_step()
    {
        await using var scene = await SyncScene.StartAsync();
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = scene.Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await portal.Properties.CreateGroupAsync("orders", "spoke", "Spoke", null, TestContext.Current.CancellationToken);
        var status = new CrmProperty { Name = "spoke_status", Label = "Status", Type = "enumeration", FieldType = "select", GroupName = "spoke", Options = [new("Shipped", "Shipped")] };
        await portal.Properties.CreateAsync("orders", status, null, TestContext.Current.CancellationToken);
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal(1, code);
        Assert.DoesNotContain("\"quarantined\":0", output);
        Assert.Contains("\"inStep\":false", output);
        Assert.Matches(@"shop-main: \d+ in quarantine, such as shop-main:order:\S+: spoke_status: \S.* was not one of the allowed options: \[Shipped\] Add the option to spoke_status", error);
        await scene.AssertEqualSidesAsync();   // everything else of these orders is there
        string[] all = ["Draft", "Cancelled", "Payment failed", "Refunded", "Delivered", "Partially delivered", "Shipped", "Partially shipped", "Returned", "On hold", "Pending payment", "Processing", "Paid"];
        await portal.Properties.UpdateAsync("orders", status with { Options = [.. all.Select(option => new KeyValuePair<string, string>(option, option))] }, null, TestContext.Current.CancellationToken);
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task One_connection_that_fails_holds_up_none_of_the_others()
    {
        await using var scene = await SyncScene.StartAsync();
        var text = await File.ReadAllTextAsync(scene.Config, TestContext.Current.CancellationToken);
        text = text.Replace("\"stores\": {", "\"stores\": { \"gone\": { \"platform\": \"sample\", \"url\": \"http://127.0.0.1:9\", \"apiKey\": \"env:SHOP_KEY\" },", StringComparison.Ordinal)
            .Replace("\"connections\": {", "\"connections\": { \"gone-main\": { \"store\": \"gone\", \"portal\": \"main\" },", StringComparison.Ordinal);
        await File.WriteAllTextAsync(scene.Config, text, TestContext.Current.CancellationToken);
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal(3, code);
        Assert.Contains("gone-main: The shop at http://127.0.0.1:9", error);
        Assert.Contains("\"name\":\"shop-main\"", output);
        Assert.DoesNotContain("gone-main", output);
        await scene.AssertEqualSidesAsync();
    }
}
