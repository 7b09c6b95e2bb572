using System.Text.Json.Serialization;

namespace Spoke.Commerce.Ledger;

/// <summary>One thing of a store in the common form every connector normalises to.</summary>
[JsonDerivedType(typeof(Variant), "variant")]
[JsonDerivedType(typeof(Customer), "customer")]
[JsonDerivedType(typeof(Order), "order")]
[JsonDerivedType(typeof(Cart), "cart")]
[JsonDerivedType(typeof(Company), "company")]
public abstract record LedgerEntity
{
    /// <summary>The store's own id, as text. A guest customer without one has <c>guest:{e-mail}</c>.</summary>
    public required string PlatformId { get; init; }

    /// <summary>The source version: rises with every change in the store (usually unix milliseconds). The newest wins.</summary>
    public required long Version { get; init; }

    /// <summary>The store has deleted it.</summary>
    public bool Deleted { get; init; }

    [JsonIgnore]
    public abstract EntityKind Kind { get; }
}

/// <summary>A person who buys, registered or guest. E-mail is as the store gives it; <see cref="EmailAddress"/> normalises.</summary>
public sealed record Customer : LedgerEntity
{
    public override EntityKind Kind => EntityKind.Customer;
    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Phone { get; init; }
    public Address? Address { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>A customer without an account; only known through an order or cart.</summary>
    public bool Guest { get; init; }

    /// <summary>Marketing by e-mail; null: the store says nothing about it.</summary>
    public Consent? EmailConsent { get; init; }

    /// <summary>Marketing by SMS; null: the store says nothing about it.</summary>
    public Consent? SmsConsent { get; init; }

    /// <summary>Null where the platform has no tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
    public string? Note { get; init; }

    /// <summary>The company's platform id, where the platform has companies.</summary>
    public string? CompanyId { get; init; }
}

/// <summary>A business that buys, as the platform itself keeps it.</summary>
public sealed record Company : LedgerEntity
{
    public override EntityKind Kind => EntityKind.Company;
    public required string Name { get; init; }

    /// <summary>The store's own number or code for it.</summary>
    public string? ExternalId { get; init; }
    public string? Phone { get; init; }
    public Address? Address { get; init; }
}

/// <summary>One sellable variant of a product; becomes one HubSpot product.</summary>
public sealed record Variant : LedgerEntity
{
    public override EntityKind Kind => EntityKind.Variant;
    public required string ProductId { get; init; }
    public required string Name { get; init; }
    public string? Sku { get; init; }
    public string? Description { get; init; }
    public string? Url { get; init; }
    public string? ImageUrl { get; init; }

    /// <summary>Price before tax in the store's main currency.</summary>
    public Money? Price { get; init; }
    public bool Enabled { get; init; } = true;
}

/// <summary>A postal address as the store gives it; blank parts are null.</summary>
public sealed record Address
{
    public string? Name { get; init; }
    public string? Company { get; init; }
    public string? Street { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? PostalCode { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    public string? Phone { get; init; }
}
