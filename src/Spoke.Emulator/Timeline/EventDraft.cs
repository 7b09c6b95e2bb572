using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Automation;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Forms;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Timeline;

/// <summary>One event that was checked and not yet put on a record.</summary>
internal sealed class EventDraft
{
    private const int LargestExtraData = 500 * 1024;
    private readonly CrmCall call;
    private readonly JsonObject template;
    private readonly RecordDraft? write;
    private readonly StoredRecord? record;
    private readonly JsonObject tokens;
    private readonly JsonElement input;
    private readonly long atMs;

    /// <param name="values">The member of the input that holds the tokens.</param>
    /// <exception cref="CrmRefusal">Nothing has changed.</exception>
    public EventDraft(CrmCall call, JsonObject template, JsonElement input, string values)
    {
        (this.call, this.template, this.input) = (call, template, input);
        tokens = TemplateTokens.Values(template, input.TryGetProperty(values, out var given) ? given : default, values);
        atMs = call.AtMs;
        if (input.Text("timestamp") is { } text && !ValueRules.TryMoment(text, out atMs)) throw CrmErrors.WrongShape("timestamp", "a time");
        if (input.TryGetProperty("extraData", out var extra) && extra.ValueKind is not JsonValueKind.Null && System.Text.Encoding.UTF8.GetByteCount(extra.GetRawText()) > LargestExtraData)
            throw CrmErrors.Bad("extraData must not be larger than 500 KB", "extraData", "");
        if (input.TryGetProperty("timelineIFrame", out var frame) && frame.ValueKind == JsonValueKind.Object)
            foreach (var member in (string[])["linkLabel", "headerLabel", "url", "width", "height"]) frame.RequiredText("TimelineEventIFrame", member);
        Id = input.Text("id") is { Length: > 0 } id ? id : "{{uuid}}";
        record = Target(out var email);
        write = Stamps(email);
    }

    /// <summary>As it was sent; <c>{{uuid}}</c> in it is filled in when the event is kept.</summary>
    public string Id { get; }

    private ObjectTypeDefinition Type => call.Portal.Types.Find(template["objectType"]!.GetValue<string>());

    public JsonObject Carry(TimelineArea area)
    {
        var about = write is null ? record : call.Portal.Writer.Apply(write, call);
        var occurrence = new JsonObject
        {
            ["objectType"] = template["objectType"]!.DeepClone(),
            ["id"] = Id.Contains("{{uuid}}", StringComparison.Ordinal) ? Id.Replace("{{uuid}}", Http.DocumentShelf.GuidOf(call.Portal.NextPartId()), StringComparison.Ordinal) : Id,
            ["eventTemplateId"] = template["id"]!.DeepClone(),
        };
        foreach (var name in (string[])["email", "domain", "utk"])
            if (input.Text(name) is { Length: > 0 } text) occurrence[name] = text;
        if (about is not null) occurrence["objectId"] = about.Id.ToString(CultureInfo.InvariantCulture);
        occurrence["timestamp"] = JsonReply.Iso(atMs);
        occurrence["createdAt"] = JsonReply.Iso(call.AtMs);
        occurrence["tokens"] = tokens;
        foreach (var name in (string[])["extraData", "timelineIFrame"])
            if (input.TryGetProperty(name, out var given) && given.ValueKind != JsonValueKind.Null) occurrence[name] = JsonNode.Parse(given.GetRawText());
        area.Put(occurrence);
        if (about is not null)
        {
            ListsArea.Touch(call.Portal, Type, about, call.AtMs);
            call.Portal.Areas.OfType<FlowArea>().Single().Completed(template["id"]!.GetValue<string>(), Type, about, tokens.ToDictionary(token => token.Key, token => token.Value!.GetValue<string>()), call.AtMs);
        }
        return occurrence;
    }

    /// <summary>The record that is there; null with an address when a contact is to be made, null without one when only a browser is known.</summary>
    private StoredRecord? Target(out string? email)
    {
        email = null;
        var address = Type.EmailProperty is not null && input.Text("email") is { Length: > 0 } text ? text.Trim().ToLowerInvariant() : null;
        if (input.Text("objectId") is { Length: > 0 } id)
        {
            email = address;
            return Type.Records.Find(id) is { Archived: false } found ? found : throw CrmErrors.RecordNotFound(id);
        }
        if (address is not null)
        {
            email = address;
            return Type.Records.FindUnique(Type.Properties.Require(Type.EmailProperty!).Slot, address);
        }
        if (Type.EmailProperty is not null && input.Text("utk") is { Length: > 0 } cookie) return call.Portal.Areas.OfType<FormsArea>().Single().ContactOf(cookie);
        if (Type.Plural == "companies" && input.Text("domain") is { Length: > 0 } domain)
        {
            var slot = Type.Properties.Require("domain").Slot;
            return Type.Records.All.FirstOrDefault(company => !company.Archived && string.Equals(company.Get(slot), domain.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw TimelineErrors.NobodyThere("domain", domain);
        }
        throw TimelineErrors.NoTarget(Type.Plural);
    }

    /// <summary>What the event writes on its record: an address, and tokens whose template names a property that takes the value.</summary>
    private RecordDraft? Stamps(string? email)
    {
        var values = new List<KeyValuePair<string, string>>();
        if (email is not null) values.Add(new(Type.EmailProperty!, email));
        else if (record is null) return null;
        foreach (var (name, value) in tokens)
            if (TemplateTokens.Find(template, name)!["objectPropertyName"]?.GetValue<string>() is { } target && Type.Properties.Find(target) is { ReadOnly: false } property
                && ValueRules.Normalise(Type, property, value!.GetValue<string>(), null, out _) is not null)
                values.Add(new(target, value.GetValue<string>()));
        return values.Count == 0 ? null : call.Portal.Writer.Check(Type, record, values, call.AtMs);
    }
}
