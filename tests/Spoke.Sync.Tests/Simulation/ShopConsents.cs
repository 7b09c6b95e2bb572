namespace Spoke.Sync.Tests.Simulation;

/// <summary>What a customer has said in the shop about marketing e-mail.</summary>
/// <param name="Live">The engine had read the shop by then; what was there before denies and never grants.</param>
internal sealed record ShopSaid(bool Granted, DateTimeOffset At, bool Live);

/// <summary>Customers who tick the box for marketing e-mail in the shop, and untick it.</summary>
internal sealed class ShopConsents(Shop shop, SimClock clock, Dice dice)
{
    private readonly double _busy = dice.From(1, 4) / 10d;

    /// <param name="live">The engine has read the shop.</param>
    public void Happen(bool live)
    {
        if (!dice.Chance(_busy) || shop.Live<ShopCustomer>().ToList() is not { Count: > 0 } all) return;
        var (customer, wants) = (dice.Pick(all), dice.Chance(0.5));
        var granted = customer.Consent is null ? wants : !customer.Consent.Value;
        if (customer.Consent == false && !wants) return;   // few come back
        customer.Consent = granted;
        customer.Consents.Add(new ShopSaid(granted, clock.Now, live));
        customer.TouchedAt = shop.Now;
        shop.Touch(customer);
    }
}
