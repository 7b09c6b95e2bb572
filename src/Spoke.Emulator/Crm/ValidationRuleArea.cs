using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Validation rules of properties: read, set. The writer asks every property for its rules, so they hold on every way in.</summary>
internal sealed class ValidationRuleArea(Portal portal) : PortalArea(portal)
{
    public override string Name => "propertyValidations";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 2 && path[0] == "crm" && path[1] == "property-validations";

    public override EmulatorReply? Handle(CrmCall call)
    {
        var type = Portal.Types.Find(call.Rest[2]);
        if (call.Rest.Count == 3) return call.Method == "GET" ? All(type) : null;
        var property = type.Properties.Find(call.Rest[3]) ?? throw PropertyErrors.NotFound(call.Rest[3]);
        if (call.Rest.Count == 4) return call.Method == "GET" ? JsonReply.Results(property.Rules, Write) : null;
        if (call.Rest is not [_, _, _, _, "rule-type", var kind]) return null;
        if (!ValidationRule.Kinds.ContainsKey(kind)) throw CrmErrors.Bad($"{kind} is not one of the rule types [{string.Join(", ", ValidationRule.Kinds.Keys)}]", "ruleType", kind);
        return call.Method switch
        {
            "GET" => JsonReply.Write(200, property.Rules.FirstOrDefault(rule => rule.Kind == kind) ?? throw NotSet(property, kind), Write),
            "PUT" => Set(call, type, property, kind),
            _ => null,
        };
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var type in Portal.Types.All)
            foreach (var property in type.Properties.All.Where(property => property.Rules.Count > 0))
            {
                json.WriteStartObject();
                json.WriteString("type", type.Id);
                json.WriteString("property", property.Name);
                json.WriteStartArray("rules");
                foreach (var rule in property.Rules) Write(json, rule);
                json.WriteEndArray();
                json.WriteEndObject();
            }
        json.WriteEndArray();
    }

    public override void Load(JsonElement saved)
    {
        foreach (var one in saved.EnumerateArray())
            Portal.Types.Find(one.Text("type")!).Properties.Require(one.Text("property")!).Rules =
                [.. one.Items("rules").Select(rule => new ValidationRule(rule.Text("ruleType")!, rule.Texts("ruleArguments"), rule.Bool("shouldApplyNormalization") ?? false))];
    }

    private static EmulatorReply All(ObjectTypeDefinition type) => JsonReply.Results(type.Properties.All.Where(property => !property.Archived && property.Rules.Count > 0), static (json, property) =>
    {
        json.WriteStartObject();
        json.WriteString("propertyName", property.Name);
        json.WriteStartArray("propertyValidationRules");
        foreach (var rule in property.Rules) Write(json, rule);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private EmulatorReply Set(CrmCall call, ObjectTypeDefinition type, PropertyDefinition property, string kind)
    {
        if (!call.BodyObject.TryGetProperty("ruleArguments", out _)) throw CrmErrors.MissingField("PublicPropertyValidationRuleUpdate", "ruleArguments");
        var rule = new ValidationRule(kind, call.Body.Texts("ruleArguments"), call.Body.Bool("shouldApplyNormalization") ?? false);
        if (!ValidationRule.Kinds[kind].Contains(property.Type)) throw CrmErrors.Bad($"Rules of type {kind} do not go with properties of type {property.Type}", "ruleType", kind);
        if (rule.Wrong() is { } wrong) throw CrmErrors.Bad(wrong, "ruleArguments", [.. rule.Arguments]);
        property.Rules = [.. property.Rules.Where(other => other.Kind != kind), rule];
        Portal.Audit.Add("PROPERTY", "PROPERTY_VALIDATION", "UPDATE", $"{type.Id}/{property.Name}");
        return JsonReply.Empty(changed: true);
    }

    private static CrmRefusal NotSet(PropertyDefinition property, string kind) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Property {property.Name} has no validation rule of type {kind}") { Context = [new("ruleType", [kind])] });

    private static void Write(Utf8JsonWriter json, ValidationRule rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleType", rule.Kind);
        json.WriteStartArray("ruleArguments");
        foreach (var argument in rule.Arguments) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteBoolean("shouldApplyNormalization", rule.Normalises);
        json.WriteEndObject();
    }
}
