using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>One kind of association in one direction.</summary>
internal sealed class AssociationType(int id, string category, ObjectTypeDefinition from, ObjectTypeDefinition to)
{
    public const string HubSpotDefined = "HUBSPOT_DEFINED";
    public const string UserDefined = "USER_DEFINED";

    public int Id { get; } = id;
    public string Category { get; } = category;
    public ObjectTypeDefinition From { get; } = from;
    public ObjectTypeDefinition To { get; } = to;
    public string? Label { get; set; }

    /// <summary>The name v3 paths and answers use.</summary>
    public string Name { get; init; } = "";

    /// <summary>The same fact seen from the other record.</summary>
    public AssociationType Inverse { get; set; } = null!;

    /// <summary>Every associated pair has this one; taking it away takes all away.</summary>
    public bool Unlabelled { get; init; }

    /// <summary>The primary company of a record, or a lead's primary contact; seen from either side.</summary>
    public bool Primary { get; init; }

    /// <summary>The record it starts from has it at most once: the side of a primary type that holds it.</summary>
    public bool OnePerRecord { get; init; }

    public void Write(Utf8JsonWriter json, string idName = "typeId")
    {
        json.WriteStartObject();
        json.WriteString("category", Category);
        json.WriteNumber(idName, Id);
        json.WriteString("label", Label);
        json.WriteEndObject();
    }
}
