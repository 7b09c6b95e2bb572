using System.Text.Json;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke privacy</c> as a process against a shop and the emulator.</summary>
public sealed class PrivacyCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_is_exported_erased_and_does_not_come_back()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        await scene.BuyAsync("ada@example.com");
        await scene.SyncAsync();
        var file = scene.Folder["ada.json"];
        var exported = await RunAsync(scene, "export", "shop-main", "ada@example.com", "--out", file);
        Assert.Equal((0, ""), (exported.Code, exported.Error.Trim()));
        using (var export = JsonDocument.Parse(await File.ReadAllTextAsync(file, Cancel)))
            Assert.Equal(1, export.RootElement.GetProperty("ledger").GetProperty("orders").GetArrayLength());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var asked = await RunAsync(scene, "erase", "shop-main", "ada@example.com");
        Assert.Equal(1, asked.Code);
        Assert.Contains("1 orders would keep their amounts", asked.Output);
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = scene.Emulator.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken });
        Assert.NotNull(await ContactAsync(portal));

        var erased = await RunAsync(scene, "erase", "shop-main", "ada@example.com", "--yes", "--json");
        Assert.Equal((0, ""), (erased.Code, erased.Error.Trim()));
        var receipt = JsonDocument.Parse(erased.Output).RootElement.GetProperty("receipt");
        Assert.Equal((1, 1, "delete"), (receipt.GetProperty("orders").GetInt32(), receipt.GetProperty("contacts").GetInt32(), receipt.GetProperty("policy").GetString()));
        await scene.SyncAsync();
        Assert.Null(await ContactAsync(portal));
        await scene.AssertEqualSidesAsync();

        var listed = await RunAsync(scene, "list", "shop-main");
        Assert.Equal(0, listed.Code);
        Assert.Contains("erase person", listed.Output);
        Assert.DoesNotContain("ada@", listed.Output);
        var nobody = await RunAsync(scene, "export", "shop-main", "ada@example.com");
        Assert.Equal(2, nobody.Code);
        Assert.DoesNotContain("ada@", nobody.Error);
        Assert.Contains("Did you mean shop-main?", (await RunAsync(scene, "list", "shop-mian")).Error);
    }

    private static Task<CrmRecord?> ContactAsync(HubSpotClient portal) => portal.Contacts.GetAsync("ada@example.com", new ReadOptions { IdProperty = "email" }, null, Cancel);

    private static Task<(int Code, string Output, string Error)> RunAsync(SyncScene scene, params string[] arguments) => SpokeProcess.RunAsync(scene.Environment(null), ["privacy", .. arguments, "--config", scene.Config]);
}
