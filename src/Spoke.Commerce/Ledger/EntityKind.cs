namespace Spoke.Commerce.Ledger;

/// <summary>What a store tells us about. The numbers lie in databases and never change.</summary>
public enum EntityKind
{
    Variant = 1,
    Customer = 2,
    Order = 3,
    Cart = 4,

    /// <summary>A business that buys, where the platform has such a thing of its own.</summary>
    Company = 5,
}

public static class EntityKinds
{
    /// <summary>In the order of reading: parents first.</summary>
    public static IReadOnlyList<EntityKind> All { get; } = [EntityKind.Variant, EntityKind.Company, EntityKind.Customer, EntityKind.Order, EntityKind.Cart];

    /// <summary>What every platform has.</summary>
    public static IReadOnlyList<EntityKind> Common { get; } = [EntityKind.Variant, EntityKind.Customer, EntityKind.Order, EntityKind.Cart];

    /// <summary>The word in a <c>spoke_key</c>: <c>shop-main:order:1001</c>.</summary>
    public static string Word(this EntityKind kind) => kind switch
    {
        EntityKind.Variant => "variant",
        EntityKind.Customer => "customer",
        EntityKind.Order => "order",
        EntityKind.Cart => "cart",
        EntityKind.Company => "company",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
