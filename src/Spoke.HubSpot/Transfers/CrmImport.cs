using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Where an import stands.</summary>
public sealed record CrmImport
{
    /// <summary>HubSpot's id.</summary>
    public required string Id { get; init; }

    /// <summary><c>STARTED</c>, <c>PROCESSING</c>, <c>DONE</c>, <c>FAILED</c>, <c>CANCELED</c>, <c>DEFERRED</c> (waits behind others) or <c>REVERTED</c>.</summary>
    public required string State { get; init; }

    /// <summary>What people see in HubSpot.</summary>
    public string? Name { get; init; }

    /// <summary>HubSpot's counters, such as <c>TOTAL_ROWS</c>, <c>CREATED_OBJECTS</c>, <c>UPDATED_OBJECTS</c>, <c>ERRORS</c>; they fill up as it goes on.</summary>
    public IReadOnlyDictionary<string, int> Counters { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, int>.Empty;

    /// <summary>Id of the list made of its contacts, where one was asked for and is there.</summary>
    public string? ListId { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Nothing more will happen.</summary>
    public bool HasEnded => State is "DONE" or "FAILED" or "CANCELED" or "REVERTED";

    /// <summary>It came to its end. Single rows may still have failed: see <see cref="Errors"/>.</summary>
    public bool IsDone => State == "DONE";

    /// <summary>Records made.</summary>
    public int Created => Counters.GetValueOrDefault("CREATED_OBJECTS");

    /// <summary>Records changed.</summary>
    public int Updated => Counters.GetValueOrDefault("UPDATED_OBJECTS");

    /// <summary>Rows and values that failed; <see cref="CrmImports.ListErrorsAsync"/> tells which.</summary>
    public int Errors => Counters.GetValueOrDefault("ERRORS");

    internal static CrmImport Read(JsonElement root)
    {
        var metadata = root.TryGetProperty("metadata", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new CrmImport
        {
            Id = CrmJson.Text(root, "id") ?? "",
            State = CrmJson.Text(root, "state") ?? "",
            Name = CrmJson.Text(root, "importName"),
            Counters = Counted(metadata),
            ListId = metadata.ValueKind == JsonValueKind.Object ? CrmJson.Items(metadata, "objectLists").Select(list => CrmJson.Text(list, "listId")).FirstOrDefault() : null,
            CreatedAt = CrmJson.Time(root, "createdAt"),
            UpdatedAt = CrmJson.Time(root, "updatedAt"),
        };
    }

    private static Dictionary<string, int> Counted(JsonElement metadata)
    {
        var all = new Dictionary<string, int>(StringComparer.Ordinal);
        if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty("counters", out var counters) || counters.ValueKind != JsonValueKind.Object) return all;
        foreach (var counter in counters.EnumerateObject())
            if (counter.Value.ValueKind == JsonValueKind.Number && counter.Value.TryGetInt32(out var count)) all[counter.Name] = count;
        return all;
    }
}

/// <summary>What went wrong with one row or value of an import.</summary>
/// <param name="Type">HubSpot's word, such as <c>INVALID_EMAIL</c> or <c>INVALID_ENUMERATION_OPTION</c>.</param>
/// <param name="Message">HubSpot's sentence, where it gives one.</param>
/// <param name="Line">Line of the file, the heading being 1; 0 when it is about the whole file.</param>
/// <param name="InvalidValue">The value it stumbled over.</param>
/// <param name="Row">The row's values in the file's order.</param>
/// <param name="ObjectTypeId">Which type of record it was about, such as <c>0-1</c>.</param>
public sealed record ImportError(string Type, string? Message, int Line, string? InvalidValue, IReadOnlyList<string> Row, string? ObjectTypeId)
{
    internal static ImportError Read(JsonElement root)
    {
        var source = root.TryGetProperty("sourceData", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var known = source.ValueKind == JsonValueKind.Object;
        return new(CrmJson.Text(root, "errorType") ?? "", CrmJson.Text(root, "errorMessage"), known ? CrmJson.Int(source, "lineNumber") : 0,
            CrmJson.Text(root, "invalidValue"), known ? CrmJson.Strings(source, "rowData") : [], CrmJson.Text(root, "objectTypeId"));
    }
}
