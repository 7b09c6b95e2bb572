using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

/// <summary>WooCommerce's official Node client, unchanged, at the stand-in: what it signs is taken, and what it reads is there.</summary>
public sealed class WooNodeClientTests
{
    [Fact]
    public async Task Official_client_signs_reads_writes_and_is_refused_as_by_a_shop()
    {
        var home = await InstallAsync();
        await using var shop = await WooShop.StartAsync(new WooOptions { Orders = 60 }, WooScene.Cancel);
        var (exit, output, errors) = await RunAsync("node", ["drive.cjs"], home, shop);
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;
        string Raw(string name) => seen.GetProperty(name).GetRawText();
        var sold = shop.Desk.Orders().Count(order => order.Status is "processing" or "completed");
        Assert.Equal($"[{Math.Min(20, sold - 20)},\"{sold}\",\"{(sold + 19) / 20}\"]", Raw("page"));
        Assert.Equal("""[201,"node@client.example",true]""", Raw("customer"));
        Assert.Equal("""[201,"processing",3,true]""", Raw("order"));
        Assert.Equal(("completed", "a b&c=d/é"), (seen.GetProperty("edited")[0].GetString(), seen.GetProperty("edited")[1].GetString()));
        Assert.Equal("""["1.50","a (little) late!"]""", Raw("refund"));
        Assert.Equal("""["From Node"]""", Raw("notes"));
        Assert.Equal("""["id,status"]""", Raw("changed"));
        Assert.Equal("""[404,"woocommerce_rest_shop_order_invalid_id",404]""", Raw("missing"));
        Assert.Equal("""[400,"rest_invalid_param",400]""", Raw("invalid"));
        Assert.Equal("""[404,"rest_no_route",404]""", Raw("nowhere"));
        Assert.Equal("""[401,"woocommerce_rest_authentication_error",401]""", Raw("stranger"));
        Assert.Equal("""["active","created",false]""", Raw("webhook"));
        Assert.Equal("200", Raw("deleted"));
    }

    /// <summary>A folder with the locked packages, kept between runs under the lock file's own hash.</summary>
    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Connectors", "WooCommerce", "NodeClient");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), WooScene.Cancel)))[..16];
        var home = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "woocommerce-client", hash));
        Directory.CreateDirectory(home);
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc", "drive.cjs"])
            File.Copy(Path.Combine(source, name), Path.Combine(home, name), overwrite: true);
        if (File.Exists(Path.Combine(home, "node_modules", ".package-lock.json"))) return home;
        try
        {
            var (exit, _, errors) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], home, null);
            Assert.True(exit == 0, errors);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed");
        }
        return home;
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, string[] arguments, string folder, WooShop? shop)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (shop is not null)
            (start.Environment["WOO_URL"], start.Environment["WOO_KEY"], start.Environment["WOO_SECRET"]) = (shop.BaseUrl.ToString(), shop.Options.ConsumerKey, shop.Options.ConsumerSecret);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(WooScene.Cancel);
        var errors = process.StandardError.ReadToEndAsync(WooScene.Cancel);
        await process.WaitForExitAsync(WooScene.Cancel);
        return (process.ExitCode, await output, await errors);
    }
}
