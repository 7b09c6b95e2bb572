using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Forms;

/// <summary>The fields of a form definition, and what HubSpot fills in around them.</summary>
internal static class FormFields
{
    private static readonly string[] Kinds =
        ["email", "phone", "mobile_phone", "single_line_text", "multi_line_text", "number", "single_checkbox", "multiple_checkboxes", "dropdown", "radio", "datepicker", "file", "payment_link_radio"];

    public static JsonObject Defaults() => JsonNode.Parse("""
        {"fieldGroups":[],
         "configuration":{"language":"en","cloneable":true,"editable":true,"archivable":true,"recaptchaEnabled":false,"notifyContactOwner":false,"notifyRecipients":[],
          "createNewContactForNewEmail":true,"prePopulateKnownValues":true,"allowLinkToResetKnownValues":false,"lifecycleStages":[],
          "postSubmitAction":{"type":"thank_you","value":"Thanks for submitting the form."}},
         "displayOptions":{"renderRawHtml":false,"theme":"default_style","submitButtonText":"Submit",
          "style":{"fontFamily":"arial, helvetica, sans-serif","backgroundWidth":"100%","labelTextColor":"#33475b","labelTextSize":"14px","helpTextColor":"#7C98B6","helpTextSize":"11px",
           "legalConsentTextColor":"#33475b","legalConsentTextSize":"14px","submitColor":"#ff7a59","submitAlignment":"left","submitFontColor":"#ffffff","submitSize":"12px"}},
         "legalConsentOptions":{"type":"none"}}
        """)!.AsObject();

    public static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>Every field, in groups and hanging on others.</summary>
    public static IEnumerable<JsonObject> Of(JsonObject form)
    {
        foreach (var group in form["fieldGroups"] as JsonArray ?? [])
            foreach (var field in group?["fields"] as JsonArray ?? [])
                if (field is JsonObject one)
                {
                    yield return one;
                    foreach (var dependent in one["dependentFields"] as JsonArray ?? [])
                        if (dependent?["dependentField"] is JsonObject inner) yield return inner;
                }
    }

    public static void Check(Portal portal, JsonObject form)
    {
        if (form["fieldGroups"] is not JsonArray groups || groups.Any(group => group is not JsonObject)) throw CrmErrors.WrongShape("fieldGroups", "an array of objects");
        foreach (var group in groups.Select(group => group!.AsObject()))
        {
            group["groupType"] ??= "default_group";
            group["richTextType"] ??= "text";
            group["fields"] ??= new JsonArray();
        }
        foreach (var field in Of(form))
        {
            var name = Text(field, "name") ?? throw CrmErrors.MissingField("Field", "name");
            var type = portal.Types.Find(Text(field, "objectTypeId") ?? "0-1");
            if (type.Properties.Find(name) is null) throw CrmErrors.Bad($"Property {name} does not exist on {type.Id}", "name", name);
            var kind = Text(field, "fieldType") ?? throw CrmErrors.MissingField("Field", "fieldType");
            if (!Kinds.Contains(kind)) throw CrmErrors.Bad($"fieldType must be one of [{string.Join(", ", Kinds)}], not {kind}", "fieldType", kind);
            field["objectTypeId"] = type.Id;
            field["label"] ??= name;
            field["required"] ??= false;
            field["hidden"] ??= false;
            field["dependentFields"] ??= new JsonArray();
            if (kind == "email") field["validation"] ??= new JsonObject { ["blockedEmailDomains"] = new JsonArray(), ["useDefaultBlockList"] = false };
            if (kind is "phone" or "mobile_phone") field["validation"] ??= new JsonObject { ["minAllowedDigits"] = 7, ["maxAllowedDigits"] = 20 };
            if (kind == "phone") field["useCountryCodeSelect"] ??= false;
            if (kind == "file") field["allowMultipleFiles"] ??= false;
            if (kind is "dropdown" or "radio" or "multiple_checkboxes" or "payment_link_radio")
            {
                field["options"] ??= new JsonArray();
                field["defaultValues"] ??= new JsonArray();
            }
        }
    }
}
