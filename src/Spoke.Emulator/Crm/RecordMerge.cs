using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Joins two records into a new one. The old ids lead to it from then on.</summary>
internal static class RecordMerge
{
    public static StoredRecord Merge(CrmCall call, ObjectTypeDefinition type, StoredRecord primary, StoredRecord other)
    {
        var portal = call.Portal;
        var draft = new RecordDraft(type, null);
        foreach (var value in other.Values) draft[value.Slot] = value.Value;
        foreach (var value in primary.Values) draft[value.Slot] = value.Value;
        draft["hs_merged_object_ids"] = string.Join(';', Ids(type, primary).Concat(Ids(type, other)).Distinct());
        if (type.EmailProperty is { } email) KeepAddresses(type, draft, primary, other, email);
        CalculatedValues.Apply(draft, portal, call.AtMs);
        draft.CreatedMs = Math.Min(primary.CreatedMs, other.CreatedMs);

        portal.Writer.ReleaseKeys(type, primary);
        portal.Writer.ReleaseKeys(type, other);
        var record = portal.Writer.Apply(draft, call);
        portal.Associations.Move(primary, record);
        portal.Associations.Move(other, record);
        foreach (var old in (StoredRecord[])[primary, other])
        {
            type.Records.Remove(old);
            type.Records.Redirect(old.Id, record.Id);
        }
        portal.Changes.Add(ChangeKind.Merged, type, record, merged: [primary.Id, other.Id]);
        return record;
    }

    public static string[] MergedIds(ObjectTypeDefinition type, StoredRecord record) =>
        record.Get(type.Properties.Require("hs_merged_object_ids").Slot)?.Split(';') ?? [];

    private static IEnumerable<string> Ids(ObjectTypeDefinition type, StoredRecord record) =>
        [.. MergedIds(type, record), record.Id.ToString(CultureInfo.InvariantCulture)];

    // The other record's addresses stay the survivor's, so that a later create with one of them still conflicts.
    private static void KeepAddresses(ObjectTypeDefinition type, RecordDraft draft, StoredRecord primary, StoredRecord other, string email)
    {
        var emailSlot = type.Properties.Require(email).Slot;
        var moreSlot = type.Properties.Require("hs_additional_emails").Slot;
        var first = draft[emailSlot];
        var all = new[] { primary.Get(moreSlot), other.Get(emailSlot), other.Get(moreSlot) }
            .Where(text => text is not null).SelectMany(text => text!.Split(';')).Distinct().Where(address => address != first);
        draft[moreSlot] = string.Join(';', all);
    }
}
