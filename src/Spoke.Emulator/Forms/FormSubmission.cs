using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Automation;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;
using Spoke.Emulator.Preferences;

namespace Spoke.Emulator.Forms;

/// <summary>One filled-in form: checked, kept, and made a contact (and its company) of.</summary>
internal static class FormSubmission
{
    private const int MostValues = 1_000;
    private const long OldestMs = 30L * 24 * 60 * 60 * 1000;

    public static EmulatorReply Submit(CrmCall call, FormsArea area, string hub, string guid, bool secure)
    {
        if (hub != call.Portal.HubId.ToString(CultureInfo.InvariantCulture) || area.Find(guid) is not { } form) throw FormErrors.NoSuchForm(guid);
        var faults = new List<FormFault>();
        var values = Values(call.BodyObject, faults);
        if (!secure && form["configuration"]?["recaptchaEnabled"]?.GetValueKind() == JsonValueKind.True) faults.Add(new("form", "The form has captcha enabled and can only be submitted by its own page", "FORM_HAS_RECAPTCHA_ENABLED"));
        FormRules.Check(form, values, secure, faults);
        var context = call.Body.TryGetProperty("context", out var given) ? given : default;
        var cookie = context.Text("hutk");
        if (cookie is not null && !(cookie.Length == 32 && cookie.All(char.IsAsciiHexDigit))) faults.Add(new("context.hutk", $"'{cookie}' is not a valid Hutk", "INVALID_HUTK"));
        var at = call.AtMs;
        if (call.Body.Text("submittedAt") is { } text && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out at) || at > call.AtMs || at < call.AtMs - OldestMs))
            faults.Add(new("submittedAt", $"'{text}' is not a time within the last month", "INVALID_SUBMITTED_AT"));
        if (faults.Count > 0) return FormErrors.NotValid(faults);

        call.Portal.Changes.Begin(call.AtMs, call.Caller, "FORM");
        var contact = FormContact.Upsert(call, form, values, cookie is null ? null : area.ContactOf(cookie));
        if (cookie is not null && contact is not null) area.Know(cookie, contact);
        area.Submissions.Put(call.Portal.NextPartId(), new JsonObject
        {
            ["form"] = guid,
            ["at"] = at,
            ["contact"] = contact?.Id,
            ["pageUri"] = context.Text("pageUri"),
            ["pageId"] = context.Text("pageId"),
            ["values"] = new JsonArray([.. values.Select(value => (JsonNode)new JsonObject { ["name"] = value.Name, ["value"] = value.Value, ["objectTypeId"] = value.TypeId })]),
        });
        if (contact is not null)
        {
            Consent(call, contact);
            ListsArea.Touch(call.Portal, call.Portal.Types.Find("contacts"), contact, call.AtMs);
            call.Portal.Areas.OfType<FlowArea>().Single().Completed(FormsArea.Submitted, call.Portal.Types.Find("contacts"), contact, new Dictionary<string, string> { [FormsArea.FormId] = guid }, call.AtMs);
        }
        var after = form["configuration"]?["postSubmitAction"];
        var (member, answer) = after?["type"]?.ToString() == "redirect_url" ? ("redirectUri", after["value"]?.ToString()) : ("inlineMessage", after?["value"]?.ToString());
        return JsonReply.Write(200, (member, answer), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString(state.member, state.answer);
            json.WriteEndObject();
        }, changed: true);
    }

    private static List<FormValue> Values(JsonElement body, List<FormFault> faults)
    {
        var values = new List<FormValue>();
        foreach (var field in body.Items("fields"))
        {
            var name = field.RequiredText("FormField", "name");
            values.Add(new FormValue(field.Text("objectTypeId") is { Length: > 0 } type ? type : "0-1", name, field.Text("value") ?? ""));
        }
        if (values.Count > MostValues) faults.Add(new("fields", $"At most {MostValues} values can be submitted", "MAX_NUMBER_OF_SUBMITTED_VALUES_EXCEEDED"));
        return values;
    }

    /// <summary>Boxes the person ticked: their own word, so that no app may undo an opt-out.</summary>
    private static void Consent(CrmCall call, StoredRecord contact)
    {
        if (!call.Body.TryGetProperty("legalConsentOptions", out var options) || options.ValueKind != JsonValueKind.Object) return;
        var contacts = call.Portal.Types.Find("contacts");
        if (contact.Get(contacts.Properties.Require("email").Slot) is not { } address) return;
        var preferences = call.Portal.Areas.OfType<PreferencesArea>().Single();
        var boxes = options.TryGetProperty("consent", out var consent) ? consent.Items("communications") : options.TryGetProperty("legitimateInterest", out var interest) ? [interest] : [];
        foreach (var box in boxes)
        {
            if (SubscriptionType.All.FirstOrDefault(type => type.IdText == box.Text("subscriptionTypeId")) is not { } type) continue;
            var state = box.Bool("value") == true ? "SUBSCRIBED" : "UNSUBSCRIBED";
            preferences.Set(address, type, new SubscriptionState(state, call.AtMs, "FORM", true, state == "SUBSCRIBED" ? "CONSENT_WITH_NOTICE" : null, box.Text("text")), call.Caller);
        }
    }
}

internal sealed record FormValue(string TypeId, string Name, string Value);
