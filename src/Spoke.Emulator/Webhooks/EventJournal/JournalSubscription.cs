using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>What an app wants to find in its journal.</summary>
internal sealed class JournalSubscription(long id, long appId, string type)
{
    private static readonly string[] Types = ["OBJECT", "ASSOCIATION", "LIST_MEMBERSHIP", "GDPR_PRIVACY_DELETION", "APP_LIFECYCLE_EVENT"];
    private static readonly string[] AllActions =
        ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE", "ASSOCIATION_ADDED", "ASSOCIATION_REMOVED", "SNAPSHOT", "APP_INSTALL", "APP_UNINSTALL", "ADDED_TO_LIST", "REMOVED_FROM_LIST", "GDPR_DELETE"];

    public long Id { get; } = id;
    public long AppId { get; } = appId;
    public string Type { get; } = type;

    /// <summary>Of records the type's id; of an app's life the event's.</summary>
    public string ObjectTypeId { get; init; } = "";
    public long? PortalId { get; init; }
    public IReadOnlyList<string> Actions { get; set; } = [];
    public IReadOnlyList<string> Properties { get; set; } = [];
    public IReadOnlyList<long> ObjectIds { get; set; } = [];
    public IReadOnlyList<string> AssociatedObjectTypeIds { get; set; } = [];
    public IReadOnlyList<long> ListIds { get; set; } = [];
    public List<JournalFilter> Filters { get; } = [];
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }

    public static JournalSubscription Read(Portal portal, JsonElement input, long id, long appId, long atMs)
    {
        var type = input.RequiredText("SubscriptionUpsertRequest", "subscriptionType");
        if (!Types.Contains(type)) throw CrmErrors.Bad($"Invalid input JSON on line 1, column 1: `subscriptionType` must be one of {string.Join(", ", Types)}", "subscriptionType", type);
        var life = type == "APP_LIFECYCLE_EVENT";
        var objectType = life ? input.RequiredText("SubscriptionUpsertRequest", "eventTypeId") : type == "LIST_MEMBERSHIP" ? "" : portal.Types.Find(input.RequiredText("SubscriptionUpsertRequest", "objectTypeId")).Id;
        long? portalId = life ? null : Number(input.RequiredText("SubscriptionUpsertRequest", "portalId"), "portalId");
        if (portalId is { } other && other != portal.HubId) throw CrmErrors.Bad($"The application is not installed in portal {other}", "portalId", $"{other}");
        var actions = input.Texts("actions");
        if (actions.FirstOrDefault(action => !AllActions.Contains(action)) is { } unknown) throw CrmErrors.Bad($"Invalid input JSON on line 1, column 1: `actions` must be of {string.Join(", ", AllActions)}", "actions", unknown);
        if (!life && actions.Count == 0) throw CrmErrors.MissingField("SubscriptionUpsertRequest", "actions");
        return new JournalSubscription(id, appId, type)
        {
            ObjectTypeId = objectType,
            PortalId = portalId,
            Actions = life ? [objectType == JournalArea.Installed ? "APP_INSTALL" : "APP_UNINSTALL"] : actions,
            Properties = input.Texts("properties"),
            ObjectIds = [.. input.Texts("objectIds").Select(text => Number(text, "objectIds"))],
            AssociatedObjectTypeIds = input.Texts("associatedObjectTypeIds"),
            ListIds = [.. input.Texts("listIds").Select(text => Number(text, "listIds"))],
            CreatedMs = atMs,
            UpdatedMs = atMs,
        };
    }

    public bool Wants(string action, long objectId) => Actions.Contains(action) && (ObjectIds.Count == 0 || ObjectIds.Contains(objectId));

    public void Write(Utf8JsonWriter json, bool withFilters = false)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("appId", AppId);
        json.WriteString("subscriptionType", Type);
        json.WriteString("objectTypeId", ObjectTypeId);
        if (PortalId is { } portal) json.WriteNumber("portalId", portal);
        Write(json, "actions", Actions);
        Write(json, "properties", Properties);
        Write(json, "objectIds", ObjectIds);
        Write(json, "associatedObjectTypeIds", AssociatedObjectTypeIds);
        Write(json, "listIds", ListIds);
        json.WriteTime("createdAt", CreatedMs);
        json.WriteTime("updatedAt", UpdatedMs);
        if (withFilters)
        {
            json.WriteStartArray("filters");
            foreach (var filter in Filters) filter.Write(json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static JournalSubscription Load(JsonElement saved)
    {
        var subscription = new JournalSubscription(saved.GetProperty("id").GetInt64(), saved.GetProperty("appId").GetInt64(), saved.Text("subscriptionType")!)
        {
            ObjectTypeId = saved.Text("objectTypeId") ?? "",
            PortalId = saved.Text("portalId") is { } portal ? Number(portal, "portalId") : null,
            Actions = saved.Texts("actions"),
            Properties = saved.Texts("properties"),
            ObjectIds = [.. saved.GetProperty("objectIds").EnumerateArray().Select(one => one.GetInt64())],
            AssociatedObjectTypeIds = saved.Texts("associatedObjectTypeIds"),
            ListIds = [.. saved.GetProperty("listIds").EnumerateArray().Select(one => one.GetInt64())],
            CreatedMs = Moment(saved, "createdAt"),
            UpdatedMs = Moment(saved, "updatedAt"),
        };
        foreach (var filter in saved.Items("filters")) subscription.Filters.Add(JournalFilter.Read(filter.GetProperty("filter"), filter.GetProperty("id").GetInt64(), filter.GetProperty("createdAt").GetInt64()));
        return subscription;
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var one in texts) json.WriteStringValue(one);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var one in numbers) json.WriteNumberValue(one);
        json.WriteEndArray();
    }

    private static long Moment(JsonElement saved, string name) => ValueRules.TryMoment(saved.Text(name) ?? "", out var ms) ? ms : 0;

    private static long Number(string text, string field) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw CrmErrors.WrongShape(field, "a whole number");
}
