using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>What an export does beyond the usual.</summary>
public sealed record ExportOptions
{
    /// <summary>Only the members of this list; null: all records of the type.</summary>
    public string? ListId { get; init; }

    /// <summary>Headings and options by their labels, as people see them; false: by internal names, as programs want them.</summary>
    public bool UseLabels { get; init; }

    /// <summary>Types whose associated records' ids get a column of their own.</summary>
    public IReadOnlyList<ObjectType> Associated { get; init; } = [];

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The list's id is empty.</exception>
    public void Validate()
    {
        if (ListId is not null && string.IsNullOrWhiteSpace(ListId)) throw new ArgumentException("ExportOptions.ListId is empty: give a list's id, or leave it null for all records.");
    }

    internal void Write(Utf8JsonWriter json, string name, ObjectType type, IReadOnlyList<string> properties)
    {
        json.WriteString("exportType", ListId is null ? "VIEW" : "LIST");
        if (ListId is not null) json.WriteString("listId", ListId);
        json.WriteString("exportName", name);
        json.WriteString("format", "CSV");
        json.WriteString("language", "EN");
        json.WriteString("objectType", type.Id);
        CrmJson.WriteStrings(json, "objectProperties", properties);
        CrmJson.WriteStrings(json, "associatedObjectType", Associated.Select(other => other.Id));
        CrmJson.WriteStrings(json, "exportInternalValuesOptions", UseLabels ? [] : ["NAMES", "VALUES"]);
        json.WriteBoolean("includeLabeledAssociations", false);
        json.WriteBoolean("includePrimaryDisplayPropertyForAssociatedObjects", false);
        json.WriteBoolean("overrideAssociatedObjectsPerDefinitionPerRowLimit", false);
    }
}

/// <summary>Where an export stands.</summary>
/// <param name="Status"><c>PENDING</c>, <c>PROCESSING</c>, <c>COMPLETE</c> or <c>CANCELED</c>.</param>
/// <param name="Url">Where the file is, once complete. Good for about five minutes and for anybody who has it; every question gives a new one.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="CompletedAt">When it ended; null while it hasn't.</param>
public sealed record ExportStatus(string Status, Uri? Url, DateTimeOffset? RequestedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>Nothing more will happen.</summary>
    public bool HasEnded => Status is "COMPLETE" or "CANCELED";

    /// <summary>The file is there.</summary>
    public bool IsComplete => Status == "COMPLETE";

    internal static ExportStatus Read(JsonElement root)
    {
        var status = CrmJson.Text(root, "status") ?? "";
        // HubSpot gives a time of completion before there is one.
        return new(status, Uri.TryCreate(CrmJson.Text(root, "result"), UriKind.Absolute, out var url) ? url : null, CrmJson.Moment(root, "requestedAt"), status is "COMPLETE" or "CANCELED" ? CrmJson.Moment(root, "completedAt") : null);
    }
}
