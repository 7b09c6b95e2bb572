using System.Globalization;
using System.Text;
using Spoke.HubSpot;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>The way of HubSpot's webhooks: late, lost, twice, tried again until they are taken or given up.</summary>
/// <param name="post">Knocks at the engine's door; the status it answers, 0 when nobody answers.</param>
internal sealed class PortalNews(SimClock clock, Dice dice, History history, long hub, Func<WebhookDelivery, Task<int>> post)
{
    public const string Secret = "client-secret";
    private const string Address = "https://spoke.example/hooks/hubspot/main";
    private const int MostTries = 4;

    private sealed record Delivery(string Body, DateTimeOffset DueAt, int Tries);

    private readonly List<Delivery> _under = [];
    private int _numbers;

    public void Send(string contact, PortalEdit edit) =>
        Send(edit.At, $"\"subscriptionType\":\"contact.propertyChange\",\"portalId\":{hub},\"objectId\":{contact},\"propertyName\":\"{edit.Property}\",\"propertyValue\":\"{edit.Value}\"");

    /// <summary>Something became of a whole record.</summary>
    /// <param name="verb">deletion or restore.</param>
    public void Send(string verb, string @object, string id)
    {
        var (subject, type) = @object switch
        {
            "contacts" => ("contact", ""),
            "products" => ("product", ""),
            "line_items" => ("line_item", ""),
            "orders" => ("object", ",\"objectTypeId\":\"0-123\""),
            _ => ("object", ",\"objectTypeId\":\"0-142\""),
        };
        Send(clock.Now, $"\"subscriptionType\":\"{subject}.{verb}\",\"portalId\":{hub},\"objectId\":{id}{type}");
    }

    /// <summary>Two contacts were merged.</summary>
    public void SendMerge(string primary, string gone, string stayed) =>
        Send(clock.Now, $"\"subscriptionType\":\"contact.merge\",\"portalId\":{hub},\"objectId\":{stayed},\"primaryObjectId\":{primary},\"mergedObjectIds\":[{gone}],\"newObjectId\":{stayed}");

    private void Send(DateTimeOffset at, string members)
    {
        if (dice.Chance(0.3)) return;   // HubSpot gave up, or nobody has subscribed
        var body = FormattableString.Invariant($$"""[{"eventId":{{++_numbers}},{{members}},"occurredAt":{{at.ToUnixTimeMilliseconds()}}}]""");
        for (var times = dice.Chance(0.2) ? 2 : 1; times > 0; times--) _under.Add(new Delivery(body, clock.Now + (dice.Chance(0.7) ? dice.Ms(0, 5_000) : dice.Ms(5_000, 200_000)), 0));
    }

    /// <summary>Delivers what is due.</summary>
    public async Task PumpAsync()
    {
        while (_under.Where(d => d.DueAt <= clock.Now).MinBy(d => d.DueAt) is { } delivery)
        {
            _under.Remove(delivery);
            var at = clock.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var told = new WebhookDelivery("POST", Address, Encoding.UTF8.GetBytes(delivery.Body)) { Timestamp = at };
            var status = await post(told with { SignatureV3 = WebhookSignature.ComputeV3(Secret, "POST", Address, told.Body.Span, at) });
            history.Say($"  HubSpot's webhook {delivery.Body}: {status}");
            if (status != 200 && delivery.Tries + 1 < MostTries) _under.Add(delivery with { Tries = delivery.Tries + 1, DueAt = clock.Now + TimeSpan.FromSeconds(60) });
        }
    }
}
