using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Limits users put on association types, under <c>definitions/configurations</c>, and the report on records near a limit.</summary>
internal static class AssociationConfigurations
{
    private const int MostInBatch = 100;

    public static EmulatorReply? Handle(CrmCall call)
    {
        var rest = call.Rest;
        if (rest is ["usage", "high-usage-report", var userId]) return call.Method == "POST" ? Report(call, userId) : null;
        if (rest.Count < 3 || rest[1] != "configurations") return null;
        if (rest is [_, _, "all"]) return call.Method == "GET" ? List(call.Portal.Associations.Catalogue.UserLimits) : null;
        if (rest.Count < 4) return null;
        var (from, to) = (call.Portal.Types.Find(rest[2]), call.Portal.Types.Find(rest[3]));
        var verb = string.Join('/', rest.Skip(4));
        return (call.Method, verb) switch
        {
            ("GET", "") => List(call.Portal.Associations.Catalogue.UserLimits.Where(one => one.Key.From == from && one.Key.To == to)),
            ("POST", "batch/create" or "batch/update") => Set(call, from, to, creates: verb == "batch/create"),
            ("POST", "batch/purge") => Purge(call, from, to),
            _ => null,
        };
    }

    private static EmulatorReply List(IEnumerable<KeyValuePair<AssociationType, int>> limits) => JsonReply.Results(limits, static (json, limit) => Write(json, limit.Key, limit.Value));

    private static EmulatorReply Set(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, bool creates)
    {
        var made = new List<(AssociationType Type, int Most)>();
        var errors = new List<ErrorBody>();
        var catalogue = call.Portal.Associations.Catalogue;
        foreach (var input in Inputs(call))
        {
            var most = input.Int("maxToObjectIds") ?? throw CrmErrors.MissingField("PublicAssociationDefinitionConfigurationRequest", "maxToObjectIds");
            var type = Named(call, from, to, input);
            var error = Refuse(catalogue, type, most, call.Portal.Settings.MostAssociations)
                ?? (creates == catalogue.MaxTo(type) is not null ? Error(type, creates ? "A limit is set for this association type already" : "No limit is set for this association type") : null);
            if (error is not null)
            {
                errors.Add(error);
                continue;
            }
            catalogue.SetMaxTo(type, most);
            call.Portal.Audit.Add("CRM_SETTINGS", "ASSOCIATION_LIMIT", creates ? "CREATE" : "UPDATE", $"{type.From.Id}/{type.To.Id}/{type.Id}");
            made.Add((type, most));
        }
        return JsonReply.Write(errors.Count > 0 ? 207 : creates ? 201 : 200, (made, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (type, most) in state.made) Write(json, type, most);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: made.Count > 0);
    }

    private static EmulatorReply Purge(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        foreach (var type in Inputs(call).Select(input => Named(call, from, to, input)).ToArray())
        {
            call.Portal.Associations.Catalogue.SetMaxTo(type, null);
            call.Portal.Audit.Add("CRM_SETTINGS", "ASSOCIATION_LIMIT", "DELETE", $"{type.From.Id}/{type.To.Id}/{type.Id}");
        }
        return AssociationBatchEndpoints.Removed(call);
    }

    /// <summary>The account's own limit cannot be raised, and a label's may not be wider than the one of all its pair.</summary>
    private static ErrorBody? Refuse(AssociationCatalogue catalogue, AssociationType type, int most, int account)
    {
        if (most < 1 || most >= account) return Error(type, $"maxToObjectIds must be between 1 and {account - 1}");
        if (!type.Unlabelled && catalogue.Default(type.From, type.To) is { } all && catalogue.MaxTo(all) is { } widest && most > widest)
            return Error(type, $"The limit of a label cannot be above the limit of its objects: it must be between 1 and {widest}");
        if (!type.Unlabelled) return null;
        var labels = catalogue.Between(type.From, type.To).Where(label => label != type).Max(catalogue.MaxTo);
        return labels > most ? Error(type, $"A label between these objects has a limit of {labels}: the limit must be between {labels} and {account - 1}") : null;
    }

    private static ErrorBody Error(AssociationType type, string message) =>
        new(400, "VALIDATION_ERROR", message) { Context = [new("typeId", [$"{type.Id}"]), new("category", [type.Category])] };

    private static AssociationType Named(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, JsonElement input) => call.Portal.Associations.RequireType(from, to,
        input.Int("typeId") ?? throw CrmErrors.MissingField("PublicAssociationSpec", "typeId"), input.RequiredText("PublicAssociationSpec", "category"));

    private static IReadOnlyList<JsonElement> Inputs(CrmCall call)
    {
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField("BatchInput", "inputs");
        var inputs = call.Body.Items("inputs");
        return inputs.Count <= MostInBatch ? inputs : throw CrmErrors.BatchTooLarge(MostInBatch);
    }

    /// <summary>HubSpot mails the report to the user; here it only says so.</summary>
    private static EmulatorReply Report(CrmCall call, string userId)
    {
        var user = call.Portal.Owners.All.FirstOrDefault(owner => $"{owner.UserId}" == userId && !owner.Archived)
            ?? throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"User {userId} could not be found") { Context = [new("userId", [userId])] });
        return JsonReply.Write(200, (user, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("userId", state.user.UserId);
            json.WriteString("userEmail", state.user.Email);
            json.WriteStartObject("enqueueTime");
            json.WriteBoolean("dateOnly", false);
            json.WriteNumber("timeZoneShift", 0);
            json.WriteNumber("value", state.AtMs);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, AssociationType type, int most)
    {
        json.WriteStartObject();
        json.WriteString("category", type.Category);
        json.WriteNumber("typeId", type.Id);
        json.WriteNumber("userEnforcedMaxToObjectIds", most);
        if (type.Label is not null) json.WriteString("label", type.Label);
        json.WriteEndObject();
    }
}
