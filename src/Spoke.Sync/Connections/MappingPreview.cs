using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.HubSpot;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Connections;

/// <summary>What a connection's own mapping makes of records of the ledger; the JSON of <c>spoke mapping preview --json</c>.</summary>
/// <param name="Problems">Of the mapping and the portal as a whole.</param>
/// <param name="Records">Newest first; none before the first pass.</param>
public sealed record MappingPreview(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("problems")] IReadOnlyList<string> Problems,
    [property: JsonPropertyName("records")] IReadOnlyList<PreviewedRecord> Records);

/// <summary>A record with its mapped properties.</summary>
public sealed record PreviewedRecord(
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("recordId")] string? RecordId,
    [property: JsonPropertyName("properties")] IReadOnlyList<PreviewedProperty> Properties);

/// <summary>One mapped property.</summary>
/// <param name="Template">Null: the mapping takes the property away.</param>
/// <param name="Now">What HubSpot has, as far as we know; null: nothing.</param>
/// <param name="Then">What it would have; null: nothing.</param>
/// <param name="Problem">Why the template fails, or why HubSpot would refuse the value.</param>
public sealed record PreviewedProperty(
    [property: JsonPropertyName("property")] string Property,
    [property: JsonPropertyName("template")] string? Template,
    [property: JsonPropertyName("now")] string? Now,
    [property: JsonPropertyName("then")] string? Then,
    [property: JsonPropertyName("problem")] string? Problem);

/// <summary>Shows a mapping on real records. Writes nothing, neither to HubSpot nor to the database.</summary>
public sealed class MappingPreviewer(SyncDatabase database, Connection connection)
{
    /// <param name="object">One object; null: all that have entries of their own.</param>
    /// <param name="count">Records of each object.</param>
    public async Task<MappingPreview> ReadAsync(string? @object, int count, CancellationToken cancellationToken)
    {
        var (stages, problems, properties) = await PortalAsync(cancellationToken).ConfigureAwait(false);
        var examples = new MappingExamples(database, connection, DesiredReader.Of(database.Dialect, connection, stages), properties);
        var records = new List<PreviewedRecord>();
        foreach (var each in connection.Mapping.Objects.Where(each => @object is null || each == @object))
            foreach (var example in await examples.ReadAsync(each, count, newest: true, cancellationToken).ConfigureAwait(false))
                records.Add(Shown(each, example, examples));
        return new MappingPreview(connection.Name, problems, records);
    }

    private PreviewedRecord Shown(string @object, MappingExample example, MappingExamples examples)
    {
        var shadow = example.Row.Shadow is null ? [] : JsonSerializer.Deserialize(example.Row.Shadow, LedgerJson.Default.DictionaryStringString)!;
        return new PreviewedRecord(@object, example.Row.Record_Key, example.Desired.Title, example.Row.Record_Id,
        [
            .. connection.Mapping.Entries(@object).Select(entry =>
            {
                var then = example.Desired.Properties.GetValueOrDefault(entry.Property);
                var problem = example.Desired.Unrendered.TryGetValue(entry.Property, out var failed) ? failed + "; the property stays as it is"
                    : then is not null && examples.Misfit(@object, entry.Property, then) is { } wants ? $"the property takes {wants}" : null;
                return new PreviewedProperty(entry.Property, entry.Template, shadow.GetValueOrDefault(entry.Property), then, problem);
            }),
        ]);
    }

    private async Task<(StageMap Stages, IReadOnlyList<string> Problems, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CrmProperty>> Properties)> PortalAsync(CancellationToken cancellationToken)
    {
        try
        {
            var look = await new PortalPreparation(database, connection).LookAsync(cancellationToken).ConfigureAwait(false);
            return (look.Stages, look.Mapping, look.Properties);
        }
        catch (HubSpotException unasked)
        {
            var stages = StageMap.FromText(await database.ReadAsync(db => Cursors.Get(db, connection.Name, StageMap.Name), cancellationToken).ConfigureAwait(false));
            return (stages, ["HubSpot could not be asked whether the properties are there: " + unasked.Message], new Dictionary<string, IReadOnlyDictionary<string, CrmProperty>>());
        }
    }
}
