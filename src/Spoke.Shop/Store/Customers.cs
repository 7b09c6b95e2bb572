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
        var known = write.Find("customer", id, ShopJson.Default.ShopCustomer) ?? new ShopCustomer(id, email, first, last, null, null, true, write.Now);
        Put(write, known with { Email = email, FirstName = first, LastName = last, Phone = address.Phone ?? known.Phone, Address = address });
        return id;
    }

    public static ShopCustomer Put(ShopWrite write, ShopCustomer customer) =>
        write.Put("customer", customer.Id, version => customer with { Version = version }, ShopJson.Default.ShopCustomer);
}
