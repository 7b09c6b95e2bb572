namespace Spoke.Sync.Tests.Simulation;

/// <summary>
/// Holds marketing consent to what people have said on both sides: a denial stands on both, nobody who is out comes in again by us, and a tick in the shop arrives in HubSpot.
/// Where a person has said one thing and then the other, both may be told of by what the engine saw of it; then only what never depends on that is checked.
/// </summary>
internal sealed class ConsentCheck(World world, Action<string> say)
{
    private HashSet<string> _silent = [];

    public async Task RunAsync(Truth truth)
    {
        // HubSpot tells by the contact who has opted out; of one that is or was archived it tells nothing.
        _silent = world.Bin.Ever.Where(binned => binned.Object == "contacts").SelectMany(binned => truth.Owners(binned.Key)).ToHashSet();
        foreach (var lifted in world.PortalConsents!.Lifted.Concat(world.Shop.Lifted)) say(lifted);
        foreach (var (address, person) in truth.People)
        {
            if (person.Merged)
            {
                // HubSpot goes by the address, and a merged contact has one; only what never depends on that is checked.
                foreach (var account in person.Accounts.Where(account => account is { Deleted: false, Consent: not false } && account.Consents is [.., { Granted: false }])) say($"customer {account.Id} denied it in the shop, which has them in again");
                continue;
            }
            var portal = world.PortalConsents.Said.Where(said => said.Address == address).ToList();
            var there = await world.PortalConsents.StateAsync(address);
            if (portal is [.., { Granted: false } last] && there != "UNSUBSCRIBED") say($"{address} was opted out in HubSpot at {last.At:T} and is {there} there");
            if (person.Accounts is [] && !HadAnother(address))
            {
                var wanted = portal is [.., var own] ? own.Granted ? "SUBSCRIBED" : "UNSUBSCRIBED" : "NOT_SPECIFIED";
                if (there != wanted) say($"the guest {address} is {there} in HubSpot and should be {wanted}");
            }
            else if (person.Accounts is [{ Deleted: false } account]) Account(address, account, portal, there);
        }
    }

    private void Account(string address, ShopCustomer account, List<PortalSaid> portal, string there)
    {
        var (shop, lastShop) = (account.Consents, account.Consents.LastOrDefault());
        // Nobody but the person lifts what they have denied in the shop.
        if (lastShop is { Granted: false } && account.Consent != false) Say("the shop has them in again after they denied it there");
        var everywhere = portal.Concat(world.PortalConsents!.Said.Where(said => account.Former.Exists(former => ShopDays.Normal(former) == said.Address))).OrderBy(said => said.At).ToList();
        if (lastShop is { Granted: false } && !IsBackAndForth(shop, everywhere) && there != "UNSUBSCRIBED") Say($"they denied it in the shop at {lastShop.At:T}");
        if (account.Moved) return;   // HubSpot goes by the address: which of them it was said of when, depends on when the engine looked
        if (portal is [.., { Granted: false } last] && !_silent.Contains(address) && account.Consent != false && !(lastShop is { Granted: true } && (Overlap(lastShop, last, portal) || shop.Concat(Before(address)).Any(said => !said.Granted)))) Say($"they were opted out in HubSpot at {last.At:T}");
        if (portal.Count == 0 && shop is [{ Granted: true, Live: true }] && !Before(address).Any(said => !said.Granted) && there != "SUBSCRIBED") Say("they agreed in the shop, and nobody has ever denied it");
        if (portal.Count == 0 && shop.Count == 0 && !HadAnother(address) && (account.Consent is not null || there != "NOT_SPECIFIED")) Say("nobody has said anything");

        void Say(string why) => say($"{address} (customer {account.Id}): the shop says {account.Consent switch { null => "nothing", true => "yes", _ => "no" }}, HubSpot {there}; {why}");
    }

    private IEnumerable<ShopSaid> Before(string address) => world.Shop.Items.OfType<ShopCustomer>().Where(c => c.Former.Exists(former => ShopDays.Normal(former) == address)).SelectMany(c => c.Consents);

    // HubSpot goes by the address, whoever has it now.
    private bool HadAnother(string address) => world.Shop.Items.OfType<ShopCustomer>().Any(c => c.Former.Exists(former => ShopDays.Normal(former) == address));

    // Opted in in HubSpot after a denial: that waits for somebody, and both sides stay as they are, also where the shop's word has gone forth and back between two looks.
    private static bool IsBackAndForth(List<ShopSaid> shop, List<PortalSaid> portal) =>
        portal.Exists(grant => grant.Granted && (shop.Exists(said => !said.Granted && said.At < grant.At) || portal.Exists(said => !said.Granted && said.At < grant.At)));

    // They agreed again in the shop after a denial, theirs or that of whoever had the address before, which waits for somebody, and our carrying of that denial may hide HubSpot's own; or the shop's word came after it, or HubSpot's has gone forth and back since.
    private static bool Overlap(ShopSaid shop, PortalSaid last, List<PortalSaid> portal) => shop.At > last.At || portal.Exists(said => said.Granted && said.At > shop.At);
}
