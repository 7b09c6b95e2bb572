using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Forms;

/// <summary>The contact a submission is about, found by address or browser or made, and its company when the form asks about one.</summary>
internal static class FormContact
{
    public static StoredRecord? Upsert(CrmCall call, JsonObject form, IReadOnlyList<FormValue> values, StoredRecord? visitor)
    {
        var type = call.Portal.Types.Find("contacts");
        var address = values.FirstOrDefault(value => value is { TypeId: "0-1", Name: "email", Value.Length: > 0 })?.Value.Trim().ToLowerInvariant();
        var contact = address is null ? visitor : type.Records.FindUnique(type.Properties.Require("email").Slot, address);
        // Another address in a browser that belongs to somebody is a new person, unless the form says otherwise.
        if (contact is null && visitor is not null && form["configuration"]?["createNewContactForNewEmail"]?.ToString() == "false") contact = visitor;
        var wanted = Fitting(call, type, values.Where(value => value.TypeId == "0-1"));
        if (contact is null && !wanted.Any(value => type.NeedsOneOf.Contains(value.Key))) return null;
        foreach (var stage in form["configuration"]?["lifecycleStages"] as JsonArray ?? [])
            if (stage?["objectTypeId"]?.ToString() == "0-1" && stage["value"]?.ToString() is { } value) wanted.AddRange(Fitting(call, type, [new FormValue("0-1", "lifecyclestage", value)]));
        contact = call.Portal.Writer.Apply(call.Portal.Writer.Check(type, contact, wanted, call.AtMs), call);
        Company(call, contact, values);
        return contact;
    }

    private static void Company(CrmCall call, StoredRecord contact, IReadOnlyList<FormValue> values)
    {
        var type = call.Portal.Types.Find("companies");
        var wanted = Fitting(call, type, values.Where(value => value.TypeId == type.Id));
        if (wanted.Count == 0) return;
        var company = AssociationStore.EdgesTowards(contact, type).Where(edge => edge.Type.Primary).Select(edge => type.Records.Find(edge.To)).FirstOrDefault();
        if (company is null && !wanted.Any(value => type.NeedsOneOf.Contains(value.Key))) return;
        var isNew = company is null;
        company = call.Portal.Writer.Apply(call.Portal.Writer.Check(type, company, wanted, call.AtMs), call);
        if (isNew) call.Portal.Associations.Attach(contact, company, call.Portal.Associations.RequireDefault(call.Portal.Types.Find("contacts"), type));
    }

    /// <summary>Values their properties take; a form drops the others without a word.</summary>
    private static List<KeyValuePair<string, string>> Fitting(CrmCall call, ObjectTypeDefinition type, IEnumerable<FormValue> values)
    {
        var fitting = new List<KeyValuePair<string, string>>();
        foreach (var value in values)
            if (value.Value.Length > 0 && type.Properties.Find(value.Name) is { ReadOnly: false } property && ValueRules.Normalise(type, property, value.Value, null, out _) is not null)
                fitting.Add(new(value.Name, value.Value));
        return fitting;
    }
}
