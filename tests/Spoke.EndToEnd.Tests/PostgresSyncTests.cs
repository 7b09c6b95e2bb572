using System.Text.Json;
using Spoke.Emulator;
using Spoke.Sync.Tests.Storage;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke sync</c> as a process, with PostgreSQL underneath.</summary>
public sealed class PostgresSyncTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    [Fact]
    public async Task A_pass_is_in_step_and_the_next_writes_nothing()
    {
        await using var scene = await SyncScene.StartAsync(cluster.NewKeptDatabase());
        await scene.AssertMendedAsync();
        var before = (await scene.WritesAsync()).Count;
        var (code, output, error) = await scene.SyncAsync();
        Assert.True(code == 0, error);
        Assert.Equal(0, JsonDocument.Parse(output).RootElement.GetProperty("connections")[0].GetProperty("written").GetProperty("updated").GetInt32());
        Assert.Equal(before, (await scene.WritesAsync()).Count);
    }

    [Fact]
    public async Task Kill_dash_9_loses_nothing_and_doubles_nothing()
    {
        await using var scene = await SyncScene.StartAsync(cluster.NewKeptDatabase());
        for (var calls = 1; calls <= 5; calls++)
        {
            await using var sync = scene.Start();
            await scene.UnderWayAsync(sync);
            if (!sync.HasExited) await sync.KillAsync();
        }
        await scene.AssertMendedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_restarted_in_the_middle_loses_nothing_and_doubles_nothing(bool immediately)
    {
        await using var scene = await SyncScene.StartAsync(cluster.NewKeptDatabase());
        await using (var sync = scene.Start())
        {
            await scene.UnderWayAsync(sync);
            cluster.Restart(immediately);
            // It may have been between two writes, and then did not notice.
            if (await sync.ExitAsync() is var code and not 0) Assert.Equal((2, true), (code, sync.Error.Contains("othing that was acknowledged is lost", StringComparison.Ordinal)));
        }
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task An_older_copy_put_back_loses_nothing_and_doubles_nothing()
    {
        var database = cluster.NewKeptDatabase();
        await using var scene = await SyncScene.StartAsync(database);
        await scene.AssertMendedAsync();
        cluster.Dump(database, "copy");
        await scene.BuyAsync("later@example.com");
        await scene.AssertMendedAsync();
        cluster.Restore(database, "copy");
        await scene.BuyAsync("last@example.com");
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_the_connection_string_is_named_and_no_secret_shown()
    {
        const string secret = "hunter2-hunter2";
        using var folder = new TempFolder();
        foreach (var (database, expected) in new[]
        {
            ("postgres:Host=db;Database=shop;Password=" + secret, "database has a Password that is a secret written out; put it into an environment variable and write env:NAME here"),
            ("postgres:Host=db;Database=shop;Password=env:NOT_SET_ANYWHERE", "database has a Password that names the environment variable NOT_SET_ANYWHERE, which is not set"),
            ("postgres:Database=shop", "database names no Host"),
            ("postgres:Host=db", "database names no Database"),
            ("postgres:Hots=db;Database=shop", "database is no connection string of PostgreSQL"),
            ("postgres://me:" + secret + "@db/shop", "database is no connection string of PostgreSQL"),
            ("postgresql://me:" + secret + "@db/shop", "is no database; write \"sqlite:FILE\" or \"postgres:Host="),
            ("mysql:x", "'mysql:x' is no database"),
        })
        {
            await File.WriteAllTextAsync(folder["spoke.json"], $$"""
                {
                  "database": "{{database}}",
                  "portals": { "main": { "token": "env:TOKEN" } },
                  "stores": { "shop": { "platform": "sample", "url": "http://127.0.0.1:1", "apiKey": "env:TOKEN" } },
                  "connections": { "shop-main": { "store": "shop", "portal": "main" } }
                }
                """, TestContext.Current.CancellationToken);
            var (code, _, error) = await SpokeProcess.RunAsync(new Dictionary<string, string?> { ["TOKEN"] = "x" }, "config", "check", "--config", folder["spoke.json"]);
            Assert.Equal(2, code);
            Assert.Contains(expected, error);
            Assert.DoesNotContain(secret, error);
        }
    }

    [Fact]
    public async Task A_password_is_taken_from_its_reference_and_a_wrong_one_is_named()
    {
        await using var scene = await SyncScene.StartAsync(cluster.NewDatabase(EmulatorServer.DefaultToken) + ";Password=env:TOKEN");
        var (code, _, error) = await scene.SyncAsync();
        Assert.True(code == 0, error);
        (code, _, error) = await scene.SyncAsync("pat-na1-00000000-0000-4000-8000-0000000000ff");
        Assert.Equal(2, code);
        Assert.Contains("refused the user", error);
        Assert.Contains("Check Username and the reference behind Password", error);
    }
}
