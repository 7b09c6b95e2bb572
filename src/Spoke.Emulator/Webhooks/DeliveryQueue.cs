using System.Text.Json;

namespace Spoke.Emulator.Webhooks;

/// <summary>All deliveries: those that may go out, those that wait for their time, and the last of those that are through.</summary>
internal sealed class DeliveryQueue
{
    private const int FinishedKept = 500;

    private readonly SortedDictionary<long, WebhookDelivery> _all = [];
    private readonly SortedSet<(long DueMs, long Id)> _waiting = [];
    private readonly SortedSet<long> _ready = [];
    private readonly Queue<long> _finished = [];

    public IEnumerable<WebhookDelivery> All => _all.Values;

    public IEnumerable<WebhookDelivery> Ready => _ready.Select(id => _all[id]);

    public long? NextDueMs => _waiting.Count == 0 ? null : _waiting.Min.DueMs;

    public WebhookDelivery this[long id] => _all[id];

    /// <summary>One that is not through; null when it is, or is unknown.</summary>
    public WebhookDelivery? Open(long id) => _all.TryGetValue(id, out var delivery) && !delivery.Finished ? delivery : null;

    /// <param name="delayMs">How long it is held back.</param>
    public void Add(WebhookDelivery delivery, long delayMs)
    {
        if (delayMs > 0) (delivery.State, delivery.DueMs) = (DeliveryState.Waiting, delivery.CreatedMs + delayMs);
        _all[delivery.Id] = delivery;
        Place(delivery);
    }

    /// <summary>What waited until this moment may go out.</summary>
    public void Release(long dueMs)
    {
        foreach (var entry in _waiting.TakeWhile(entry => entry.DueMs <= dueMs).ToArray())
        {
            _waiting.Remove(entry);
            _all[entry.Id].State = DeliveryState.Ready;
            _ready.Add(entry.Id);
        }
    }

    public void Heard(WebhookDelivery delivery, long atMs, SendOutcome outcome)
    {
        Lift(delivery);
        delivery.Heard(atMs, outcome);
        if (delivery.Finished) Finish(delivery);
        else Place(delivery);
    }

    /// <summary>Whatever is still to be sent to an app is not sent any more.</summary>
    public void GiveUp(long appId)
    {
        foreach (var delivery in _all.Values.Where(one => one.AppId == appId && !one.Finished).ToArray())
        {
            Lift(delivery);
            delivery.State = DeliveryState.Failed;
            Finish(delivery);
        }
    }

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartArray("deliveries");
        foreach (var delivery in _all.Values) delivery.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("finished");
        foreach (var id in _finished) json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    public void Load(JsonElement saved)
    {
        foreach (var delivery in saved.GetProperty("deliveries").EnumerateArray().Select(WebhookDelivery.Load))
        {
            _all[delivery.Id] = delivery;
            Place(delivery);
        }
        foreach (var id in saved.GetProperty("finished").EnumerateArray()) _finished.Enqueue(id.GetInt64());
    }

    private void Place(WebhookDelivery delivery)
    {
        if (delivery.State == DeliveryState.Waiting) _waiting.Add((delivery.DueMs, delivery.Id));
        else if (delivery.State == DeliveryState.Ready) _ready.Add(delivery.Id);
    }

    private void Lift(WebhookDelivery delivery)
    {
        _waiting.Remove((delivery.DueMs, delivery.Id));
        _ready.Remove(delivery.Id);
    }

    private void Finish(WebhookDelivery delivery)
    {
        _finished.Enqueue(delivery.Id);
        if (_finished.Count > FinishedKept) _all.Remove(_finished.Dequeue());
    }
}
