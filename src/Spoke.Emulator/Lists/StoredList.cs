using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>One list: its definition, its members, and when it next has to look at a record again because time passed.</summary>
internal sealed class StoredList(long id, ObjectTypeDefinition type)
{
    public const string Manual = "MANUAL";
    public const string Dynamic = "DYNAMIC";
    public const string Snapshot = "SNAPSHOT";
    private const int SizesKept = 1_000;

    private readonly SortedSet<(long DueMs, long Id)> due = [];
    private readonly Dictionary<long, long> dueOf = [];

    public long Id { get; } = id;
    public string IdText { get; } = id.ToString(CultureInfo.InvariantCulture);
    public ObjectTypeDefinition Type { get; } = type;
    public required string Name { get; set; }
    public required string Processing { get; set; }

    /// <summary>As it was given, with HubSpot's defaults filled in; null for a manual list.</summary>
    public JsonObject? FilterBranch { get; set; }
    public CompiledFilter? Filter { get; set; }
    public int Version { get; set; } = 1;
    public long FolderId { get; set; }
    public long LegacyId { get; init; }
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }
    public long FiltersUpdatedMs { get; set; }

    /// <summary>Zero while the list is alive.</summary>
    public long DeletedMs { get; set; }
    public long CreatedBy { get; init; }
    public long UpdatedBy { get; set; }
    public JsonObject? Permissions { get; init; }
    public JsonObject? Membership { get; init; }
    public ListMembers Members { get; } = new();
    public long LastAddedMs { get; set; }
    public long LastRemovedMs { get; set; }
    public List<long> Edits { get; } = [];
    public List<(long AtMs, long Size)> Sizes { get; } = [];

    /// <summary>The wish to become a static list, as it was given, and the moment it comes true.</summary>
    public JsonObject? Conversion { get; set; }
    public long ConversionMs { get; set; }
    public long ConvertedMs { get; set; }

    public bool Deleted => DeletedMs != 0;
    public bool IsDynamic => Processing == Dynamic && !Deleted;

    public long? NextDueMs
    {
        get
        {
            long? next = IsDynamic && due.Count > 0 ? due.Min.DueMs : null;
            return Conversion is not null && ConvertedMs == 0 && !Deleted && (next is null || ConversionMs < next) ? ConversionMs : next;
        }
    }

    public void Schedule(long recordId, long? atMs)
    {
        if (dueOf.Remove(recordId, out var before)) due.Remove((before, recordId));
        if (atMs is not { } moment) return;
        dueOf[recordId] = moment;
        due.Add((moment, recordId));
    }

    /// <summary>Takes the records away that are due by now.</summary>
    public IReadOnlyList<long> TakeDue(long nowMs)
    {
        List<long>? ids = null;
        while (due.Count > 0 && due.Min is var first && first.DueMs <= nowMs)
        {
            Schedule(first.Id, null);
            (ids ??= []).Add(first.Id);
        }
        return ids ?? [];
    }

    public void ClearSchedule()
    {
        due.Clear();
        dueOf.Clear();
    }

    public void NoteSize(long atMs)
    {
        if (Sizes.Count > 0 && Sizes[^1].AtMs == atMs) Sizes.RemoveAt(Sizes.Count - 1);
        if (Sizes.Count == SizesKept) Sizes.RemoveAt(0);
        Sizes.Add((atMs, Members.Count));
    }

    public void SaveSchedule(Utf8JsonWriter json)
    {
        json.WriteStartArray("due");
        foreach (var (dueMs, recordId) in due)
        {
            json.WriteNumberValue(recordId);
            json.WriteNumberValue(dueMs);
        }
        json.WriteEndArray();
    }

    public void LoadSchedule(JsonElement saved)
    {
        foreach (var pair in saved.GetProperty("due").EnumerateArray().Select(number => number.GetInt64()).Chunk(2)) Schedule(pair[0], pair[1]);
    }
}
