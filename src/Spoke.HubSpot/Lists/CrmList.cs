using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>How a list comes by its members. Known kinds are members; HubSpot may know others.</summary>
/// <param name="Name">HubSpot's word.</param>
public readonly record struct ListKind(string Name)
{
    /// <summary>Members are added and removed one by one; no filter.</summary>
    public static ListKind Manual { get; } = new("MANUAL");

    /// <summary>Whoever meets the filter is a member, as records change.</summary>
    public static ListKind Dynamic { get; } = new("DYNAMIC");

    /// <summary>Whoever met the filter when the list was made; by hand from then on.</summary>
    public static ListKind Snapshot { get; } = new("SNAPSHOT");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A list (HubSpot's pages call it a segment).</summary>
public sealed record CrmList
{
    /// <summary>HubSpot's id.</summary>
    public required string Id { get; init; }

    /// <summary>What people see; unique among the account's lists.</summary>
    public required string Name { get; init; }

    /// <summary>How it comes by its members.</summary>
    public required ListKind Kind { get; init; }

    /// <summary>Type of its members by id, such as <c>0-1</c> for contacts.</summary>
    public required string ObjectTypeId { get; init; }

    /// <summary>Rises with every change of the filter.</summary>
    public int Version { get; init; }

    /// <summary>How many members it has; null when HubSpot did not say.</summary>
    public long? Size { get; init; }

    /// <summary>Where filling it stands, such as <c>COMPLETE</c> or <c>PROCESSING</c>.</summary>
    public string? ProcessingStatus { get; init; }

    /// <summary>Its filter as JSON, where it was asked for and the list has one.</summary>
    public ListFilter? Filter { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal static CrmList Read(JsonElement item) => new()
    {
        Id = CrmJson.Text(item, "listId") ?? "",
        Name = CrmJson.Text(item, "name") ?? "",
        Kind = new ListKind(CrmJson.Text(item, "processingType") ?? ""),
        ObjectTypeId = CrmJson.Text(item, "objectTypeId") ?? "",
        Version = CrmJson.Int(item, "listVersion"),
        Size = SizeOf(item),
        ProcessingStatus = CrmJson.Text(item, "processingStatus"),
        Filter = item.TryGetProperty("filterBranch", out var branch) && branch.ValueKind == JsonValueKind.Object ? ListFilter.FromJson(branch.GetRawText()) : null,
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
    };

    // A search gives the size among the properties asked for, as text.
    private static long? SizeOf(JsonElement item)
    {
        var text = CrmJson.Text(item, "size") ?? (item.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.Object ? CrmJson.Text(more, "hs_list_size") : null);
        return long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var size) ? size : null;
    }
}

/// <summary>A list to be made.</summary>
/// <param name="Name">What people see: 1 to 200 characters, not taken by another list.</param>
/// <param name="Type">Type of its members.</param>
/// <param name="Kind">How it comes by its members.</param>
public sealed record ListInput(string Name, ObjectType Type, ListKind Kind)
{
    /// <summary>Who belongs on it; demanded for <see cref="ListKind.Dynamic"/> and <see cref="ListKind.Snapshot"/>, refused for <see cref="ListKind.Manual"/>.</summary>
    public ListFilter? Filter { get; init; }
}

/// <summary>A member of a list.</summary>
/// <param name="Id">The record.</param>
/// <param name="JoinedAt">When it joined.</param>
public sealed record ListMember(RecordId Id, DateTimeOffset JoinedAt);

/// <summary>What a change by hand did.</summary>
/// <param name="Added">Records that were not on the list and are now.</param>
/// <param name="Removed">Records that were on the list and are no longer.</param>
/// <param name="Missing">Ids that are no live record of the list's type.</param>
public sealed record ListChange(IReadOnlyList<RecordId> Added, IReadOnlyList<RecordId> Removed, IReadOnlyList<RecordId> Missing);

/// <summary>Which lists to find.</summary>
public sealed record ListQuery
{
    /// <summary>A part of the name; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>Kinds wanted; empty for all.</summary>
    public IReadOnlyList<ListKind> Kinds { get; init; } = [];

    /// <summary>Type of members; null for any.</summary>
    public ObjectType? Type { get; init; }
}
