using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Spoke.Sync.Connections;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke doctor</c> on a configuration, beside a <c>spoke serve</c> that runs, has another secret, or has gone.</summary>
public sealed class DoctorDeliveriesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_goes_the_whole_way_to_a_running_serve_and_what_breaks_it_is_named()
    {
        await using var scene = await ServeScene.StartAsync(null, TimeSpan.FromHours(1));
        var outside = new KeyValuePair<string, string?>("Spoke__PublicUrl", scene.Line.BaseUrl.AbsoluteUri);
        Dictionary<string, string?> Environment(params KeyValuePair<string, string?>[] more) => new(scene.Sync.Environment(null).Where(one => more.All(other => other.Key != one.Key)).Append(outside).Concat(more));
        Task<(int Code, string Output, string Error)> DoctorAsync(Dictionary<string, string?> environment, params string[] arguments) => SpokeProcess.RunAsync(environment, ["doctor", .. arguments, "--config", scene.Sync.Config]);

        var (code, output, error) = await DoctorAsync(Environment(), "deliveries");
        Assert.Equal(1, code);
        Assert.Contains("spoke serve has not run with this database yet", output);

        await using var serve = await scene.ServeAsync();
        await scene.Sync.BuyAsync("somebody@example.com");
        await scene.Line.NextAcknowledged.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
            while (!await scene.IsDrainedAsync()) await timer.WaitForNextTickAsync(Cancel);
        var kept = Count(scene, "intake");
        (code, output, error) = await DoctorAsync(Environment());
        Assert.True(code == 0, output + error);
        Assert.Contains("hub 1000001", output);
        Assert.Contains("deliveries of shop-main (sample): well", output);
        Assert.Matches("local     http://127\\.0\\.0\\.1:\\d+/hooks/shop-main: arrives as it was signed, in \\d+ ms", output);
        Assert.Contains($"public    {scene.Line.BaseUrl}hooks/shop-main: arrives as it was signed", output);
        Assert.Matches("last push 20\\d\\d-", output);
        Assert.Equal(kept, Count(scene, "intake"));

        (code, output, error) = await DoctorAsync(Environment(), "--json");
        Assert.True(code == 0, output + error);
        using (var told = JsonDocument.Parse(output))
        {
            Assert.Equal(("healthy", "main"), (told.RootElement.GetProperty("verdict").GetString(), told.RootElement.GetProperty("portals")[0].GetProperty("name").GetString()));
            Assert.Empty(told.RootElement.GetProperty("causes").EnumerateArray());
            Assert.Equal(["arrives", "arrives"], told.RootElement.GetProperty("deliveries")[0].GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("state").GetString()));
        }

        (code, output, error) = await DoctorAsync(Environment(new KeyValuePair<string, string?>("SHOP_SECRET", "whsec_YW5vdGhlci1zZWNyZXQ=")), "deliveries", "shop-main");
        Assert.Equal((1, ""), (code, error.Trim()));
        Assert.Contains("[wrong-secret]", output);
        Assert.Contains("restart it", output);
        Assert.DoesNotContain("whsec_", output);

        await serve.KillAsync();
        (code, output, error) = await DoctorAsync(Environment(), "--json");
        Assert.Equal((1, ""), (code, error.Trim()));
        using (var told = JsonDocument.Parse(output))
        {
            Assert.Equal("cause-found", told.RootElement.GetProperty("verdict").GetString());
            Assert.Equal("nobody-listens", told.RootElement.GetProperty("deliveries")[0].GetProperty("ways")[0].GetProperty("state").GetString());
        }
    }

    [Theory]
    [InlineData("domain", true)]
    [InlineData("store", false)]   // the sample shop keeps no companies
    [InlineData("off", false)]
    public async Task Scopes_for_companies_are_asked_for_where_any_are_made_and_only_there(string companies, bool needed)
    {
        await using var scene = await SyncScene.StartAsync(orders: 0);
        var environment = scene.Environment(await scene.TokenAsync(new { kind = "private-app", scopes = SyncScopes.Needed.Select(any => any[0]).Append("oauth").Distinct() }));
        environment["Spoke__Connections__Shop_Main__Companies"] = companies;
        var (_, output, error) = await SpokeProcess.RunAsync(environment, "doctor", "live", "--config", scene.Config, "--json");
        using var told = JsonDocument.Parse(output.Length > 0 ? output : throw new InvalidOperationException(error));
        var scopes = told.RootElement.GetProperty("scopes");
        string[] expected = needed ? ["crm.objects.companies.read", "crm.objects.companies.write", "crm.schemas.companies.write"] : [];
        Assert.Equal(expected, scopes.GetProperty("missing").EnumerateArray().Select(scope => scope.GetString()!));
        Assert.Equal(expected, scopes.GetProperty("needed").EnumerateArray().Select(scope => scope.GetString()!).Where(scope => scope.Contains("companies", StringComparison.Ordinal)));
        Assert.Equal(needed ? "cause-found" : "healthy", told.RootElement.GetProperty("verdict").GetString());
    }

    private static long Count(ServeScene scene, string table)
    {
        using var database = new SqliteConnection($"Data Source={scene.Sync.Folder["spoke.db"]};Pooling=false");
        return database.ExecuteScalar<long>($"select count(*) from {table}");
    }
}
