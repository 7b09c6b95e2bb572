using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A pipeline with its stages in order.</summary>
public sealed record CrmPipeline(string Id, string Label, IReadOnlyList<CrmPipelineStage> Stages);

/// <summary>A stage of a pipeline.</summary>
public sealed record CrmPipelineStage(string Id, string Label, int DisplayOrder);

/// <summary>Pipelines. Reading needs the object's read scope or <c>crm.schemas.{object}.read</c>.</summary>
public sealed class CrmPipelines
{
    private readonly HubSpotClient _client;

    internal CrmPipelines(HubSpotClient client) => _client = client;

    /// <summary>All pipelines of a type with their stages; one call.</summary>
    public async Task<IReadOnlyList<CrmPipeline>> ListAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Pipelines(_client.Version, type));
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(Read)];
    }

    /// <summary>Makes a pipeline with stages. Needs <c>crm.schemas.{object}.write</c>. Sent once only.</summary>
    public async Task<CrmPipeline> CreateAsync(ObjectType type, string label, IReadOnlyList<string> stageLabels, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", CrmPaths.Pipelines(_client.Version, type))
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("label", label);
                json.WriteNumber("displayOrder", 1);
                json.WriteStartArray("stages");
                for (var i = 0; i < stageLabels.Count; i++)
                {
                    json.WriteStartObject();
                    json.WriteString("label", stageLabels[i]);
                    json.WriteNumber("displayOrder", i);
                    json.WriteStartObject("metadata");
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }),
        };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return Read(document.RootElement);
    }

    private static CrmPipeline Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "label") ?? "",
        [.. CrmJson.Items(item, "stages").Select(s => new CrmPipelineStage(CrmJson.Text(s, "id") ?? "", CrmJson.Text(s, "label") ?? "", CrmJson.Int(s, "displayOrder"))).OrderBy(s => s.DisplayOrder)]);
}
