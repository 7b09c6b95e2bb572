using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>The pipelines of one object type.</summary>
internal sealed class PipelineStore
{
    private readonly List<Pipeline> pipelines = [];

    /// <summary>Live pipelines in display order.</summary>
    public IEnumerable<Pipeline> All => pipelines.Where(pipeline => pipeline.ArchivedMs == 0).OrderBy(pipeline => pipeline.DisplayOrder);
    public IReadOnlyList<Pipeline> EvenArchived => pipelines;
    public Pipeline? First => All.FirstOrDefault();

    public Pipeline? Find(string id) => pipelines.Find(pipeline => pipeline.Id == id && pipeline.ArchivedMs == 0);

    public (Pipeline Pipeline, PipelineStage Stage)? FindStage(string stageId)
    {
        foreach (var pipeline in pipelines)
            if (pipeline.ArchivedMs == 0 && pipeline.FindStage(stageId) is { } stage) return (pipeline, stage);
        return null;
    }

    public void Add(Pipeline pipeline) => pipelines.Add(pipeline);
    public void Clear() => pipelines.Clear();
}

internal sealed class Pipeline(string id)
{
    public string Id { get; } = id;
    public string Label { get; set; } = "";
    public int DisplayOrder { get; set; }
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }
    public long ArchivedMs { get; set; }
    public List<PipelineStage> Stages { get; } = [];
    public IEnumerable<PipelineStage> LiveStages => Stages.Where(stage => stage.ArchivedMs == 0).OrderBy(stage => stage.DisplayOrder);

    public PipelineStage? FindStage(string id) => Stages.Find(stage => stage.Id == id && stage.ArchivedMs == 0);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("label", Label);
        json.WriteNumber("displayOrder", DisplayOrder);
        json.WriteString("id", Id);
        json.WriteStartArray("stages");
        foreach (var stage in LiveStages) stage.Write(json);
        json.WriteEndArray();
        json.WriteTime("createdAt", CreatedMs);
        if (ArchivedMs != 0) json.WriteTime("archivedAt", ArchivedMs);
        json.WriteTime("updatedAt", UpdatedMs);
        json.WriteBoolean("archived", ArchivedMs != 0);
        json.WriteEndObject();
    }
}

internal sealed class PipelineStage(string id)
{
    public string Id { get; } = id;
    public string Label { get; set; } = "";
    public int DisplayOrder { get; set; }
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }
    public long ArchivedMs { get; set; }

    /// <summary>Orders say it with a state, deals with a flag.</summary>
    public bool IsClosed => Metadata.GetValueOrDefault("state") == "CLOSED" || Metadata.GetValueOrDefault("isClosed") == "true";

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("label", Label);
        json.WriteNumber("displayOrder", DisplayOrder);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in Metadata) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("id", Id);
        json.WriteTime("createdAt", CreatedMs);
        if (ArchivedMs != 0) json.WriteTime("archivedAt", ArchivedMs);
        json.WriteTime("updatedAt", UpdatedMs);
        json.WriteBoolean("archived", ArchivedMs != 0);
        json.WriteString("writePermissions", "CRM_PERMISSIONS_ENFORCEMENT");
        json.WriteEndObject();
    }
}
