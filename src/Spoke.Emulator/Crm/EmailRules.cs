namespace Spoke.Emulator.Crm;

/// <summary>A contact's further addresses, and the addresses of people deleted for good.</summary>
internal static class EmailRules
{
    private const string More = "hs_additional_emails";

    public static void Complete(RecordDraft draft, Portal portal, List<ValueFault> faults)
    {
        if (draft.Type.EmailProperty is not { } name || draft.Type.Properties.Find(More) is not { } more) return;
        var slot = draft.Type.Properties.Require(name).Slot;
        if (!draft.Touched.Contains(slot) && !draft.Touched.Contains(more.Slot)) return;
        var email = draft[slot];
        if (draft[more.Slot] is { } list)
        {
            var addresses = list.Split(';').ToList();
            // A further address that becomes the first one changes places with it.
            if (email is not null && addresses.Remove(email) && draft.Record?.Get(slot) is { } former && former != email) addresses.Add(former);
            draft[more.Slot] = string.Join(';', addresses);
        }
        if (portal.Changes.Source == "IMPORT" && email is not null && portal.Blocklist.Holds(email))
            faults.Add(new(name, "BLOCKLISTED_EMAIL", $"Email address {email} belongs to a contact that was permanently deleted and cannot be imported"));
    }

    public static IEnumerable<string> All(ObjectTypeDefinition type, StoredRecord record)
    {
        if (type.EmailProperty is not { } name) return [];
        var texts = new[] { record.Get(type.Properties.Require(name).Slot), record.Get(type.Properties.Require(More).Slot) };
        return texts.Where(text => text is not null).SelectMany(text => text!.Split(';'));
    }

    /// <summary>The addresses of a list as they are kept, or the reason against one of them.</summary>
    public static string? Normalise(PropertyDefinition property, string value, string? current, out ValueFault? fault)
    {
        fault = null;
        var kept = new List<string>();
        if (value.StartsWith(';') && current is not null) kept.AddRange(current.Split(';'));
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ValueRules.Email(property, part, out fault) is not { } email) return null;
            if (!kept.Contains(email)) kept.Add(email);
        }
        return string.Join(';', kept);
    }
}
