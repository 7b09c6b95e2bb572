namespace Spoke.Shop.Store;

/// <summary>Who buys: people with an account, and guests under their address.</summary>
internal static class Customers
{
    public static ShopCustomer Add(ShopWrite write, ShopCustomer customer)
    {
        var id = "c" + write.Next("customer");
        return write.Put("customer", id, version => customer with { Id = id, CreatedAt = write.Now, Version = version }, ShopJson.Default.ShopCustomer);
    }

    /// <summary>A guest is one customer for each e-mail address; the newest name and address stand.</summary>
    public static string Guest(ShopWrite write, string email, string first, string last, ShopAddress address)
    {
        var id = "guest:" + email.Trim().ToLowerInvariant();
        var since = write.Find("customer", id, ShopJson.Default.ShopCustomer)?.CreatedAt ?? write.Now;
        write.Put("customer", id, version => new ShopCustomer(id, email, first, last, address.Phone, address, true, since) { Version = version }, ShopJson.Default.ShopCustomer);
        return id;
    }
}
