namespace Spoke.Shop;

/// <summary>How the sample shop starts.</summary>
public sealed class ShopOptions
{
    /// <summary>Port on the loopback address; 0 picks a free one.</summary>
    public int Port { get; set; }

    /// <summary>Folder of the shop's database.</summary>
    public string DataDirectory { get; set; } = "shop";

    /// <summary>Where changes are posted to, signed; null: nowhere.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>Key of the signature: <c>whsec_</c> and base64.</summary>
    public string WebhookSecret { get; set; } = "whsec_c3Bva2Utc2FtcGxlLXNob3Atd2ViaG9vay1rZXk=";

    /// <summary>Key of the admin API.</summary>
    public string ApiKey { get; set; } = "sample-shop-admin";

    /// <summary>Fill the shop at the first start, and keep people coming.</summary>
    public bool DemoTraffic { get; set; } = true;

    /// <summary>Customers made at the first start.</summary>
    public int DemoCustomers { get; set; } = 40;

    /// <summary>Orders made at the first start.</summary>
    public int DemoOrders { get; set; } = 80;

    /// <summary>How often somebody does something, on average. Default 2.5 s.</summary>
    public TimeSpan DemoInterval { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>The same seed gives the same people and baskets.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65535) throw new ArgumentException($"The shop's port is 0 to 65535, not {Port}.");
        if (string.IsNullOrWhiteSpace(ApiKey)) throw new ArgumentException("The shop's admin API needs a key.");
        if (WebhookUrl is not null && !Uri.TryCreate(WebhookUrl, UriKind.Absolute, out _)) throw new ArgumentException($"The shop's webhook address '{WebhookUrl}' is no absolute address.");
        if (DemoCustomers is < 0 or > 10_000 || DemoOrders is < 0 or > 10_000) throw new ArgumentException("The shop's history is 0 to 10,000 customers and orders.");
        if (DemoInterval <= TimeSpan.Zero) throw new ArgumentException("The demo interval must be longer than nothing.");
    }
}
