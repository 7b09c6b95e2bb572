using System.Text.Json;

namespace Spoke.EndToEnd.Tests;

public sealed class UpTests
{
    private const string Processed = "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03";

    [Fact]
    public async Task Up_brings_the_shops_orders_to_HubSpot_order_by_order_and_is_refused_nothing()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path);
        await up.InStepAsync(TimeSpan.FromSeconds(60));
        Assert.True((await up.OrdersInHubSpotAsync()).Count >= 80);
        Assert.DoesNotContain(await up.CallsOfTheEngineAsync(), call => call.GetProperty("status").GetInt32() == 429);
    }

    [Fact]
    public async Task The_ready_line_names_everything_and_each_server_is_ready()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        Assert.Equal(["ready", "console", "shop", "hubspot", "token", "data"], up.Ready.EnumerateObject().Select(p => p.Name));
        Assert.Equal(folder.Path, up.Ready.GetProperty("data").GetString());
        Assert.StartsWith("pat-na1-", await File.ReadAllTextAsync(up.Ready.GetProperty("token").GetString()!["file:".Length..], TestContext.Current.CancellationToken));
        using var http = new HttpClient();
        foreach (var server in new[] { up.Console, up.Shop, up.Portal })
            foreach (var health in new[] { "live", "ready" })
                Assert.Equal("ok", (await http.GetStringAsync($"{server}/health/{health}", TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Files_and_folders_are_for_their_owner_only_those_of_an_earlier_run_too()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("files have no Unix modes here");
        using var folder = new TempFolder();
        var data = folder["kept"];
        await using (var up = await RunningUp.StartAsync(data, "--no-demo"))
        {
            foreach (var name in (string[])["token", "spoke.db", "spoke.db-wal", "spoke.db-shm", "shop/shop.db"]) Assert.True(File.Exists(Path.Combine(data, name)), name);
            Check(data);
            await up.Process.KillAsync();
        }
        if (!OperatingSystem.IsWindows())
            foreach (var name in (string[])["token", "spoke.db", "spoke.db-wal", "shop/shop.db"]) File.SetUnixFileMode(Path.Combine(data, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var again = await RunningUp.StartAsync(data, "--no-demo");
        Check(data);

        static void Check(string data)
        {
            if (OperatingSystem.IsWindows()) return;
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            foreach (var file in Directory.GetFiles(data, "*", SearchOption.AllDirectories)) Assert.Equal((file, Owner), (file, File.GetUnixFileMode(file)));
            foreach (var inner in (string[])[data, .. Directory.GetDirectories(data, "*", SearchOption.AllDirectories)]) Assert.Equal((inner, Owner | UnixFileMode.UserExecute), (inner, File.GetUnixFileMode(inner)));
        }
    }

    [Fact]
    public async Task An_order_placed_in_the_shop_arrives_with_its_contact_lines_and_stage()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        var number = await up.BuyAsync("buyer.one@example.com", "KWD");
        await up.InStepAsync(TimeSpan.FromSeconds(20));
        // Associations follow their records by a call or two.
        Assert.True(await RunningUp.UntilAsync(async () => (await OneAsync(up, number)).TryGetProperty("associations", out var found) && found.EnumerateObject().Count() == 2, TimeSpan.FromSeconds(10)));
        var order = await OneAsync(up, number);
        Assert.Equal(Processed, order.GetProperty("properties").GetProperty("hs_pipeline_stage").GetString());
        Assert.Equal($"shop-main:order:o{number}", order.GetProperty("properties").GetProperty("spoke_key").GetString());
        Assert.Equal(["contacts", "line_items"], order.GetProperty("associations").EnumerateObject().Select(a => a.Name.Replace(' ', '_')).Order());
    }

    [Fact]
    public async Task Kill_dash_9_loses_nothing_and_doubles_nothing()
    {
        using var folder = new TempFolder();
        var bought = 0;
        for (var round = 0; round < 3; round++)
        {
            await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
            for (var i = 0; i < 5; i++) await up.BuyAsync($"buyer{bought++ % 7}@example.com");
            await up.Process.KillAsync();   // somewhere between the shop's answer and HubSpot's
        }
        await using var last = await RunningUp.StartAsync(folder.Path, "--no-demo");
        await last.InStepAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(bought, (await last.OrdersInHubSpotAsync()).Count);
        var contacts = await last.SendAsync(HttpMethod.Get, last.Portal + "/crm/v3/objects/contacts?limit=100");
        Assert.Equal(7, contacts.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Kill_dash_9_in_the_middle_of_the_first_import_loses_nothing_and_doubles_nothing()
    {
        using var folder = new TempFolder();
        await using (var up = await RunningUp.StartAsync(folder.Path))
        {
            Assert.True(await RunningUp.UntilAsync(async () => (await up.CallsOfTheEngineAsync()).Any(call => call.GetProperty("path").GetString()!.Contains("batch/upsert", StringComparison.Ordinal)), TimeSpan.FromSeconds(30)));
            await up.Process.KillAsync();
        }
        await using var again = await RunningUp.StartAsync(folder.Path, "--no-demo");
        await again.InStepAsync(TimeSpan.FromSeconds(60));
        Assert.True((await again.OrdersInHubSpotAsync()).Count >= 80);
    }

    [Fact]
    public async Task A_stop_is_clean_and_the_next_start_goes_on()
    {
        using var folder = new TempFolder();
        await using (var up = await RunningUp.StartAsync(folder.Path, "--no-demo"))
        {
            await up.BuyAsync("buyer@example.com");
            await up.InStepAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(130, await up.Process.StopAsync());
            Assert.DoesNotContain("fault", up.Process.Error);
            Assert.DoesNotContain("fail:", up.Process.Error);
        }
        await using var again = await RunningUp.StartAsync(folder.Path, "--no-demo");
        var second = await again.BuyAsync("buyer@example.com");
        await again.InStepAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("1002", second);
        Assert.Equal(2, (await again.OrdersInHubSpotAsync()).Count);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "up", "--json", "--port", "0", "--data", folder.Path);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains("in use by another spoke", error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["file"], "", TestContext.Current.CancellationToken);
        var (code, _, error) = await SpokeProcess.RunAsync(null, "up", "--port", "0", "--data", folder["file/below"]);
        Assert.Equal(2, code);
        Assert.Contains("cannot be made", error);
        Assert.Contains("--data", error);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder["one"], "--no-demo");
        var (code, _, error) = await SpokeProcess.RunAsync(null, "up", "--port", new Uri(up.Console).Port.ToString(), "--data", folder["two"]);
        Assert.Equal(2, code);
        Assert.Contains("is in use by another program. Choose another with --port", error);
    }

    [Theory]
    [InlineData("spoke.db")]
    [InlineData("shop/shop.db")]
    [InlineData("hubspot/portal-*.json")]
    [InlineData("hubspot/calls-*.log")]
    public async Task A_damaged_file_is_named_with_the_remedy(string pattern)
    {
        using var folder = new TempFolder();
        await using (var up = await RunningUp.StartAsync(folder.Path, "--no-demo"))
        {
            await up.BuyAsync("buyer@example.com");
            await up.InStepAsync(TimeSpan.FromSeconds(20));
            await up.Process.KillAsync();
        }
        var file = Directory.GetFiles(Path.GetDirectoryName(folder[pattern])!, Path.GetFileName(pattern)).Order().Last();
        Damage(file);
        var (code, output, error) = await SpokeProcess.RunAsync(null, "up", "--json", "--port", "0", "--data", folder.Path, "--no-demo");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(file, error);
        Assert.Contains("damaged", error);
        Assert.Single(error.Trim().Split('\n'));
    }

    /// <summary>Overwrites the beginning, as a bad disk might; what lies behind stays.</summary>
    private static void Damage(string file)
    {
        foreach (var beside in new[] { file + "-wal", file + "-shm" }) File.Delete(beside);
        using var stream = new FileStream(file, FileMode.Open);
        stream.Write("this is not what it was, "u8);
    }

    private static async Task<JsonElement> OneAsync(RunningUp up, string number)
    {
        var page = await up.SendAsync(HttpMethod.Get, up.Portal + "/crm/v3/objects/orders?limit=100&associations=contacts,line_items&properties=hs_external_order_id,hs_pipeline_stage,spoke_key");
        return page.GetProperty("results").EnumerateArray().Single(o => o.GetProperty("properties").GetProperty("hs_external_order_id").GetString() == number);
    }
}
