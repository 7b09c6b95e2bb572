using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Pipelines of an object type; their stages are in <see cref="StageEndpoints"/>.</summary>
internal static class PipelineEndpoints
{
    public static EmulatorReply? Handle(CrmCall call)
    {
        var rest = call.Rest;
        if (rest.Count == 0) return null;
        var type = call.Portal.Types.Find(rest[0]);
        if (rest is [_, var audited, "audit"]) return call.Method == "GET" ? PipelineAudit.Of(call, "PIPELINE", type, Require(type, audited).Id) : null;
        if (rest.Count > 2) return rest[2] == "stages" ? StageEndpoints.Handle(call, type, Require(type, rest[1])) : null;
        return (call.Method, rest.Count) switch
        {
            ("GET", 1) => JsonReply.Results(type.Pipelines.All, static (json, pipeline) => pipeline.Write(json)),
            ("POST", 1) => Create(call, type),
            ("GET", 2) => One(200, Require(type, rest[1]), changed: false),
            ("PATCH", 2) => Update(call, type, Require(type, rest[1])),
            ("PUT", 2) => Replace(call, type, Require(type, rest[1])),
            ("DELETE", 2) => Archive(call, type, Require(type, rest[1])),
            _ => null,
        };
    }

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type)
    {
        if (type.PipelineProperty is null && type.Schema is null) throw CrmErrors.Bad($"Objects of type {type.Id} have no pipelines");
        var label = call.BodyObject.RequiredText("PipelineInput", "label");
        if (type.Pipelines.All.Count() >= call.Portal.Settings.MostPipelines) throw PipelineErrors.TooMany(type, call.Portal.Settings.MostPipelines);
        if (type.Pipelines.All.Any(pipeline => pipeline.Label == label)) throw PipelineErrors.LabelTaken("pipeline", label);
        var id = call.Body.Text("pipelineId") ?? call.Portal.NextPartId().ToString(CultureInfo.InvariantCulture);
        if (type.Pipelines.EvenArchived.Any(pipeline => pipeline.Id == id)) throw PipelineErrors.IdTaken("pipeline", id);
        var pipeline = new Pipeline(id) { Label = label, DisplayOrder = call.Body.Int("displayOrder") ?? 0, CreatedMs = call.AtMs, UpdatedMs = call.AtMs };
        AddStages(call, type, pipeline);
        type.Pipelines.Add(pipeline);
        PipelineAudit.Note(call, "PIPELINE", type, "CREATE", pipeline.Id);
        return One(201, pipeline, changed: true);
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline)
    {
        Rename(type, pipeline, call.BodyObject.Text("label"));
        pipeline.DisplayOrder = call.Body.Int("displayOrder") ?? pipeline.DisplayOrder;
        pipeline.UpdatedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE", type, "UPDATE", pipeline.Id);
        return One(200, pipeline, changed: true);
    }

    private static EmulatorReply Replace(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline)
    {
        Rename(type, pipeline, call.BodyObject.RequiredText("PipelineReplaceInput", "label"));
        PipelineErrors.RefuseUsed(call, type, pipeline);
        foreach (var stage in pipeline.LiveStages.ToArray()) stage.ArchivedMs = call.AtMs;
        AddStages(call, type, pipeline);
        pipeline.DisplayOrder = call.Body.Int("displayOrder") ?? pipeline.DisplayOrder;
        pipeline.UpdatedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE", type, "UPDATE", pipeline.Id);
        return One(200, pipeline, changed: true);
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline)
    {
        if (type.Pipelines.All.Count() == 1) throw CrmErrors.Bad($"The last pipeline of {type.Id} cannot be deleted", "pipelineId", pipeline.Id);
        PipelineErrors.RefuseUsed(call, type, pipeline);
        pipeline.ArchivedMs = call.AtMs;
        PipelineAudit.Note(call, "PIPELINE", type, "DELETE", pipeline.Id);
        return JsonReply.Empty(changed: true);
    }

    private static void Rename(ObjectTypeDefinition type, Pipeline pipeline, string? label)
    {
        if (label is null) return;
        if (type.Pipelines.All.Any(other => other != pipeline && other.Label == label)) throw PipelineErrors.LabelTaken("pipeline", label);
        pipeline.Label = label;
    }

    private static void AddStages(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline)
    {
        if (!call.Body.TryGetProperty("stages", out _)) throw CrmErrors.MissingField("PipelineInput", "stages");
        PipelineStage[] stages = [.. call.Body.Items("stages").Select(input => StageEndpoints.Read(call, type, input))];
        var twice = stages.GroupBy(stage => stage.Label).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw PipelineErrors.LabelTaken("stage", twice.Key);
        pipeline.Stages.AddRange(stages);
    }

    private static Pipeline Require(ObjectTypeDefinition type, string id) => type.Pipelines.Find(id) ?? throw PipelineErrors.NotFound("Pipeline", id);

    private static EmulatorReply One(int status, Pipeline pipeline, bool changed) =>
        JsonReply.Write(status, pipeline, static (json, pipeline) => pipeline.Write(json), changed);
}

/// <summary>Refusals about pipelines and stages.</summary>
internal static class PipelineErrors
{
    public static CrmRefusal NotFound(string what, string id) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"{what} {id} not found") { Context = [new("id", [id])] });

    public static CrmRefusal LabelTaken(string what, string label) =>
        new(new ErrorBody(409, "CONFLICT", $"A {what} with the label '{label}' already exists") { Context = [new("label", [label])] });

    public static CrmRefusal TooMany(ObjectTypeDefinition type, int most) => CrmErrors.Bad($"The account has reached its limit of {most} pipelines for {type.Id}", "objectTypeId", type.Id);

    public static CrmRefusal IdTaken(string what, string id) =>
        new(new ErrorBody(409, "CONFLICT", $"A {what} with the id '{id}' already exists") { Context = [new("id", [id])] });

    /// <summary>Deleting is refused while records are in the pipeline or stage, if the caller asks for that check.</summary>
    public static void RefuseUsed(CrmCall call, ObjectTypeDefinition type, Pipeline pipeline, PipelineStage? stage = null)
    {
        // From 2026-09 on it is the rule unless the caller says no; deals have a flag of their own.
        var flag = call.Http.QueryValue(type.Singular == "deal" ? "validateDealStageUsagesBeforeDelete" : "validateReferencesBeforeDelete");
        var asked = flag is null ? string.CompareOrdinal(call.Route.Version, "2026-09") >= 0 && char.IsAsciiDigit(call.Route.Version[0]) : string.Equals(flag, "true", StringComparison.OrdinalIgnoreCase);
        if (!asked || type.PipelineProperty is null) return;
        var (property, id) = stage is null ? (type.PipelineProperty, pipeline.Id) : (type.StageProperty!, stage.Id);
        var slot = type.Properties.Require(property).Slot;
        var holder = type.Records.All.FirstOrDefault(record => !record.Archived && record.Get(slot) == id);
        if (holder is not null) throw CrmErrors.Bad($"{id} is still used by records such as {holder.Id}", "id", id);
    }
}
