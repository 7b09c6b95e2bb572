using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>The webhooks journal: subscriptions of apps, and what happened under them in the last three days, to be fetched by offset.</summary>
internal sealed class JournalArea(Portal portal) : PortalArea(portal), Lists.IListListener
{
    /// <summary>Event types of an app's life.</summary>
    public const string Installed = "4-1909196", Uninstalled = "4-1916193";

    private readonly SortedDictionary<long, List<string>> _told = [];
    private long _lastId;
    private long _lastOffset;
    private long _toldMs;

    public override string Name => "webhooks-journal";

    public List<JournalSubscription> Subscriptions { get; } = [];

    /// <summary>Oldest first, of all apps.</summary>
    public List<JournalEntry> Entries { get; } = [];

    /// <summary>By the status id that was handed out: when it was taken.</summary>
    public SortedDictionary<string, long> Snapshots { get; } = new(StringComparer.Ordinal);

    public override bool Listens => Subscriptions.Count > 0;

    public override bool Owns(IReadOnlyList<string> path) => path is ["webhooks-journal" or "webhooks-journal-files" or "_webhooks-journal", _, ..];

    public override EmulatorReply? Handle(CrmCall call) => call.Rest switch
    {
        ["webhooks-journal-files", _, _] => JournalEndpoints.File(call, this),
        ["_webhooks-journal", var eventTypeId, var appId] when call.Method == SendOutcome.Method => Lived(call, eventTypeId, long.Parse(appId, CultureInfo.InvariantCulture)),
        ["webhooks-journal", "subscriptions", ..] => JournalSubscriptionEndpoints.Handle(call, this),
        ["webhooks-journal", "snapshots", "crm"] when call.Method == "POST" => SnapshotEndpoints.Take(call, this),
        ["webhooks-journal", "journal" or "journal-local", "status", var id] when call.Method == "GET" => SnapshotEndpoints.Status(call, this, id),
        ["webhooks-journal", "journal" or "journal-local", ..] => JournalEndpoints.Handle(call, this),
        _ => null,
    };

    /// <summary>The call that tells the journal of an app that came or went; whoever installs apps carries it out on the account.</summary>
    /// <param name="eventTypeId"><see cref="Installed"/> or <see cref="Uninstalled"/>.</param>
    public static EmulatorCall LifeCall(long hubId, long appId, string eventTypeId, DateTimeOffset at) => new()
    {
        Method = SendOutcome.Method,
        Segments = [SendOutcome.Path("webhooks-journal"), eventTypeId, appId.ToString(CultureInfo.InvariantCulture)],
        At = at,
        Caller = new Caller(hubId, appId, 0, new HashSet<string>(), ""),
    };

    /// <summary>An app was installed here. Called under the account's lock, during a call.</summary>
    public void AppInstalled(long appId, long atMs) => TellLife(Installed, appId, atMs);

    /// <inheritdoc cref="AppInstalled"/>
    public void AppUninstalled(long appId, long atMs) => TellLife(Uninstalled, appId, atMs);

    public long NextId() => ++_lastId;

    public void Tell(long appId, string one, long atMs)
    {
        if (!_told.TryGetValue(appId, out var told)) _told[appId] = told = [];
        told.Add(one);
        _toldMs = atMs;
    }

    public override void Hear(RecordChange change)
    {
        if (JournalEvents.Of(change.Kind) is not var (type, action)) return;
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Type != type || subscription.ObjectTypeId != change.Type.Id || !subscription.Wants(action, change.Record.Id)) continue;
            if (action == "UPDATE" && subscription.Properties.Count > 0 && !change.Values.Any(value => subscription.Properties.Contains(value.Property.Name))) continue;
            if (change.Association is { } association && subscription.AssociatedObjectTypeIds.Count > 0 && !subscription.AssociatedObjectTypeIds.Contains(association.To.Id)) continue;
            if (!subscription.Filters.All(filter => filter.Holds(change.Type, change.Record))) continue;
            Tell(subscription.AppId, JournalEvents.Write(change, subscription, action, Portal.HubId), change.AtMs);
        }
    }

    public void MembershipChanged(Lists.StoredList list, StoredRecord record, bool joined, long atMs)
    {
        var action = joined ? "ADDED_TO_LIST" : "REMOVED_FROM_LIST";
        foreach (var subscription in Subscriptions)
            if (subscription.Type == "LIST_MEMBERSHIP" && (subscription.ListIds.Count == 0 || subscription.ListIds.Contains(list.Id)) && subscription.Wants(action, record.Id) && subscription.Filters.All(filter => filter.Holds(list.Type, record)))
                Tell(subscription.AppId, JournalEvents.WriteMembership(list, record, action, Portal.HubId, atMs), atMs);
    }

    public override void Settled()
    {
        if (_told.Count == 0) return;
        Entries.RemoveAll(entry => entry.PublishedMs < _toldMs - JournalEntry.KeptMs);
        foreach (var (appId, told) in _told) Entries.Add(new JournalEntry(++_lastOffset, appId, _toldMs, told));
        _told.Clear();
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastId", _lastId);
        json.WriteNumber("lastOffset", _lastOffset);
        json.WriteStartArray("subscriptions");
        foreach (var subscription in Subscriptions) subscription.Write(json, withFilters: true);
        json.WriteEndArray();
        json.WriteStartArray("entries");
        foreach (var entry in Entries) entry.Write(json);
        json.WriteEndArray();
        json.WriteStartObject("snapshots");
        foreach (var (id, atMs) in Snapshots) json.WriteNumber(id, atMs);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        _lastId = saved.GetProperty("lastId").GetInt64();
        _lastOffset = saved.GetProperty("lastOffset").GetInt64();
        Subscriptions.AddRange(saved.GetProperty("subscriptions").EnumerateArray().Select(JournalSubscription.Load));
        Entries.AddRange(saved.GetProperty("entries").EnumerateArray().Select(JournalEntry.Load));
        foreach (var one in saved.GetProperty("snapshots").EnumerateObject()) Snapshots[one.Name] = one.Value.GetInt64();
    }

    private EmulatorReply Lived(CrmCall call, string eventTypeId, long appId)
    {
        TellLife(eventTypeId, appId, call.AtMs);
        return JsonReply.Empty(changed: true);
    }

    private void TellLife(string eventTypeId, long appId, long atMs)
    {
        if (Subscriptions.Exists(one => one.Type == "APP_LIFECYCLE_EVENT" && one.ObjectTypeId == eventTypeId && one.AppId == appId))
            Tell(appId, JournalEvents.WriteLife(eventTypeId, appId, Portal.HubId, atMs), atMs);
    }
}
