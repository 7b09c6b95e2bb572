using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Preferences;

/// <summary>Statuses by address, one or many at a time, and opting out of everything.</summary>
internal static class StatusEndpoints
{
    private const int MostInputs = 100;
    private static readonly string[] States = ["SUBSCRIBED", "UNSUBSCRIBED", "NOT_SPECIFIED"];

    public static EmulatorReply? Handle(CrmCall call, PreferencesArea area, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("POST", ["batch", "read"]): return Batch(call, area, (json, address) => WriteStatuses(json, area, address, call.AtMs, "statuses"));
            case ("POST", ["batch", "write"]): return BatchWrite(call, area);
            case ("POST", ["batch", "unsubscribe-all", "read"]): return Batch(call, area, (json, address) => WriteWide(json, area, address, call.AtMs, "wideStatuses"));
            case ("POST", ["batch", "unsubscribe-all"]):
                var verbose = call.Flag("verbose");
                return Batch(call, area, (json, address) =>
                {
                    if (verbose) WriteStatuses(json, area, address, call.AtMs, "statuses");
                }, address => area.OptOutOfAll(address, call.AtMs, byThemselves: false, call.Caller));
            case ("GET", [var address]):
                NeedChannel(call);
                return Results(call, (area, address: PreferenceEndpoints.Address(address)), (json, state) => WriteStatuses(json, state.area, state.address, call.AtMs, null));
            case ("POST", [var address]): return Write(call, area, PreferenceEndpoints.Address(address));
            case ("GET", [var address, "unsubscribe-all"]):
                NeedChannel(call);
                return Results(call, (area, address: PreferenceEndpoints.Address(address)), (json, state) => WriteWide(json, state.area, state.address, call.AtMs, null));
            case ("POST", [var text, "unsubscribe-all"]):
                NeedChannel(call);
                var out_ = PreferenceEndpoints.Address(text);
                area.OptOutOfAll(out_, call.AtMs, byThemselves: false, call.Caller);
                return Results(call, (area, address: out_), (json, state) =>
                {
                    if (call.Flag("verbose")) WriteStatuses(json, state.area, state.address, call.AtMs, null);
                }) with
                { Changed = true };
            default: return null;
        }
    }

    private static EmulatorReply Write(CrmCall call, PreferencesArea area, string address)
    {
        var (type, reason) = Apply(call, area, address, call.BodyObject, out var error);
        if (error is not null) throw new CrmRefusal(error);
        return Results(call, (area, address), (json, state) => WriteStatus(json, state.area, state.address, type, call.AtMs, reason)) with { Changed = true };
    }

    private static EmulatorReply BatchWrite(CrmCall call, PreferencesArea area)
    {
        var inputs = Inputs(call);
        var done = new List<(string Address, SubscriptionType Type, string Reason)>();
        var errors = new List<ErrorBody>();
        foreach (var input in inputs)
        {
            var text = input.RequiredText("PublicStatusRequest", "subscriberIdString");
            if (!ValueRules.IsEmail(text.Trim()))
            {
                errors.Add(PreferenceErrors.BadAddressBody(text));
                continue;
            }
            var (type, reason) = Apply(call, area, PreferenceEndpoints.Address(text), input, out var error);
            if (error is not null) errors.Add(error);
            else done.Add((PreferenceEndpoints.Address(text), type, reason));
        }
        return JsonReply.Write(200, (call, area, done, errors), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (address, type, reason) in state.done) WriteStatus(json, state.area, address, type, state.call.AtMs, reason);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.call.AtMs);
        }, changed: done.Count > 0);
    }

    private static (SubscriptionType Type, string Reason) Apply(CrmCall call, PreferencesArea area, string address, JsonElement input, out ErrorBody? error)
    {
        string[] missing = [.. ((string[])["channel", "statusState", "subscriptionId"]).Where(name => string.IsNullOrEmpty(input.Text(name)))];
        if (missing.Length > 0) throw CrmErrors.MissingField("PublicStatusRequest", missing);
        if (input.Text("channel") != "EMAIL") throw PreferenceErrors.NotOneOf("channel", input.Text("channel")!, ["EMAIL"]);
        var wanted = input.Text("statusState")!;
        if (!States.Contains(wanted)) throw PreferenceErrors.NotOneOf("statusState", wanted, States);
        var type = SubscriptionType.Require(input.Text("subscriptionId")!);
        var basis = PreferenceEndpoints.LegalBasis(input);
        var now = area.StateOf(address, type);
        error = wanted == "SUBSCRIBED" && now == "UNSUBSCRIBED" && PreferenceEndpoints.ByThemselves(area, address, type) ? PreferenceErrors.OptedOutBody(address) : null;
        if (error is not null) return (type, "");
        var reason = now == wanted ? "NO_STATUS_CHANGE" : wanted == "SUBSCRIBED" && now == "UNSUBSCRIBED" ? "RESUBSCRIBE_OCCURRED" : "REQUESTED_CHANGE_OCCURRED";
        area.Set(address, type, new SubscriptionState(wanted, call.AtMs, "API", false, basis, input.Text("legalBasisExplanation")), call.Caller);
        return (type, reason);
    }

    private static EmulatorReply Batch(CrmCall call, PreferencesArea area, Action<Utf8JsonWriter, string> members, Action<string>? first = null)
    {
        NeedChannel(call);
        var addresses = new List<string>();
        var errors = new List<ErrorBody>();
        foreach (var text in Inputs(call).Select(input => input.AsText() ?? throw CrmErrors.WrongShape("inputs", "an array of strings")))
        {
            if (ValueRules.IsEmail(text.Trim())) addresses.Add(PreferenceEndpoints.Address(text));
            else errors.Add(PreferenceErrors.BadAddressBody(text));
        }
        if (first is not null)
            foreach (var address in addresses) first(address);
        // Only the versions before 2026-09 know a status of its own for a batch with errors, and only for reading.
        var partly = errors.Count > 0 && first is null && call.Route.Version != "2026-09";
        return JsonReply.Write(partly ? 207 : 200, (call, addresses, errors, members), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var address in state.addresses)
            {
                json.WriteStartObject();
                json.WriteString("subscriberIdString", address);
                state.members(json, address);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.call.AtMs);
        }, changed: first is not null && addresses.Count > 0);
    }

    private static IReadOnlyList<JsonElement> Inputs(CrmCall call)
    {
        var inputs = call.BodyObject.Items("inputs");
        return inputs.Count <= MostInputs ? inputs : throw CrmErrors.BatchTooLarge(MostInputs);
    }

    private static void NeedChannel(CrmCall call)
    {
        var channel = call.Http.QueryValue("channel") ?? throw CrmErrors.Bad("Required query parameter is missing: channel", "channel", "");
        if (channel != "EMAIL") throw PreferenceErrors.NotOneOf("channel", channel, ["EMAIL"]);
    }

    private static EmulatorReply Results<TState>(CrmCall call, TState state, Action<Utf8JsonWriter, TState> body) => JsonReply.Write(200, (call, state, body), static (json, all) =>
    {
        json.WriteStartObject();
        json.WriteString("status", "COMPLETE");
        json.WriteStartArray("results");
        all.body(json, all.state);
        json.WriteEndArray();
        json.WriteBatchEnd([], all.call.AtMs);
    });

    private static void WriteStatuses(Utf8JsonWriter json, PreferencesArea area, string address, long atMs, string? name)
    {
        if (name is not null) json.WriteStartArray(name);
        foreach (var type in SubscriptionType.All) WriteStatus(json, area, address, type, atMs, null);
        if (name is not null) json.WriteEndArray();
    }

    private static void WriteStatus(Utf8JsonWriter json, PreferencesArea area, string address, SubscriptionType type, long atMs, string? reason)
    {
        var subscriber = area.Find(address);
        var state = subscriber.Of(type);
        json.WriteStartObject();
        json.WriteString("subscriberIdString", address);
        json.WriteString("channel", "EMAIL");
        json.WriteNumber("subscriptionId", type.Id);
        json.WriteString("subscriptionName", type.Name);
        json.WriteString("status", area.StateOf(address, type));
        json.WriteString("source", state?.Source ?? (subscriber.AllOutMs != 0 ? "UNSUBSCRIBE_ALL" : "NONE"));
        json.WriteNumber("businessUnitId", 0);
        if (state?.LegalBasis is { } basis) json.WriteString("legalBasis", basis);
        if (state?.Explanation is { } explanation) json.WriteString("legalBasisExplanation", explanation);
        if (reason is not null) json.WriteString("setStatusSuccessReason", reason);
        json.WriteTime("timestamp", state?.AtMs ?? (subscriber.AllOutMs != 0 ? subscriber.AllOutMs : atMs));
        json.WriteEndObject();
    }

    private static void WriteWide(Utf8JsonWriter json, PreferencesArea area, string address, long atMs, string? name)
    {
        if (name is not null) json.WriteStartArray(name);
        if (area.IsOutOfAll(address))
        {
            var at = area.Find(address).AllOutMs;
            json.WriteStartObject();
            json.WriteString("subscriberIdString", address);
            json.WriteString("channel", "EMAIL");
            json.WriteString("status", "UNSUBSCRIBED");
            json.WriteString("wideStatusType", "PORTAL_WIDE");
            json.WriteNumber("businessUnitId", 0);
            json.WriteTime("timestamp", at != 0 ? at : atMs);
            json.WriteEndObject();
        }
        if (name is not null) json.WriteEndArray();
    }
}
