namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Where a Vendure store is and how to get in.</summary>
public sealed class VendureStoreOptions
{
    /// <summary>Address of the server; <c>/admin-api</c> is added.</summary>
    public required Uri Url { get; set; }

    /// <summary>An administrator who may read catalogue, customers and orders.</summary>
    public required string Username { get; set; }

    public required string Password { get; set; }

    /// <summary>Token of the channel to read; null: the default channel.</summary>
    public string? ChannelToken { get; set; }

    /// <summary>Entities a page. Vendure's own limit is 100 unless the store raised it; where a store gives fewer, fewer are asked for.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Orders, and customers, that each poll comes by because some of their changes show nowhere else.</summary>
    public int SweepSize { get; set; } = 200;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a name is empty, or a size is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (string.IsNullOrWhiteSpace(Username) || string.IsNullOrWhiteSpace(Password)) throw new ArgumentException("The Vendure administrator's name and password are needed.");
        if (PageSize is < 2 or > 1000) throw new ArgumentException("PageSize is 2 to 1,000.");
        if (SweepSize < 1) throw new ArgumentException("SweepSize is 1 or more.");
    }
}
