using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Preferences;

/// <summary>Definitions, and the older form of statuses: one call subscribes, another one unsubscribes.</summary>
internal static class PreferenceEndpoints
{
    public static readonly string[] LegalBases =
        ["LEGITIMATE_INTEREST_PQL", "LEGITIMATE_INTEREST_CLIENT", "PERFORMANCE_OF_CONTRACT", "CONSENT_WITH_NOTICE", "NON_GDPR", "PROCESS_AND_STORE", "LEGITIMATE_INTEREST_OTHER"];

    public static EmulatorReply? Handle(CrmCall call, PreferencesArea area)
    {
        string[] rest = [.. call.Rest.Skip(1)];
        return (call.Method, rest) switch
        {
            ("GET", ["definitions"]) => Definitions(call),
            ("GET", ["status", "email", var address]) => Status(area, Address(address)),
            ("POST", ["subscribe"]) => Change(call, area, "SUBSCRIBED", again: false),
            ("POST", ["resubscribe"]) => Change(call, area, "SUBSCRIBED", again: true),
            ("POST", ["unsubscribe"]) => Change(call, area, "UNSUBSCRIBED", again: false),
            ("POST", ["links", "generate"]) => PreferenceLinks.Generate(call),
            (_, ["statuses", ..]) => StatusEndpoints.Handle(call, area, rest[1..]),
            _ => null,
        };
    }

    public static string Address(string text) => ValueRules.IsEmail(text.Trim()) ? text.Trim().ToLowerInvariant() : throw PreferenceErrors.BadAddress(text);

    public static string? LegalBasis(JsonElement input) =>
        input.Text("legalBasis") is not { } basis ? null : LegalBases.Contains(basis) ? basis : throw PreferenceErrors.NotOneOf("legalBasis", basis, LegalBases);

    private static EmulatorReply Definitions(CrmCall call)
    {
        if (call.Route.Version == "v3")
            return JsonReply.Write(200, call, static (json, call) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("subscriptionDefinitions");
                foreach (var type in SubscriptionType.All) type.Write(json, translations: false);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        return JsonReply.Write(200, call, static (json, call) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var type in SubscriptionType.All) type.Write(json, call.Flag("includeTranslations"));
            json.WriteEndArray();
            json.WriteBatchEnd([], call.AtMs);
        });
    }

    private static EmulatorReply Status(PreferencesArea area, string address) => JsonReply.Write(200, (area, address), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteString("recipient", state.address);
        json.WriteStartArray("subscriptionStatuses");
        foreach (var type in SubscriptionType.All) Write(json, state.area, state.address, type);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static EmulatorReply Change(CrmCall call, PreferencesArea area, string wanted, bool again)
    {
        string[] missing = [.. ((string[])["emailAddress", "subscriptionId"]).Where(name => string.IsNullOrEmpty(call.BodyObject.Text(name)))];
        if (missing.Length > 0) throw CrmErrors.MissingField("PublicUpdateSubscriptionStatusRequest", missing);
        var address = Address(call.Body.Text("emailAddress")!);
        var type = SubscriptionType.Require(call.Body.Text("subscriptionId")!);
        var basis = LegalBasis(call.Body);
        var now = area.StateOf(address, type);
        if (wanted == "SUBSCRIBED" && now == "UNSUBSCRIBED" && (!again || ByThemselves(area, address, type))) throw new CrmRefusal(PreferenceErrors.OptedOutBody(address));
        if (now == wanted) throw new CrmRefusal(PreferenceErrors.AlreadyBody(address, wanted));
        area.Set(address, type, new SubscriptionState(wanted, call.AtMs, "API", false, basis, call.Body.Text("legalBasisExplanation")), call.Caller);
        return JsonReply.Write(200, (area, address, type), static (json, state) => Write(json, state.area, state.address, state.type), changed: true);
    }

    public static bool ByThemselves(PreferencesArea area, string address, SubscriptionType type)
    {
        var subscriber = area.Find(address);
        return subscriber is { AllOutMs: not 0, AllOutByThemselves: true } || subscriber.Of(type) is { State: "UNSUBSCRIBED", ByThemselves: true };
    }

    private static void Write(Utf8JsonWriter json, PreferencesArea area, string address, SubscriptionType type)
    {
        var state = area.Find(address).Of(type);
        json.WriteStartObject();
        json.WriteString("id", type.IdText);
        json.WriteString("name", type.Name);
        json.WriteString("description", type.Description);
        json.WriteString("status", area.StateOf(address, type) == "SUBSCRIBED" ? "SUBSCRIBED" : "NOT_SUBSCRIBED");
        json.WriteString("sourceOfStatus", area.IsOutOfAll(address) ? "PORTAL_WIDE_STATUS" : "SUBSCRIPTION_STATUS");
        json.WriteNumber("brandId", 0);
        json.WriteString("preferenceGroupName", type.Purpose);
        json.WriteString("legalBasis", state?.LegalBasis);
        json.WriteString("legalBasisExplanation", state?.Explanation);
        json.WriteEndObject();
    }
}
