using System.Globalization;
using Spoke.Emulator;
using Spoke.StandIns.Shopify;

namespace Spoke.Bench.FirstImport;

/// <summary>The shop and the HubSpot account of a first import, each in a process of its own, on the import's clock. They end with their input.</summary>
internal static class ServerProcesses
{
    public const string StoreVerb = "first-import-store";
    public const string PortalVerb = "first-import-portal";

    public static async Task<int> StoreAsync(int orders, FastClock clock)
    {
        await using var shop = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { SeededOrders = orders, SeededCustomers = orders * 3 / 5, SeededVariants = orders / 20, BucketSize = 20_000, PointsASecond = 1_000, Time = clock });   // a Plus shop: a smaller one lets a history be read more slowly than HubSpot takes it
        return await UntilInputEndsAsync(shop.BaseUrl);
    }

    public static async Task<int> PortalAsync(FastClock clock)
    {
        await using var portal = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Pro, TimeProvider = clock });
        return await UntilInputEndsAsync(portal.BaseUrl);
    }

    private static async Task<int> UntilInputEndsAsync(Uri address)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {address}"));
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
