using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Carts;

/// <summary>How far a cart has come. The numbers lie in databases and never change.</summary>
internal enum CartStatus
{
    Active = 0,

    /// <summary>Left behind by somebody who can be reached, and not bought.</summary>
    Abandoned = 1,

    /// <summary>Bought after it had been left behind.</summary>
    Recovered = 2,

    /// <summary>The same customer has a newer cart, or has bought something since.</summary>
    Superseded = 3,

    /// <summary>Left behind so long ago that nobody comes back for it.</summary>
    Expired = 4,

    /// <summary>Bought without having been left behind.</summary>
    Converted = 5,

    /// <summary>Nothing is in it any more.</summary>
    Emptied = 6,

    /// <summary>The store has closed it, and no order came of it.</summary>
    Closed = 7,
}

/// <summary>What is known of a cart and of its customer.</summary>
/// <param name="Ordered">An order came of it.</param>
/// <param name="OrderAt">When the same customer placed the last order; null: none.</param>
/// <param name="Newer">The same customer has an open cart that was touched later.</param>
/// <param name="LeftBefore">It had been left behind once.</param>
internal sealed record CartFacts(Cart Cart, bool Ordered, DateTimeOffset? OrderAt, bool Newer, bool LeftBefore);

/// <param name="DueAt">When time alone makes something else of it; null: never.</param>
internal sealed record CartVerdict(CartStatus Status, DateTimeOffset? DueAt = null);

/// <summary>From facts and the time to a cart's state. Pure, and the order in which things were heard of does not matter.</summary>
internal static class CartStates
{
    /// <summary>After this nobody comes back for it.</summary>
    public static readonly TimeSpan ExpiresAfter = TimeSpan.FromDays(30);

    /// <summary>Who left it longer ago than this before the connection began, and would have been reminded by then, is not reminded now.</summary>
    public static readonly TimeSpan HistoryAfter = TimeSpan.FromHours(24);

    /// <summary>Whether a customer can still buy it.</summary>
    public static bool IsOpen(Cart cart, bool ordered) => !ordered && cart is { Deleted: false, Active: true } && !IsEmpty(cart);

    /// <param name="now">The time up to which the store has been asked: nothing is called abandoned on older knowledge.</param>
    /// <param name="abandonedAfter">How long after the last activity it counts as left behind.</param>
    /// <param name="began">When the connection was first read: nothing sets off a reminder of what was left long before.</param>
    public static CartVerdict Judge(CartFacts facts, DateTimeOffset now, TimeSpan abandonedAfter, DateTimeOffset began)
    {
        var cart = facts.Cart;
        if (facts.Ordered) return new CartVerdict(facts.LeftBefore ? CartStatus.Recovered : CartStatus.Converted);
        if (cart.Deleted || (cart.Active && IsEmpty(cart))) return new CartVerdict(CartStatus.Emptied);
        if (!cart.Active) return new CartVerdict(CartStatus.Closed);
        if (facts.Newer || facts.OrderAt > cart.LastActivityAt) return new CartVerdict(CartStatus.Superseded);
        if (!cart.Identifiable || cart.Lines.Count == 0 || cart.Amounts.Total.Minor <= 0) return new CartVerdict(CartStatus.Active);   // nobody to write to, or nothing to write about
        if (now >= cart.LastActivityAt + ExpiresAfter || began > cart.LastActivityAt + (abandonedAfter > HistoryAfter ? abandonedAfter : HistoryAfter)) return new CartVerdict(CartStatus.Expired);
        return now >= cart.LastActivityAt + abandonedAfter ? new CartVerdict(CartStatus.Abandoned, cart.LastActivityAt + ExpiresAfter) : new CartVerdict(CartStatus.Active, cart.LastActivityAt + abandonedAfter);
    }

    private static bool IsEmpty(Cart cart) => cart is { Lines.Count: 0, Amounts.Total.Minor: <= 0 };
}
