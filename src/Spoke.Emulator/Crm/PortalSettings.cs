using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>What a HubSpot account's own settings pages decide about records, and the limits of its subscription. Changed by <c>PUT /_emulator/account</c>.</summary>
internal sealed class PortalSettings
{
    /// <summary>A contact gets the company of its address's domain, made if need be. HubSpot's new accounts have it on; here a test asks for it.</summary>
    public bool CompaniesFromDomain { get; set; }

    /// <summary>The survivor of a merge keeps the primary record's id, as accounts in that beta have it; else it is a new record.</summary>
    public bool MergeKeepsPrimaryId { get; set; }

    /// <summary>Properties users may add per object type.</summary>
    public int MostCustomProperties { get; set; } = 1_000;

    public int MostCustomObjects { get; set; } = 10;

    /// <summary>Records one record may be associated with per other type.</summary>
    public int MostAssociations { get; set; } = 50_000;

    /// <summary>Labels per pair of types.</summary>
    public int MostLabels { get; set; } = 50;

    public int MostPipelines { get; set; } = 100;

    /// <summary>Live records of one type.</summary>
    public int MostRecords { get; set; } = 15_000_000;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("companiesFromDomain", CompaniesFromDomain);
        json.WriteBoolean("mergeKeepsPrimaryId", MergeKeepsPrimaryId);
        json.WriteNumber("mostCustomProperties", MostCustomProperties);
        json.WriteNumber("mostCustomObjects", MostCustomObjects);
        json.WriteNumber("mostAssociations", MostAssociations);
        json.WriteNumber("mostLabels", MostLabels);
        json.WriteNumber("mostPipelines", MostPipelines);
        json.WriteNumber("mostRecords", MostRecords);
        json.WriteEndObject();
    }

    /// <summary>Takes over the members that are there.</summary>
    /// <exception cref="CrmRefusal">A member is unknown, or a limit is no whole number.</exception>
    public void Read(JsonElement input)
    {
        foreach (var member in input.EnumerateObject())
            switch (member.Name)
            {
                case "companiesFromDomain": CompaniesFromDomain = Flag(member); break;
                case "mergeKeepsPrimaryId": MergeKeepsPrimaryId = Flag(member); break;
                case "mostCustomProperties": MostCustomProperties = Limit(member); break;
                case "mostCustomObjects": MostCustomObjects = Limit(member); break;
                case "mostAssociations": MostAssociations = Limit(member); break;
                case "mostLabels": MostLabels = Limit(member); break;
                case "mostPipelines": MostPipelines = Limit(member); break;
                case "mostRecords": MostRecords = Limit(member); break;
                default: throw CrmErrors.Bad($"There is no setting {member.Name}. There are: companiesFromDomain, mergeKeepsPrimaryId, mostCustomProperties, mostCustomObjects, mostAssociations, mostLabels, mostPipelines, mostRecords.");
            }
    }

    private static bool Flag(JsonProperty member) => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? member.Value.GetBoolean() : throw CrmErrors.WrongShape(member.Name, "true or false");

    private static int Limit(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var limit) && limit >= 0
        ? limit : throw CrmErrors.WrongShape(member.Name, "a whole number from 0 on");
}
