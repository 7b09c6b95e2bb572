using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

internal enum ChangeKind { Created, Updated, Archived, Restored, Merged, PrivacyDeleted, Associated, Dissociated }

/// <summary>Something that happened to a record, told to the portal's areas after the call that did it, under the same lock.</summary>
/// <param name="Source">Who did it, in HubSpot's words: API, IMPORT, AUTOMATION_PLATFORM, FORM, …</param>
internal sealed record RecordChange(ChangeKind Kind, ObjectTypeDefinition Type, StoredRecord Record, long AtMs, Caller Caller, string Source)
{
    /// <summary>What the values became; at a creation all of them.</summary>
    public IReadOnlyList<ValueChange> Values { get; init; } = [];

    /// <summary>Kind of the association that came or went, seen from the record.</summary>
    public AssociationType? Association { get; init; }

    /// <summary>Id of the record at the association's other end.</summary>
    public long OtherId { get; init; }

    /// <summary>The record that kept its name in a merge, and the other one.</summary>
    public IReadOnlyList<long> MergedIds { get; init; } = [];
}

/// <summary>One property that got another value; null is no value.</summary>
internal readonly record struct ValueChange(PropertyDefinition Property, string? Before, string? After);
