using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Forms;

/// <summary>What a form demands of the values; with a token, fields outside of the definition are allowed.</summary>
internal static class FormRules
{
    public static void Check(JsonObject form, IReadOnlyList<FormValue> values, bool secure, List<FormFault> faults)
    {
        var fields = FormFields.Of(form).ToArray();
        foreach (var field in fields)
        {
            var (type, name) = (FormFields.Text(field, "objectTypeId") ?? "0-1", FormFields.Text(field, "name")!);
            var shown = Shown(type, name);
            var value = values.FirstOrDefault(value => value.Name == name && value.TypeId == type)?.Value;
            if (string.IsNullOrWhiteSpace(value))
            {
                if (field["required"]?.GetValueKind() == JsonValueKind.True) faults.Add(new($"fields.{shown}", $"Required field '{shown}' is missing", "REQUIRED_FIELD"));
                continue;
            }
            if (FormFields.Text(field, "fieldType") is "number" && !decimal.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _))
                faults.Add(new($"fields.{shown}", $"'{value}' is not a valid number", "INVALID_NUMBER"));
        }
        foreach (var value in values)
        {
            var shown = Shown(value.TypeId, value.Name);
            var field = fields.FirstOrDefault(field => FormFields.Text(field, "name") == value.Name && (FormFields.Text(field, "objectTypeId") ?? "0-1") == value.TypeId);
            if (field is null && !secure) faults.Add(new($"fields.{shown}", $"Field '{shown}' isn't in form definition", "FIELD_NOT_IN_FORM_DEFINITION"));
            if (value is not { TypeId: "0-1", Name: "email" } || value.Value.Length == 0) continue;
            var address = value.Value.Trim().ToLowerInvariant();
            if (!ValueRules.IsEmail(address)) faults.Add(new($"fields.{shown}", $"'{value.Value}' is not a valid email address", "INVALID_EMAIL"));
            else if (field?["validation"]?["blockedEmailDomains"] is JsonArray blocked && blocked.Any(domain => address.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase)))
                faults.Add(new($"fields.{shown}", $"The email address '{value.Value}' is blocked", "BLOCKED_EMAIL"));
        }
    }

    private static string Shown(string type, string name) => type == "0-1" ? name : $"{type}/{name}";
}
