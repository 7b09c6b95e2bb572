using System.Diagnostics;
using System.Text.Json;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke sync --once</c> as a process against the emulator and a shop: what it prints, where, and what it leaves alone. Failures are in <see cref="FailureTests"/>.</summary>
public sealed class SyncCommandTests
{
    [Fact]
    public async Task A_second_pass_writes_nothing()
    {
        await using var scene = await SyncScene.StartAsync();
        var first = Summary(await scene.SyncAsync());
        Assert.True(first.GetProperty("inStep").GetBoolean());
        Assert.True(first.GetProperty("written").GetProperty("created").GetInt32() > 100);
        await scene.AssertEqualSidesAsync();
        var before = await scene.WritesAsync();
        var second = Summary(await scene.SyncAsync());
        Assert.True(second.GetProperty("inStep").GetBoolean());
        Assert.Equal("""{"created":0,"updated":0,"unchanged":0,"archived":0}""", second.GetProperty("written").GetRawText());
        Assert.InRange(second.GetProperty("calls").GetInt64(), 1, 15);   // five of them are HubSpot's own counts
        Assert.Equal(before, await scene.WritesAsync());
    }

    [Fact]
    public async Task The_summary_is_one_line_of_JSON_on_stdout_and_nothing_is_on_stderr()
    {
        await using var scene = await SyncScene.StartAsync(orders: 5);
        var (code, output, error) = await scene.SyncAsync();
        Assert.Equal((0, ""), (code, error.Trim()));
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var connection = JsonDocument.Parse(output).RootElement.GetProperty("connections")[0];
        Assert.Equal(["name", "read", "written", "calls", "quarantined", "inStep", "seconds", "counts"], connection.EnumerateObject().Select(p => p.Name));
        var orders = connection.GetProperty("counts").EnumerateArray().Single(count => count.GetProperty("object").GetString() == "orders");
        Assert.Equal("""{"object":"orders","inStore":5,"linked":5,"inHubSpot":5,"missing":0}""", orders.GetRawText());
        Assert.Equal(["customers", "orders", "products", "carts"], connection.GetProperty("read").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["created", "updated", "unchanged", "archived"], connection.GetProperty("written").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task All_of_a_store_is_read_again_when_somebody_says_so_and_what_is_equal_is_not_written()
    {
        await using var scene = await SyncScene.StartAsync(orders: 10);
        Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => SpokeProcess.RunAsync(scene.Environment(null), ["sync", .. arguments, "--config", scene.Config]);
        var early = await RunAsync("--reread", "shop-main");
        Assert.Equal((1, ""), (early.Code, early.Output));
        Assert.Contains("has not been read in full yet", early.Error);
        await scene.SyncAsync();
        var before = await scene.WritesAsync();
        var asked = await RunAsync("--reread", "shop-main");
        Assert.Equal((0, ""), (asked.Code, asked.Output));
        Assert.Contains("10 orders", asked.Error);
        Assert.Contains("the next spoke sync --once does it", asked.Error);
        Assert.Contains("is being read again already", (await RunAsync("--reread", "shop-main")).Error);
        Assert.Equal("""{"created":0,"updated":0,"unchanged":0,"archived":0}""", Summary(await scene.SyncAsync()).GetProperty("written").GetRawText());
        var again = await RunAsync("--once", "--reread", "shop-main");   // the one before has come to its end
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("all of shop-main's store is read again", again.Error);
        Assert.Equal(before, await scene.WritesAsync());
        var wrong = await RunAsync("--reread", "shop-mian");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("Did you mean shop-main?", wrong.Error);
    }

    [Fact]
    public async Task For_people_it_is_a_table()
    {
        await using var scene = await SyncScene.StartAsync(orders: 5);
        var (code, output, error) = await scene.SyncAsync(json: false);
        Assert.Equal((0, ""), (code, error.Trim()));
        Assert.Matches(@"^shop-main: in step, \d+ calls, \d+\.\d s\n  read      \d+ customers, \d+ orders, \d+ products, \d+ carts\n  written   \d+ created, 0 updated, 0 unchanged, 0 archived\n  counted   in the store and by HubSpot itself: products (\d+) and \1, contacts (\d+) and \2, orders 5 and 5.*\n$", output);
    }

    [Fact]
    public async Task On_a_terminal_a_bar_shows_counts_calls_and_time_left()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("script, which gives a program a terminal, is not installed");
        await using var scene = await SyncScene.StartAsync(orders: 60);
        await scene.FaultAsync("slow:400", "*/batch/upsert", times: 100);
        var command = string.Join(' ', [Path.Combine(Repository.Root, "artifacts", "bin", "Spoke", "debug", "spoke"), .. scene.Arguments(json: true)]);
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", command, "/dev/null"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in scene.Environment(null)) start.Environment[name] = value;
        start.Environment["TERM"] = "xterm";
        start.Environment["COLUMNS"] = "160";
        using var process = Process.Start(start)!;
        var shown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Matches(@"shop-main: \d+ pushed, \d+ waiting, about \d+ calls and \d+ s left", shown);
        Assert.Contains("\"inStep\":true", shown);
    }

    [Theory]
    [InlineData("{ \"portals\": ", "line 1, column 14: this is not JSON")]
    [InlineData("{ \"portals\": { \"main\": { \"token\": \"pat-na1-1234\" } } }", "is a secret written out")]
    [InlineData("{ \"storse\": {} }", "storse is not known here, did you mean stores?")]
    public async Task A_malformed_configuration_is_exit_2_and_says_where(string text, string expected)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["spoke.json"], text, TestContext.Current.CancellationToken);
        var (code, output, error) = await SpokeProcess.RunAsync(null, "sync", "--once", "--json", "--config", folder["spoke.json"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error);
        Assert.DoesNotContain("pat-na1-1234", error);
        Assert.False(File.Exists(folder["spoke.db"]));
    }

    [Fact]
    public async Task An_unknown_verb_is_exit_2()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(null, "synk");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("synk", error);
    }

    private static JsonElement Summary((int Code, string Output, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error + run.Output);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("connections")[0];
    }
}
