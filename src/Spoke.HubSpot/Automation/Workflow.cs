using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A workflow.</summary>
/// <param name="Id">The flow's id.</param>
/// <param name="Name">What people see; may be null.</param>
/// <param name="IsEnabled">Records are enrolled and its actions carried out.</param>
/// <param name="ObjectTypeId">Type of the records it enrolls, such as <c>0-1</c>.</param>
/// <param name="RevisionId">Rises with every change; HubSpot refuses a change made to an older one.</param>
/// <param name="Json">The whole definition as HubSpot gave it; from a list only its head, without actions.</param>
public sealed record Workflow(string Id, string? Name, bool IsEnabled, string? ObjectTypeId, string RevisionId, string Json)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal static Workflow Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name"), CrmJson.Bool(item, "isEnabled"), CrmJson.Text(item, "objectTypeId"), CrmJson.Text(item, "revisionId") ?? "", item.GetRawText())
    {
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
    };
}
