using System.Globalization;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Checks a write and carries it out, in two steps, so that a batch can check all before changing anything.</summary>
internal sealed class RecordWriter(Portal portal)
{
    // A batch has one source for all its records.
    private (string From, long AppId, long UserId) lastFrom = ("", 0, 0);
    private int lastSource;

    /// <summary>Checks values for a new record (<paramref name="record"/> null) or an existing one.</summary>
    public RecordDraft Check(ObjectTypeDefinition type, StoredRecord? record, IReadOnlyList<KeyValuePair<string, string>> properties, long atMs)
    {
        var draft = new RecordDraft(type, record);
        var faults = new List<ValueFault>();
        foreach (var (name, value) in properties) Set(draft, name, value, atMs, faults);
        if (faults.Count > 0) throw CrmErrors.PropertyValues(portal.HubId, faults);
        PipelineRules.Complete(draft, faults);
        EmailRules.Complete(draft, portal, faults);
        if (record is null)
        {
            CheckRequired(draft);
            if (type.Records.Count >= portal.Settings.MostRecords && type.Records.All.Count(one => !one.Archived) >= portal.Settings.MostRecords) throw CrmErrors.TooManyRecords(type, portal.Settings.MostRecords);
        }
        CheckUnique(draft, faults);
        if (faults.Count > 0) throw CrmErrors.PropertyValues(portal.HubId, faults);
        if (!draft.Changes) return draft;
        foreach (var area in portal.Areas) area.Complete(draft);
        CalculatedValues.Apply(draft, portal, atMs);
        return draft;
    }

    /// <summary>Makes the draft the record's state. Nothing can be refused any more.</summary>
    public StoredRecord Apply(RecordDraft draft, CrmCall call) => Apply(draft, call.AtMs, call.Caller);

    /// <inheritdoc cref="Apply(RecordDraft, CrmCall)"/>
    public StoredRecord Apply(RecordDraft draft, long atMs, Caller caller)
    {
        var (source, calculated) = (SourceOf(caller), portal.Sources.Of(WriteSource.Calculated));
        if (draft.Record is not { } record)
        {
            record = new StoredRecord(portal.NextRecordId())
            {
                CreatedMs = draft.CreatedMs ?? atMs,
                UpdatedMs = atMs,
                SourceAppId = caller.AppId,
                Source = portal.Sources[source],
                CreatedByUserId = caller.UserId,
                UpdatedByUserId = caller.UserId,
                Values = draft.ToValues(atMs, source, calculated),
            };
            draft.Type.Records.Add(record);
            ClaimKeys(draft.Type, record);
            Unblock(draft);
            if (!portal.Changes.Idle) portal.Changes.Add(ChangeKind.Created, draft.Type, record, [.. record.Values.Select(value => new ValueChange(draft.Type.Properties[value.Slot], null, value.Value))]);
            return record;
        }
        if (!draft.Changes) return record;
        var movesKeys = MovesKeys(draft);
        if (movesKeys) ReleaseKeys(draft.Type, record);
        if (!portal.Changes.Idle) portal.Changes.Add(ChangeKind.Updated, draft.Type, record, Differences(record, draft));
        KeepPast(record, draft, atMs);
        draft.Type.Records.Replace(record, draft.ToValues(atMs, source, calculated));
        record.UpdatedMs = atMs;
        record.UpdatedByUserId = caller.UserId;
        if (movesKeys) ClaimKeys(draft.Type, record);
        Unblock(draft);
        return record;
    }

    /// <summary>Takes an archived record out of the recycle bin, with the associations whose other end is still there.</summary>
    /// <exception cref="CrmRefusal">Somebody else has one of its unique values by now.</exception>
    public void Restore(ObjectTypeDefinition type, StoredRecord record)
    {
        EachKey(type, record, (slot, value, _) =>
        {
            if (type.Records.FindUnique(slot, value) is { } holder) throw type.Properties[slot].Name == type.EmailProperty ? CrmErrors.ContactExists(holder.Id)
                : CrmErrors.Bad(string.Create(CultureInfo.InvariantCulture, $"{holder.Id} already has the value {value} of {type.Properties[slot].Name}"), "id", record.Id.ToString(CultureInfo.InvariantCulture));
        });
        record.ArchivedMs = 0;
        ClaimKeys(type, record);
        var former = record.FormerEdges ?? [];
        record.FormerEdges = null;
        portal.Changes.Add(ChangeKind.Restored, type, record);
        Note(type, record, "RESTORE");
        foreach (var edge in former)
            if (edge.Type.To.Records.Find(edge.To) is { Archived: false } other && AssociationRules.Refuse(portal, record, other, edge.Type) is null) portal.Associations.Attach(record, other, edge.Type);
    }

    public void Archive(ObjectTypeDefinition type, StoredRecord record, long atMs)
    {
        if (record.Archived) return;
        // A quote's line items go with it, even those a deal has as well.
        if (type.Singular == "quote" && portal.Types.Find("line_items") is var items)
            foreach (var edge in AssociationStore.EdgesTowards(record, items).ToArray())
                if (items.Records.Find(edge.To) is { } item) Archive(items, item, atMs);
        ReleaseKeys(type, record);
        record.FormerEdges = record.Edges is { Count: > 0 } edges ? [.. edges] : null;
        portal.Associations.Detach(record);
        record.ArchivedMs = atMs;
        record.Older = null;
        portal.Changes.Add(ChangeKind.Archived, type, record);
        Note(type, record, "DELETE");
    }

    /// <summary>Into the account's audit log: what happens to whole records.</summary>
    public void Note(ObjectTypeDefinition type, StoredRecord record, string action) =>
        portal.Audit.Add("CRM_OBJECT", type.ErrorName, action, record.Id.ToString(CultureInfo.InvariantCulture));

    public void ClaimKeys(ObjectTypeDefinition type, StoredRecord record) => EachKey(type, record, type.Records.Claim);

    public void ReleaseKeys(ObjectTypeDefinition type, StoredRecord record) => EachKey(type, record, type.Records.Release);

    /// <summary>Every slot and value under which nobody else may be: unique properties, and a contact's further addresses beside its first.</summary>
    private static void EachKey(ObjectTypeDefinition type, StoredRecord record, Action<int, string, StoredRecord> act)
    {
        foreach (var value in record.Values)
        {
            var property = type.Properties[value.Slot];
            if (property.Unique) act(value.Slot, value.Value, record);
            else if (property.Name == "hs_additional_emails" && type.EmailProperty is { } email)
                foreach (var address in value.Value.Split(';')) act(type.Properties.Require(email).Slot, address, record);
        }
    }

    private static bool MovesKeys(RecordDraft draft)
    {
        foreach (var slot in draft.Touched)
            if (draft.Type.Properties[slot] is var property && (property.Unique || property.Name == "hs_additional_emails") && draft[slot] != draft.Record!.Get(slot)) return true;
        return false;
    }

    private void Unblock(RecordDraft draft)
    {
        if (draft.Type.EmailProperty is { } email && draft[email] is { } address) portal.Blocklist.Remove(address);
    }

    private static void Set(RecordDraft draft, string name, string value, long atMs, List<ValueFault> faults)
    {
        if (draft.Type.Properties.Find(name) is not { } property)
        {
            faults.Add(new(name, "PROPERTY_DOESNT_EXIST", $"Property \"{name}\" does not exist"));
            return;
        }
        if (property.System == SystemValue.CreatedAt && draft is { Record: null, Type.EmailProperty: not null } && ValueRules.TryMoment(value, out var created))
        {
            draft.CreatedMs = created;
            return;
        }
        if (property.ReadOnly)
        {
            faults.Add(new(name, "READ_ONLY_VALUE", $"\"{name}\" is a read only property; its value cannot be set."));
            return;
        }
        var current = draft[property.Slot];
        if (value.Length == 0)
        {
            draft[property.Slot] = null;
            return;
        }
        if (property.Rules.Count > 0 && property.Rules.Any(rule => rule.Normalises)) value = value.Trim();
        var kept = ValueRules.Normalise(draft.Type, property, value, current, out var fault);
        if (fault is null && property.Rules.Count > 0) fault = BrokenRule(property, kept!, atMs);
        if (fault is not null) faults.Add(fault);
        else if (!ValueRules.MovesBackward(property, kept!, current)) draft[property.Slot] = kept;
        if (fault is null && draft.Type.Singular == "line_item" && name == "price" && draft.Number("price") < 0)
            faults.Add(new(name, "INVALID_NUMBER", $"{value} is below the smallest allowed value of 0."));
    }

    private static ValueFault? BrokenRule(PropertyDefinition property, string value, long atMs) =>
        property.Rules.Select(rule => (rule.Kind, Why: rule.Refuses(value, atMs))).FirstOrDefault(rule => rule.Why is not null) is { Why: { } why } broken
            ? new(property.Name, $"{broken.Kind}_VALIDATION_RULE", $"The value of \"{property.Name}\" {why}.")
            : null;

    private static void CheckRequired(RecordDraft draft)
    {
        var type = draft.Type;
        if (type.NeedsOneOf.Count > 0 && type.NeedsOneOf.All(name => draft[name] is null)) throw CrmErrors.RequiredMissing(type, type.NeedsOneOf);
        var missing = type.Needs.Where(name => draft[name] is null).ToArray();
        if (missing.Length > 0) throw CrmErrors.RequiredMissing(type, missing);
    }

    private static void CheckUnique(RecordDraft draft, List<ValueFault> faults)
    {
        foreach (var slot in draft.Touched)
        {
            var property = draft.Type.Properties[slot];
            if (draft[slot] is not { } value) continue;
            if (property.Name == "hs_additional_emails" && draft.Type.EmailProperty is { } email)
            {
                foreach (var address in value.Split(';'))
                    RefuseHeld(draft, draft.Type.Properties.Require(email), address, faults);
                continue;
            }
            if (property.Unique) RefuseHeld(draft, property, value, faults);
        }
    }

    private static void RefuseHeld(RecordDraft draft, PropertyDefinition property, string value, List<ValueFault> faults)
    {
        if (draft.Type.Records.FindUnique(property.Slot, value) is not { } holder || holder == draft.Record) return;
        if (property.Name == draft.Type.EmailProperty) throw CrmErrors.ContactExists(holder.Id);
        var own = draft.Record is null ? "null" : draft.Record.Id.ToString(CultureInfo.InvariantCulture);
        faults.Add(new(property.Name, "CONFLICTING_UNIQUE_VALUE", string.Create(CultureInfo.InvariantCulture,
            $"Cannot set PropertyValueCoordinates{{objectTypeId={draft.Type.Id}, propertyName={property.Name}, value={value}}} on {own}. {holder.Id} already has that value.")));
    }

    private static List<ValueChange> Differences(StoredRecord record, RecordDraft draft)
    {
        var changes = new List<ValueChange>();
        foreach (var slot in draft.Touched)
            if (record.Get(slot) is var before && before != draft[slot]) changes.Add(new ValueChange(draft.Type.Properties[slot], before, draft[slot]));
        return changes;
    }

    /// <summary>What an app does by the API is called integration in values; everything else keeps its name.</summary>
    private int SourceOf(Caller caller)
    {
        var from = (portal.Changes.Source, caller.AppId, caller.UserId);
        if (from == lastFrom) return lastSource;
        lastFrom = from;
        return lastSource = portal.Sources.Of(portal.Changes.Source == "API"
            ? new WriteSource("INTEGRATION", caller.AppId.ToString(CultureInfo.InvariantCulture), caller.UserId)
            : new WriteSource(portal.Changes.Source, "", caller.UserId));
    }

    private void KeepPast(StoredRecord record, RecordDraft draft, long atMs)
    {
        foreach (var slot in draft.Touched)
            if (record.Whole(slot) is { } past && past.Value != draft[slot])
            {
                var history = record.History ??= [];
                history.Add(new PastValue(slot, past.Value, past.AtMs, past.Source));
                if (history.Count > PastValuesKept) history.RemoveAt(0);
            }
        record.Older = portal.SearchLag > TimeSpan.Zero
            ? new RecordVersion(record.Values, record.UpdatedMs, atMs, Recent(record.Older, atMs - (long)portal.SearchLag.TotalMilliseconds))
            : null;
    }

    private const int PastValuesKept = 100;

    // A version replaced before the horizon can be seen by no search any more.
    private static RecordVersion? Recent(RecordVersion? version, long horizonMs) =>
        version is null || version.ReplacedMs <= horizonMs ? null : version with { Older = Recent(version.Older, horizonMs) };
}
