using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Joins two records into a new one. The old ids lead to it from then on.</summary>
internal static class RecordMerge
{
    public static StoredRecord Merge(CrmCall call, ObjectTypeDefinition type, StoredRecord primary, StoredRecord other)
    {
        var portal = call.Portal;
        var keepsId = portal.Settings.MergeKeepsPrimaryId;
        var draft = new RecordDraft(type, keepsId ? primary : null);
        foreach (var value in other.Values) draft[value.Slot] = value.Value;
        foreach (var value in primary.Values) draft[value.Slot] = value.Value;
        var past = Past(primary, other);
        draft["hs_merged_object_ids"] = string.Join(';', (keepsId ? MergedIds(type, primary) : Ids(type, primary)).Concat(Ids(type, other)).Distinct());
        if (type.EmailProperty is { } email) KeepAddresses(type, draft, primary, other, email);
        CalculatedValues.Apply(draft, portal, call.AtMs);
        draft.CreatedMs = Math.Min(primary.CreatedMs, other.CreatedMs);

        portal.Writer.ReleaseKeys(type, primary);
        portal.Writer.ReleaseKeys(type, other);
        var record = portal.Writer.Apply(draft, call);
        StoredRecord[] gone = keepsId ? [other] : [primary, other];
        foreach (var old in gone) portal.Associations.Move(old, record);
        foreach (var old in gone)
        {
            type.Records.Remove(old);
            type.Records.Redirect(old.Id, record.Id);
        }
        record.History = past.Count > 0 ? past : null;
        portal.Writer.Note(type, record, "MERGE");
        portal.Changes.Add(ChangeKind.Merged, type, record, merged: [primary.Id, other.Id]);
        return record;
    }

    /// <summary>What either record held before, and what of the other one did not survive.</summary>
    private static List<PastValue> Past(StoredRecord primary, StoredRecord other) =>
    [
        .. (primary.History ?? []).Concat(other.History ?? [])
            .Concat(other.Values.Where(value => primary.Get(value.Slot) is { } kept && kept != value.Value).Select(value => new PastValue(value.Slot, value.Value, value.AtMs, value.Source)))
            .OrderBy(value => value.AtMs).TakeLast(100),
    ];

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
