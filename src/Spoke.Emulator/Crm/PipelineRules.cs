namespace Spoke.Emulator.Crm;

/// <summary>Keeps a record's pipeline and stage together: the stage must belong to the pipeline, and each can be found from the other.</summary>
internal static class PipelineRules
{
    public static void Complete(RecordDraft draft, List<ValueFault> faults)
    {
        if (draft.Type is not { PipelineProperty: { } pipelineName, StageProperty: { } stageName } type) return;
        var pipelineSlot = type.Properties.Require(pipelineName).Slot;
        var stageSlot = type.Properties.Require(stageName).Slot;
        var creating = draft.Record is null;
        if (!creating && !draft.Touched.Contains(pipelineSlot) && !draft.Touched.Contains(stageSlot)) return;

        var stage = draft[stageSlot];
        var pipelineId = draft[pipelineSlot];
        if (creating && pipelineId is null && (stage is not null || type.StartsInFirstStage))
            pipelineId = type.Pipelines.First?.Id;
        if (pipelineId is null && stage is null) return;
        if (pipelineId is null || type.Pipelines.Find(pipelineId) is not { } pipeline)
        {
            faults.Add(new(pipelineName, "INVALID_OPTION",
                $"{pipelineId} was not one of the allowed options: [{string.Join(", ", type.Pipelines.All.Select(one => one.Id))}]"));
            return;
        }
        if (stage is null && creating && type.StartsInFirstStage) stage = pipeline.LiveStages.FirstOrDefault()?.Id;
        if (stage is not null && pipeline.FindStage(stage) is null)
        {
            faults.Add(new(stageName, "INVALID_OPTION",
                $"{stage} was not one of the allowed options: [{string.Join(", ", pipeline.LiveStages.Select(one => one.Id))}]"));
            return;
        }
        draft[pipelineSlot] = pipelineId;
        draft[stageSlot] = stage;
    }
}
