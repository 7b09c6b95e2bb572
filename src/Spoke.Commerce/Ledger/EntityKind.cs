namespace Spoke.Commerce.Ledger;

/// <summary>What a store tells us about. The order is the order of pushing: parents first.</summary>
public enum EntityKind
{
    Variant = 1,
    Customer = 2,
    Order = 3,
    Cart = 4,
}

public static class EntityKinds
{
    public static IReadOnlyList<EntityKind> All { get; } = [EntityKind.Variant, EntityKind.Customer, EntityKind.Order, EntityKind.Cart];

    /// <summary>The word in a <c>spoke_key</c>: <c>shop-main:order:1001</c>.</summary>
    public static string Word(this EntityKind kind) => kind switch
    {
        EntityKind.Variant => "variant",
        EntityKind.Customer => "customer",
        EntityKind.Order => "order",
        EntityKind.Cart => "cart",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
