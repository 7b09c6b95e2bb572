using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A pipeline with its stages in order.</summary>
/// <param name="Id">HubSpot's id, given as text in a record's pipeline property.</param>
/// <param name="Label">What people see; unique among the type's pipelines.</param>
/// <param name="Stages">Live stages by display order.</param>
public sealed record CrmPipeline(string Id, string Label, IReadOnlyList<CrmPipelineStage> Stages);

/// <summary>A stage of a pipeline.</summary>
/// <param name="Id">HubSpot's id, given as text in a record's stage property; unique over all pipelines of the type.</param>
/// <param name="Label">What people see; unique within the pipeline.</param>
/// <param name="DisplayOrder">Lowest first.</param>
public sealed record CrmPipelineStage(string Id, string Label, int DisplayOrder)
{
    /// <summary>What the stage means: <c>probability</c> for deals, <c>ticketState</c> for tickets.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A stage to be made or changed.</summary>
/// <param name="Label">What people see.</param>
public sealed record StageInput(string Label)
{
    /// <summary>Lowest first; null: in the order given, or unchanged.</summary>
    public int? DisplayOrder { get; init; }

    /// <summary>What the stage means. Deals demand <c>probability</c> (0.0 to 1.0), tickets take <c>ticketState</c> (<c>OPEN</c>, <c>CLOSED</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>A stage of that label and nothing else.</summary>
    public static implicit operator StageInput(string label) => new(label);
}

/// <summary>
/// Pipelines and their stages. Reading needs the object's read scope or <c>crm.schemas.{object}.read</c>, writing <c>crm.schemas.{object}.write</c>.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmPipelines
{
    private readonly HubSpotClient _client;

    internal CrmPipelines(HubSpotClient client) => _client = client;

    /// <summary>All live pipelines of a type with their stages; one call.</summary>
    public async IAsyncEnumerable<CrmPipeline> ListAsync(ObjectType type, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var document = await AnswerAsync(new HubSpotRequest("GET", Root(type)), options, cancellationToken).ConfigureAwait(false);
        foreach (var item in CrmJson.Items(document.RootElement, "results")) yield return Read(item);
    }

    /// <summary>Makes a pipeline with its stages. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/> or <see cref="HubSpotErrorKind.Validation"/>: the label is taken, a stage is incomplete, or the account has no more pipelines to give.</exception>
    public async Task<CrmPipeline> CreateAsync(ObjectType type, string label, IReadOnlyList<StageInput> stages, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", Root(type))
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("label", label);
                json.WriteNumber("displayOrder", 1);
                json.WriteStartArray("stages");
                for (var i = 0; i < stages.Count; i++)
                {
                    json.WriteStartObject();
                    Write(json, stages[i], stages[i].DisplayOrder ?? i);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }),
        };
        using var document = await AnswerAsync(request, options, cancellationToken).ConfigureAwait(false);
        return Read(document.RootElement);
    }

    /// <summary>Changes what people see of a pipeline.</summary>
    public async Task<CrmPipeline> UpdateAsync(ObjectType type, string pipelineId, string label, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("PATCH", One(type, pipelineId)) { Body = CrmJson.Write(json => json.WriteString("label", label)) };
        using var document = await AnswerAsync(request, options, cancellationToken).ConfigureAwait(false);
        return Read(document.RootElement);
    }

    /// <summary>Archives a pipeline. The last one of a type, and one with records in it, are refused.</summary>
    public Task ArchiveAsync(ObjectType type, string pipelineId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", One(type, pipelineId)), options, cancellationToken);

    /// <summary>Adds a stage to a pipeline. Sent once only.</summary>
    public Task<CrmPipelineStage> CreateStageAsync(ObjectType type, string pipelineId, StageInput stage, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        StageAsync(new HubSpotRequest("POST", One(type, pipelineId) + "/stages") { Body = CrmJson.Write(json => Write(json, stage, stage.DisplayOrder ?? 0)) }, options, cancellationToken);

    /// <summary>Changes a stage's label, and its order and meaning where given.</summary>
    public Task<CrmPipelineStage> UpdateStageAsync(ObjectType type, string pipelineId, string stageId, StageInput stage, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        StageAsync(new HubSpotRequest("PATCH", Stage(type, pipelineId, stageId)) { Body = CrmJson.Write(json => Write(json, stage, stage.DisplayOrder)) }, options, cancellationToken);

    /// <summary>Archives a stage. One with records in it is refused.</summary>
    public Task ArchiveStageAsync(ObjectType type, string pipelineId, string stageId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", Stage(type, pipelineId, stageId)), options, cancellationToken);

    private string Root(ObjectType type) => CrmPaths.Pipelines(_client.Version, type);

    private string One(ObjectType type, string pipelineId) => $"{Root(type)}/{CrmPaths.Escape(pipelineId)}";

    private string Stage(ObjectType type, string pipelineId, string stageId) => $"{One(type, pipelineId)}/stages/{CrmPaths.Escape(stageId)}";

    private async Task<CrmPipelineStage> StageAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        using var document = await AnswerAsync(request, options, cancellationToken).ConfigureAwait(false);
        return ReadStage(document.RootElement);
    }

    private async Task<JsonDocument> AnswerAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken) =>
        CrmJson.Parse(await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false), request);

    private static void Write(Utf8JsonWriter json, StageInput stage, int? order)
    {
        json.WriteString("label", stage.Label);
        if (order is { } place) json.WriteNumber("displayOrder", place);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in stage.Metadata) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static CrmPipeline Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "label") ?? "",
        [.. CrmJson.Items(item, "stages").Where(stage => !CrmJson.Bool(stage, "archived")).Select(ReadStage).OrderBy(stage => stage.DisplayOrder)]);

    private static CrmPipelineStage ReadStage(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "label") ?? "", CrmJson.Int(item, "displayOrder"))
    {
        Metadata = item.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ToString(), StringComparer.Ordinal)
            : new Dictionary<string, string>(),
    };
}
