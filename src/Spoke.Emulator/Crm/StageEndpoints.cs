using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

internal static class StageEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 3) => JsonReply.Results(pipeline.LiveStages, static (json, stage) => stage.Write(json)),
        ("POST", 3) => Create(call, type, pipeline),
        ("GET", 5) when call.Rest[4] == "audit" => PipelineAudit.Of(call, "PIPELINE_STAGE", type, Require(pipeline, call.Rest[3]).Id),
        ("GET", 4) => One(200, Require(pipeline, call.Rest[3]), changed: false),
        ("PATCH", 4) => Update(call, type, pipeline, Require(pipeline, call.Rest[3]), replace: false),
        ("PUT", 4) => Update(call, type, pipeline, Require(pipeline, call.Rest[3]), replace: true),
        ("DELETE", 4) => Archive(call, type, pipeline, Require(pipeline, call.Rest[3])),
        _ => null,
    };

    public static PipelineStage Read(CrmCall call, ObjectTypeDefinition type, JsonElement input)
    {
        var label = input.RequiredText("PipelineStageInput", "label");
        var id = input.Text("stageId") ?? call.Portal.NextPartId().ToString(CultureInfo.InvariantCulture);
        if (type.Pipelines.FindStage(id) is not null) throw PipelineErrors.IdTaken("stage", id);
        return new PipelineStage(id)
        {
            Label = label,
            DisplayOrder = input.Int("displayOrder") ?? 0,
            Metadata = Metadata(type, input, null),
            CreatedMs = call.AtMs,
            UpdatedMs = call.AtMs,
        };
    }

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline)
    {
        var stage = Read(call, type, call.BodyObject);
        RefuseTaken(pipeline, stage.Label, null);
        pipeline.Stages.Add(stage);
        pipeline.UpdatedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE_STAGE", type, "CREATE", stage.Id);
        return One(201, stage, changed: true);
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline, PipelineStage stage, bool replace)
    {
        var label = replace ? call.BodyObject.RequiredText("PipelineStageReplaceInput", "label") : call.BodyObject.Text("label") ?? stage.Label;
        RefuseTaken(pipeline, label, stage);
        var order = call.Body.Int("displayOrder") ?? stage.DisplayOrder;
        stage.Metadata = Metadata(type, call.Body, replace ? null : stage.Metadata);
        stage.Label = label;
        stage.DisplayOrder = order;
        stage.UpdatedMs = pipeline.UpdatedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE_STAGE", type, "UPDATE", stage.Id);
        return One(200, stage, changed: true);
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline, PipelineStage stage)
    {
        PipelineErrors.RefuseUsed(call, type, pipeline, stage);
        stage.ArchivedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE_STAGE", type, "DELETE", stage.Id);
        return JsonReply.Empty(changed: true);
    }

    private static Dictionary<string, string> Metadata(ObjectTypeDefinition type, JsonElement input, IReadOnlyDictionary<string, string>? current)
    {
        var metadata = current is null ? [] : new Dictionary<string, string>(current);
        if (input.ValueKind == JsonValueKind.Object && input.TryGetProperty("metadata", out var given) && given.ValueKind == JsonValueKind.Object)
            foreach (var member in given.EnumerateObject())
                if (member.Value.AsText() is { } text) metadata[member.Name] = text;
        switch (type.Singular)
        {
            case "deal":
                if (!metadata.TryGetValue("probability", out var probability)) throw CrmErrors.MissingField("PipelineStageInput", "metadata.probability");
                if (!decimal.TryParse(probability, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || share is < 0 or > 1)
                    throw CrmErrors.Bad("probability must be between 0.0 and 1.0", "probability", probability);
                metadata["isClosed"] = share is 0 or 1 ? "true" : "false";
                break;
            case "ticket":
                metadata.TryAdd("ticketState", "OPEN");
                break;
            case "order":
                metadata.TryAdd("state", "OPEN");
                break;
        }
        return metadata;
    }

    private static void RefuseTaken(Pipeline pipeline, string label, PipelineStage? self)
    {
        if (pipeline.LiveStages.Any(stage => stage != self && stage.Label == label)) throw PipelineErrors.LabelTaken("stage", label);
    }

    private static PipelineStage Require(Pipeline pipeline, string id) => pipeline.FindStage(id) ?? throw PipelineErrors.NotFound("Pipeline stage", id);

    private static EmulatorReply One(int status, PipelineStage stage, bool changed) =>
        JsonReply.Write(status, stage, static (json, stage) => stage.Write(json), changed);
}
