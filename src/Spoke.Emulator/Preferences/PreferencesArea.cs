using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Preferences;

/// <summary>Who wants which e-mail: by address, whether or not there is a contact with it.</summary>
internal sealed class PreferencesArea : PortalArea, IOptState
{
    private readonly SortedDictionary<string, SubscriberState> subscribers = new(StringComparer.Ordinal);

    public PreferencesArea(Portal portal) : base(portal)
    {
        var contacts = portal.Types.Find("contacts");
        foreach (var type in SubscriptionType.All)
            contacts.Properties.Add(new PropertyDefinition
            {
                Name = type.OptOutProperty,
                Slot = contacts.Properties.NextSlot,
                Label = $"Opted out of email: {type.Name}",
                Type = "bool",
                FieldType = "booleancheckbox",
                GroupName = contacts.Properties.Require("hs_email_optout").GroupName,
                HubSpotDefined = true,
                CreatedMs = 1_577_836_800_000,
                UpdatedMs = 1_577_836_800_000,
            });
    }

    public override string Name => "preferences";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 0 && path[0] is "communication-preferences" or "manage-preferences";

    /// <summary>A link in an e-mail changes something although it is only opened.</summary>
    public override bool ReadsOnly(string method, IReadOnlyList<string> path) => path.Count > 0 && path[0] != "manage-preferences" && (base.ReadsOnly(method, path) || path[^1] == "generate");

    public override EmulatorReply? Handle(CrmCall call) => call.Rest[0] == "manage-preferences" ? PreferenceLinks.Open(call, this) : PreferenceEndpoints.Handle(call, this);

    public SubscriberState Find(string address)
    {
        var key = address.Trim().ToLowerInvariant();
        return subscribers.GetValueOrDefault(key) ?? new SubscriberState(key);
    }

    /// <summary>The effective state: opting out of everything outweighs the rest.</summary>
    public string StateOf(string address, SubscriptionType type) =>
        IsOutOfAll(address) ? "UNSUBSCRIBED" : Find(address).Of(type)?.State ?? "NOT_SPECIFIED";

    public bool IsOutOfAll(string address) => Find(address).AllOutMs != 0 || (Contact(address) is { } contact && contact.Get(Slot("hs_email_optout")) == "true");

    public void Set(string address, SubscriptionType type, SubscriptionState state, Caller caller)
    {
        var subscriber = Keep(address);
        if (state.State == "SUBSCRIBED") subscriber.AllOutMs = 0;
        subscriber.Set(type, state.State == "NOT_SPECIFIED" ? null : state);
        Mirror(address, state.AtMs, caller, [new(type.OptOutProperty, OptOutOf(state.State)), .. state.State == "SUBSCRIBED" ? [new KeyValuePair<string, string>("hs_email_optout", "")] : Array.Empty<KeyValuePair<string, string>>()]);
    }

    public void OptOutOfAll(string address, long atMs, bool byThemselves, Caller caller)
    {
        var subscriber = Keep(address);
        if (subscriber.AllOutMs == 0) subscriber.AllOutMs = atMs;
        subscriber.AllOutByThemselves |= byThemselves;
        Mirror(address, atMs, caller, [new("hs_email_optout", "true")]);
    }

    /// <summary>Opting out is tied to the address: a contact that comes by another one says what that has said.</summary>
    public override void Complete(RecordDraft draft)
    {
        if (draft.Type.EmailProperty is null || draft["email"] is var address && address == draft.Record?.Get(Slot("email"))) return;
        var subscriber = address is null ? null : subscribers.GetValueOrDefault(address.ToLowerInvariant());
        if (subscriber is null && draft.Record is null) return;
        foreach (var type in SubscriptionType.All) Say(type.OptOutProperty, subscriber is null ? null : OptOutOf(subscriber.Of(type)?.State));
        Say("hs_email_optout", subscriber is { AllOutMs: not 0 } ? "true" : null);

        // What the same call says of it stands.
        void Say(string property, string? value)
        {
            if (Slot(property) is var slot && !draft.Touched.Contains(slot) && draft[slot] != value) draft[slot] = value;
        }
    }

    public string OptStateOf(StoredRecord record, string subscriptionId)
    {
        if (SubscriptionType.All.FirstOrDefault(type => type.IdText == subscriptionId) is not { } type || record.Get(Slot("email")) is not { } address || Contact(address) != record) return "NOT_OPTED";
        return StateOf(address, type) switch { "SUBSCRIBED" => "OPT_IN", "UNSUBSCRIBED" => "OPT_OUT", _ => "NOT_OPTED" };
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var subscriber in subscribers.Values) subscriber.Save(json);
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        foreach (var member in saved.EnumerateObject()) subscribers[member.Name] = SubscriberState.Load(member);
    }

    private SubscriberState Keep(string address)
    {
        var subscriber = Find(address);
        return subscribers[subscriber.Address] = subscriber;
    }

    private StoredRecord? Contact(string address) => Portal.Types.Find("contacts").Records.FindUnique(Slot("email"), address.Trim().ToLowerInvariant());

    private static string OptOutOf(string? state) => state switch { "UNSUBSCRIBED" => "true", "SUBSCRIBED" => "false", _ => "" };

    private int Slot(string property) => Portal.Types.Find("contacts").Properties.Require(property).Slot;

    /// <summary>The contact's own properties say the same, so that searches and lists can ask for it.</summary>
    private void Mirror(string address, long atMs, Caller caller, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        if (Contact(address) is not { } contact) return;
        var type = Portal.Types.Find("contacts");
        Portal.Writer.Apply(Portal.Writer.Check(type, contact, values, atMs), atMs, caller);
        ListsArea.Touch(Portal, type, contact, atMs);
    }
}
