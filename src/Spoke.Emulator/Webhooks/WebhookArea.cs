using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>Apps, their subscriptions, and the deliveries that changes of records bring about.</summary>
internal sealed class WebhookArea(Portal portal) : PortalArea(portal), ISendsOut
{
    private const int LargestDelivery = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<long, WebhookApp> _apps = [];
    private readonly SortedDictionary<long, List<string>> _told = [];
    private Dictionary<(string Change, string TypeId), List<(WebhookApp App, WebhookSubscription Subscription)>>? _wanted;
    private long _lastId = 1_000_000;
    private long _lastEventId;
    private long _toldMs;

    public override string Name => "webhooks";

    public DeliveryQueue Deliveries { get; } = new();

    public IEnumerable<WebhookApp> Apps => _apps.Values;

    public override bool Listens => Wanted.Count > 0;

    public override long? NextDueMs => Deliveries.NextDueMs;

    public IEnumerable<WaitingRequest> Ready => Deliveries.Ready.Select(delivery => new WaitingRequest(delivery.Id, Lane(delivery.AppId), Width(delivery.AppId)));

    public override bool Owns(IReadOnlyList<string> path) => path is ["webhooks" or "app-webhooks" or "_webhooks", _, ..];

    public override bool ReadsOnly(string method, IReadOnlyList<string> path) => method == "GET";

    public override EmulatorReply? Handle(CrmCall call) => call.Rest switch
    {
        ["_webhooks", "app"] => WebhookControlEndpoints.Handle(call, this),
        ["_webhooks", "deliveries"] => WebhookControlEndpoints.List(call, this),
        ["_webhooks", var id] when call.Method == SendOutcome.Method => Heard(call, id),
        [_, _, "settings"] => SettingsEndpoints.Handle(call, this),
        [_, _, "subscriptions", ..] => SubscriptionEndpoints.Handle(call, this),
        _ => null,
    };

    public WebhookApp? Find(long appId) => _apps.GetValueOrDefault(appId);

    /// <summary>The app, known from now on.</summary>
    public WebhookApp Touch(long appId)
    {
        if (!_apps.TryGetValue(appId, out var app)) _apps[appId] = app = new WebhookApp(appId);
        return app;
    }

    /// <summary>Nothing is sent to it any more, not even what was under way.</summary>
    public bool Forget(long appId)
    {
        if (!_apps.Remove(appId)) return false;
        GiveUp(appId);
        return true;
    }

    /// <summary>Without an address nothing can be sent; what was under way is given up.</summary>
    public void Silence(WebhookApp app)
    {
        app.TargetUrl = null;
        GiveUp(app.Id);
    }

    /// <summary>Subscriptions or settings are other ones.</summary>
    public void Changed() => _wanted = null;

    public long NextId() => ++_lastId;

    public override void Hear(RecordChange change)
    {
        if (change.Kind == ChangeKind.Merged) Untell(change.Record.Id);
        foreach (var kind in WebhookEvents.Kinds(change))
        {
            if (!Wanted.TryGetValue((kind, change.Type.Id), out var wanted)) continue;
            foreach (var (app, subscription) in wanted)
                foreach (var one in WebhookEvents.For(change, subscription, app.Id, Portal.HubId, () => ++_lastEventId))
                {
                    if (!_told.TryGetValue(app.Id, out var told)) _told[app.Id] = told = [];
                    told.Add(one);
                    _toldMs = change.AtMs;
                }
        }
    }

    /// <summary>What one call brought about goes out together, a hundred events at a time.</summary>
    public override void Settled()
    {
        if (_told.Count == 0) return;
        foreach (var (appId, told) in _told)
        {
            if (!_apps.TryGetValue(appId, out var app)) continue;
            foreach (var events in told.Chunk(LargestDelivery))
                for (var copy = 0; copy <= app.Duplicates; copy++)
                    Deliveries.Add(new WebhookDelivery(NextId(), appId, _toldMs, app.OutOfOrder ? [.. events.Reverse()] : events), app.DelayMs);
        }
        _told.Clear();
    }

    public override void Run(long dueMs) => Deliveries.Release(dueMs);

    public OutgoingRequest Compose(long id, long nowMs)
    {
        var delivery = Deliveries[id];
        var app = _apps[delivery.AppId];
        var body = delivery.Body();
        var target = new Uri(app.TargetUrl!);
        return new OutgoingRequest(Name, id, Lane(app.Id), "POST", target, RequestHeaders.ForEvents(app, target, body, nowMs), body, Patience, Patience);
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastId", _lastId);
        json.WriteNumber("lastEventId", _lastEventId);
        json.WriteStartArray("apps");
        foreach (var app in _apps.Values) app.Write(json);
        json.WriteEndArray();
        Deliveries.Save(json);
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        _lastId = saved.GetProperty("lastId").GetInt64();
        _lastEventId = saved.GetProperty("lastEventId").GetInt64();
        foreach (var app in saved.GetProperty("apps").EnumerateArray().Select(WebhookApp.Load)) _apps[app.Id] = app;
        Deliveries.Load(saved);
        Changed();
    }

    private Dictionary<(string, string), List<(WebhookApp, WebhookSubscription)>> Wanted => _wanted ??= Index();

    private Dictionary<(string, string), List<(WebhookApp, WebhookSubscription)>> Index()
    {
        var index = new Dictionary<(string, string), List<(WebhookApp, WebhookSubscription)>>();
        foreach (var app in _apps.Values.Where(app => app.TargetUrl is not null))
            foreach (var subscription in app.Subscriptions.Where(one => one.Active))
            {
                var name = subscription.ObjectTypeId ?? subscription.EventType[..subscription.EventType.IndexOf('.', StringComparison.Ordinal)];
                if (!Portal.Types.TryFind(name, out var type)) continue;   // conversations and events: nothing here has any
                var key = (subscription.Change, type.Id);
                if (!index.TryGetValue(key, out var list)) index[key] = list = [];
                list.Add((app, subscription));
            }
        return index;
    }

    // A merge makes a record that takes the place of two: nobody is told of it as of a new one.
    private void Untell(long recordId)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{WebhookDelivery.FirstAttempt},\"objectId\":{recordId},");
        foreach (var told in _told.Values) told.RemoveAll(one => one.Contains(mark, StringComparison.Ordinal));
    }

    private void GiveUp(long appId)
    {
        Deliveries.GiveUp(appId);
        Changed();
    }

    private EmulatorReply Heard(CrmCall call, string id)
    {
        if (!long.TryParse(id, CultureInfo.InvariantCulture, out var number) || Deliveries.Open(number) is not { } delivery) return JsonReply.Empty(changed: false);
        Deliveries.Heard(delivery, call.AtMs, SendOutcome.Read(call.Body));
        return JsonReply.Empty(changed: true);
    }

    private static string Lane(long appId) => string.Create(CultureInfo.InvariantCulture, $"webhooks {appId}");

    private int Width(long appId) => _apps[appId].MaxConcurrentRequests;
}
