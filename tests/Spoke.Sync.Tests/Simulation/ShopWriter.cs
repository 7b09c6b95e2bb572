using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>Writes into the scripted shop what was changed in HubSpot. Answers are lost, and the same write is carried out once.</summary>
internal sealed class ShopWriter(Shop shop, History history, Weather weather, Life life, Action<ShopChange> told) : IStoreWriter
{
    /// <summary>Where the process may die: before the store is asked, and before its answer is read.</summary>
    public const string BeforeWrite = "a write to the store";

    /// <inheritdoc cref="BeforeWrite"/>
    public const string AfterWrite = "the store's answer";

    public IReadOnlySet<StoreWriteKind> Takes { get; } = new HashSet<StoreWriteKind> { StoreWriteKind.CustomerFields, StoreWriteKind.EmailConsent };

    /// <summary>It says that a denial is written and keeps it to itself: how the checker is proven able to fail.</summary>
    public bool LosesDenials { get; init; }

    public Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        if (life.Passes(BeforeWrite)) throw new OperationCanceledException(life.Token);
        shop.Asked.Add($"{(write is CustomerFieldsWrite fields ? string.Join(", ", fields.Fields.Keys) : "consent")} of customer {write.PlatformId}");
        if (weather.StoreFailsNow) throw new StoreException("The store does not answer.", isTransient: true);
        var outcome = write is ConsentWrite consent ? Carry(consent) : Carry((CustomerFieldsWrite)write);
        if (life.Passes(AfterWrite)) throw new OperationCanceledException(life.Token);
        if (weather.StoreFailsNow) throw new StoreException("The store's answer was lost.", isTransient: true);
        return Task.FromResult(outcome);
    }

    private StoreWriteOutcome Carry(CustomerFieldsWrite write)
    {
        if (shop.Find(EntityKind.Customer, write.PlatformId) is not ShopCustomer { Deleted: false } customer) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var before = (customer.First, customer.Last, customer.Phone);
        if (shop.Written.Add(write.Key + write.PlatformId))
            foreach (var (field, value) in write.Fields) customer.Set(field, value);
        if (before == (customer.First, customer.Last, customer.Phone)) return new StoreWriteOutcome(StoreWriteResult.Unchanged, Now(customer));
        customer.Writes.Add((shop.Now, [.. write.Fields.Keys]));
        history.Say($"  written to the shop: customer {customer.Id} {string.Join(", ", write.Fields.Select(field => $"{field.Key} = '{field.Value}'"))}");
        told(shop.Touch(customer));
        return new StoreWriteOutcome(StoreWriteResult.Written, Now(customer));
    }

    private StoreWriteOutcome Carry(ConsentWrite write)
    {
        if (shop.Find(EntityKind.Customer, write.PlatformId) is not ShopCustomer { Deleted: false } customer) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var granted = write.Consent.State == ConsentState.Granted;
        if (granted && customer.Consent == false) shop.Lifted.Add($"customer {customer.Id} had denied it in the shop and is opted in there by us at {shop.Now:T}");
        if (!shop.Written.Add(write.Key + write.PlatformId) || customer.Consent == granted || (LosesDenials && !granted)) return new StoreWriteOutcome(StoreWriteResult.Unchanged, Now(customer));
        customer.Consent = granted;
        customer.Writes.Add((shop.Now, []));
        history.Say($"  written to the shop: customer {customer.Id} {(granted ? "opted in" : "opted out")}");
        told(shop.Touch(customer));
        return new StoreWriteOutcome(StoreWriteResult.Written, Now(customer));
    }

    private static StoreChange Now(ShopCustomer customer)
    {
        var now = Shop.Tell(customer);
        return new StoreChange(now.Kind, now.Id, now.Version, now.Body);
    }
}
