using System.Security.Cryptography;
using System.Text;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>The way of the shop's pushes: late, lost, twice, in another order, tried again until they are taken or given up, and a forged one among them.</summary>
/// <param name="post">Knocks at the engine's door; the status it answers, 0 when nobody answers.</param>
internal sealed class PushNetwork(SimClock clock, Dice dice, History history, Func<IReadOnlyDictionary<string, string>, byte[], Task<int>> post)
{
    private const int MostTries = 4;

    private sealed record Delivery(string Id, ShopChange Change, byte[] Body, DateTimeOffset DueAt, int Tries);

    private readonly List<Delivery> _under = [];
    private readonly bool _namesOnly = dice.Chance(0.3);
    private int _numbers;

    public void Send(ShopChange change)
    {
        if (dice.Chance(0.15)) return;   // the shop forgot, or its subscription was off
        var id = $"msg_{++_numbers}";
        var delivery = new Delivery(id, change, Body(change), clock.Now + Delay(), 0);
        _under.Add(delivery);
        if (dice.Chance(0.2)) _under.Add(delivery with { DueAt = clock.Now + Delay() });   // the same once more
        if (dice.Chance(0.03)) _under.Add(delivery with { Id = "forged", DueAt = clock.Now + Delay() });
    }

    /// <summary>Delivers what is due.</summary>
    public async Task PumpAsync()
    {
        while (_under.Where(d => d.DueAt <= clock.Now).MinBy(d => d.DueAt) is { } delivery)
        {
            _under.Remove(delivery);
            var forged = delivery.Id == "forged";
            var status = await post(Headers(delivery, forged), delivery.Body);
            history.Say($"  push {delivery.Id} {delivery.Change}: {status}");
            if (forged) Assert.True(status is 401 or 0, $"a forged push was answered {status}");
            else if (status == 200) history.Acknowledged(delivery.Change, "pushed");
            else if (delivery.Tries + 1 < MostTries) _under.Add(delivery with { Tries = delivery.Tries + 1, DueAt = clock.Now + TimeSpan.FromSeconds(30) });
        }
    }

    /// <summary>The shop gives up whatever is still on its way.</summary>
    public void Clear() => _under.Clear();

    private byte[] Body(ShopChange change)
    {
        var word = change.Kind.Word();
        var (verb, data) = _namesOnly ? ("named", $$"""{"id":"{{change.Id}}"}""")
            : change.Deleted ? ("deleted", $$"""{"id":"{{change.Id}}","version":{{change.Version}} }""")
            : ("changed", Encoding.UTF8.GetString(change.Body));
        return Encoding.UTF8.GetBytes($$"""{"type":"{{word}}.{{verb}}","data":{{data}} }""");
    }

    private Dictionary<string, string> Headers(Delivery delivery, bool forged)
    {
        var timestamp = clock.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var key = Convert.FromBase64String(ShopConnector.Secret["whsec_".Length..]);
        if (forged) key[0] ^= 1;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{delivery.Id}.{timestamp}."), .. delivery.Body];
        return new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = delivery.Id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)) };
    }

    private TimeSpan Delay() => dice.Chance(0.7) ? dice.Ms(0, 3_000) : dice.Ms(3_000, 120_000);
}
