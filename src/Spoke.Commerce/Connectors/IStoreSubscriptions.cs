namespace Spoke.Commerce.Connectors;

/// <summary>Asks a store to push its changes, and looks after it that it goes on doing so: platforms switch subscriptions off after failures and tell nobody.</summary>
public interface IStoreSubscriptions
{
    /// <summary>Sees to it that every topic is subscribed to at the address and switched on; what points elsewhere is left alone.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us.</exception>
    Task<SubscriptionReport> EnsureAsync(Uri callback, CancellationToken cancellationToken);

    /// <summary>How the subscriptions are, wherever they point to. Nothing is changed.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us.</exception>
    Task<SubscriptionSurvey> LookAsync(CancellationToken cancellationToken);
}

/// <param name="Wanted">The topics there should be.</param>
public sealed record SubscriptionSurvey(IReadOnlyList<string> Wanted, IReadOnlyList<StoreSubscription> Found);

/// <param name="Address">Where it points to, as the store has it.</param>
/// <param name="IsOn">The store has not switched it off.</param>
public sealed record StoreSubscription(string Topic, string Address, bool IsOn);

/// <summary>How the subscriptions were found and left.</summary>
/// <param name="Kept">Topics that were as they should be.</param>
/// <param name="Made">Topics that had no subscription.</param>
/// <param name="Restored">Topics that were switched off; changes since then have to be polled.</param>
/// <param name="OffSince">Since when the earliest of these may have been off; null: not known.</param>
public sealed record SubscriptionReport(IReadOnlyList<string> Kept, IReadOnlyList<string> Made, IReadOnlyList<string> Restored, DateTimeOffset? OffSince = null);
