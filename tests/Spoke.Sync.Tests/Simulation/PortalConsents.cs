using System.Text;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What somebody in HubSpot has said of an address: the person by the link at the foot of an e-mail, or one of those who work there.</summary>
internal sealed record PortalSaid(string Address, bool Granted, bool Themselves, DateTimeOffset At);

/// <summary>Who agrees to marketing e-mail, as it is said in HubSpot. It watches our own grants: none may lift what somebody has denied there.</summary>
internal sealed class PortalConsents(SimClock clock, Dice dice, History history, PortalDesk desk, PortalNews news, long hub)
{
    public const string Kind = "Marketing Information";
    public const string KindId = "70000001";
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(5);
    private readonly double _busy = dice.Chance(0.8) ? dice.From(1, 4) / 10d : 0;
    private readonly Dictionary<string, DateTimeOffset> _lookedAt = [];

    public List<PortalSaid> Said { get; } = [];

    /// <summary>Grants of ours over a denial that we could have known of.</summary>
    public List<string> Lifted { get; } = [];

    /// <param name="linked">Contacts that the engine knows of.</param>
    public async Task SayAsync(Func<string, Task<List<string>>> linked)
    {
        if (!dice.Chance(_busy) || await linked("contacts") is not { Count: > 0 } known) return;
        var id = dice.Pick(known);
        var (themselves, wants) = (dice.Chance(0.6), dice.Chance(0.3));
        if (await desk.SendAsync(HttpMethod.Get, $"/crm/v3/objects/contacts/{id}?properties=email") is not { } contact || contact.GetProperty("properties").GetProperty("email").GetString() is not { } email) return;
        var now = await StateAsync(email);
        var granted = now is "UNSUBSCRIBED" || (now == "NOT_SPECIFIED" && wants);
        if (granted && now == "UNSUBSCRIBED" && !wants) return;
        var carried = granted || !themselves
            ? await desk.SendAsync(HttpMethod.Post, $"/communication-preferences/v4/statuses/{email}", new { channel = "EMAIL", subscriptionId = long.Parse(KindId, System.Globalization.CultureInfo.InvariantCulture), statusState = granted ? "SUBSCRIBED" : "UNSUBSCRIBED" }) is not null
            : await desk.OpenAsync($"/manage-preferences/{hub}/unsubscribe/{Convert.ToBase64String(Encoding.UTF8.GetBytes($"{email}\n{KindId}")).TrimEnd('=').Replace('+', '-').Replace('/', '_')}");
        if (!carried) return;   // who has opted out by themselves is opted in again by nobody else
        Said.Add(new PortalSaid(ShopDays.Normal(email), granted, !granted && themselves, clock.Now));
        history.Say($"  HubSpot: {email} {(granted ? "opted in" : themselves ? "opted out by themselves" : "opted out by somebody")}");
        news.Send(id, new PortalEdit("hs_email_optout_" + KindId, granted ? "false" : "true", clock.Now));
    }

    /// <summary>The engine has asked how it is with these.</summary>
    public void Looked(IEnumerable<string> addresses)
    {
        foreach (var address in addresses) _lookedAt[ShopDays.Normal(address)] = clock.Now;
    }

    /// <summary>The engine is about to opt these in.</summary>
    public async Task GrantingAsync(IEnumerable<string> addresses)
    {
        foreach (var address in addresses.Select(ShopDays.Normal))
        {
            if (await StateAsync(address) != "UNSUBSCRIBED") continue;
            // HubSpot takes no grant on condition: what is said there between our question and our grant is not known to anybody.
            var looked = _lookedAt.TryGetValue(address, out var at) && clock.Now - at < LongestCall ? at : clock.Now;
            if (!Said.Exists(said => said.Address == address && !said.Granted && said.At >= looked)) Lifted.Add($"{address} was out in HubSpot and is opted in by us at {clock.Now:T}");
        }
    }

    public async Task<string> StateAsync(string address)
    {
        if (await desk.SendAsync(HttpMethod.Get, $"/communication-preferences/v4/statuses/{address}?channel=EMAIL") is not { } told) return "";
        return told.GetProperty("results").EnumerateArray().First(status => status.GetProperty("subscriptionId").ToString() == KindId).GetProperty("status").GetString()!;
    }
}
