using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>Who comes into a workflow and who has to leave it, as records change.</summary>
internal sealed class FlowTriggers(FlowArea area, Portal portal, FlowFilters filters)
{
    /// <summary>The events every account has: a record came to be, a property got another value.</summary>
    private const string RecordCreated = "4-1463224", PropertyChanged = "4-655002";

    /// <summary>Workflows that set each other off for ever are stopped here, at one moment of the clock.</summary>
    private const int MostAtOneMoment = 25;

    /// <summary>Who meets the criteria when a flow is switched on does not come in; only who begins to meet them does.</summary>
    public void Begin(Flow flow, long atMs)
    {
        flow.Meeting.Clear();
        flow.NextScheduleMs = flow.Enabled && Schedule(flow) is { } schedule ? FlowSchedule.Next(schedule, ListZone.Of(portal), atMs) : null;
        if (!flow.Enabled || flow.NextScheduleMs is not null || flow.Criteria.Text("type") != "LIST_BASED" || !portal.Types.TryFind(flow.TypeId, out var type)) return;
        foreach (var record in type.Records.All)
            if (!record.Archived && Meets(flow, type, record, atMs)) flow.Meeting.Add(record.Id);
    }

    /// <summary>The schedule came round: whoever meets the criteria now comes in, and again only if the flow says so.</summary>
    public void RunSchedule(Flow flow, long atMs)
    {
        var zone = ListZone.Of(portal);
        if (Schedule(flow) is not { } schedule || !portal.Types.TryFind(flow.TypeId, out var type))
        {
            flow.NextScheduleMs = null;
            return;
        }
        flow.NextScheduleMs = FlowSchedule.Next(schedule, zone, atMs);
        var all = flow.Criteria.ValueKind != JsonValueKind.Object;
        foreach (var record in type.Records.All.ToArray())
            if (!record.Archived && FlowSchedule.Includes(schedule, zone, type, record, atMs) && (all || Meets(flow, type, record, atMs))) Enroll(flow, type, record, atMs, new Dictionary<string, string>());
    }

    public void Hear(RecordChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Archived or ChangeKind.PrivacyDeleted: Leave([change.Record.Id], change.AtMs, "the record is gone"); break;
            case ChangeKind.Merged: Leave(change.MergedIds, change.AtMs, "the record was merged into another"); break;
            default: Check(change.Type, change.Record, change.Values, change.Kind == ChangeKind.Created, change.AtMs); break;
        }
    }

    /// <summary>Looks at every flow of the type anew.</summary>
    public void Check(ObjectTypeDefinition type, StoredRecord record, IReadOnlyList<ValueChange> values, bool created, long atMs)
    {
        foreach (var flow in area.Flows.Values.Where(flow => flow.Enabled && flow.TypeId == type.Id).ToArray())
        {
            if (Active(flow, record.Id) is { } active && GoalMet(flow, type, record, atMs)) Unenroll(flow, active, atMs, "the goal is met");
            switch (flow.Criteria.Text("type"))
            {
                case "LIST_BASED": CheckCriteria(flow, type, record, values, atMs); break;
                case "EVENT_BASED":
                    if (created) Event(flow, RecordCreated, type, record, new Dictionary<string, string>(), atMs);
                    foreach (var value in values)
                        Event(flow, PropertyChanged, type, record, new Dictionary<string, string> { ["hs_name"] = value.Property.Name, ["hs_value"] = value.After ?? "", ["hs_previous_value"] = value.Before ?? "" }, atMs);
                    break;
            }
        }
    }

    public void Completed(string eventTypeId, ObjectTypeDefinition type, StoredRecord record, IReadOnlyDictionary<string, string> properties, long atMs)
    {
        foreach (var flow in area.Flows.Values.Where(flow => flow.Enabled && flow.TypeId == type.Id && flow.Criteria.Text("type") == "EVENT_BASED").ToArray()) Event(flow, eventTypeId, type, record, properties, atMs);
        Check(type, record, [], created: false, atMs);   // criteria may ask what has happened
    }

    /// <summary>The record came onto a list or left it: flows of events may begin with that too.</summary>
    public void MembershipChanged(StoredList list, StoredRecord record, long atMs)
    {
        foreach (var flow in area.Flows.Values.Where(flow => flow.Enabled && flow.TypeId == list.Type.Id && flow.Criteria.Text("type") == "EVENT_BASED").ToArray())
            if (flow.Criteria.Items("listMembershipFilterBranches").Any(branch => FlowFilters.MentionsList(branch, list.IdText) && filters.Matches(branch, list.Type, record, atMs)))
                Enroll(flow, list.Type, record, atMs, new Dictionary<string, string>());
    }

    /// <summary>Enrols a record that is not in the flow, and has not been or may come again. False: it stays out.</summary>
    public bool Enroll(Flow flow, ObjectTypeDefinition type, StoredRecord record, long atMs, IReadOnlyDictionary<string, string> ofEvent, bool byHand = false)
    {
        if (record.Archived || Active(flow, record.Id) is not null || (flow.Enrolled.Contains(record.Id) && !flow.ReEnrolls && !byHand)) return false;
        if (GoalMet(flow, type, record, atMs) || Suppressed(flow, type, record, atMs)) return false;
        if (IsGoingRound(flow, record, atMs)) return false;
        var enrollment = new Enrollment(area.NextId(), flow.Id, record.Id, atMs) { ActionId = flow.StartActionId };
        foreach (var (name, value) in ofEvent) enrollment.Outputs["event." + name] = value;
        flow.Enrolled.Add(record.Id);
        flow.Note(new FlowLogEntry(atMs, record.Id, enrollment.Id, null, "enrolled", byHand ? "by the API" : null));
        area.Place(enrollment);
        LeaveOthers(flow, record.Id, atMs);
        return true;
    }

    public void Unenroll(Flow flow, Enrollment enrollment, long atMs, string why)
    {
        flow.Note(new FlowLogEntry(atMs, enrollment.RecordId, enrollment.Id, enrollment.ActionId, "unenrolled", why));
        area.End(enrollment);
    }

    public Enrollment? Active(Flow flow, long recordId) => area.Active(flow.Id, recordId);

    private void CheckCriteria(Flow flow, ObjectTypeDefinition type, StoredRecord record, IReadOnlyList<ValueChange> values, long atMs)
    {
        if (!Meets(flow, type, record, atMs))
        {
            flow.Meeting.Remove(record.Id);
            if (flow.Criteria.Bool("unEnrollObjectsNotMeetingCriteria") == true && Active(flow, record.Id) is { } active) Unenroll(flow, active, atMs, "the criteria are no longer met");
            return;
        }
        if (flow.NextScheduleMs is not null) return;
        var again = flow.Criteria.Items("reEnrollmentTriggersFilterBranches").Any(branch =>
            FlowFilters.Mentions(branch, [.. values.Select(value => value.Property.Name)]) && filters.Matches(branch, type, record, atMs));
        if (flow.Meeting.Add(record.Id) || again) Enroll(flow, type, record, atMs, new Dictionary<string, string>());
    }

    /// <summary>What events begin goes by events alone.</summary>
    private static JsonElement? Schedule(Flow flow) => flow.Criteria.ValueKind != JsonValueKind.Object || flow.Criteria.Text("type") == "LIST_BASED" ? FlowSchedule.Of(flow.Definition) : null;

    private bool Meets(Flow flow, ObjectTypeDefinition type, StoredRecord record, long atMs) =>
        flow.Criteria.TryGetProperty("listFilterBranch", out var branch) && branch.ValueKind == JsonValueKind.Object && filters.Matches(branch, type, record, atMs);

    private void Event(Flow flow, string eventTypeId, ObjectTypeDefinition type, StoredRecord record, IReadOnlyDictionary<string, string> properties, long atMs)
    {
        string? Of(string name) => properties.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
        if (!flow.Criteria.Items("eventFilterBranches").Any(branch => branch.Text("eventTypeId") == eventTypeId && branch.Text("operator") != "HAS_NOT_COMPLETED" && filters.Matches(branch, type, record, atMs, Of))) return;
        if (flow.Criteria.TryGetProperty("refinementCriteria", out var refinement) && !filters.Matches(refinement, type, record, atMs)) return;
        Enroll(flow, type, record, atMs, properties);
    }

    private bool GoalMet(Flow flow, ObjectTypeDefinition type, StoredRecord record, long atMs) =>
        flow.Definition.TryGetProperty("goalFilterBranch", out var goal) && goal.ValueKind == JsonValueKind.Object && filters.Matches(goal, type, record, atMs);

    private bool Suppressed(Flow flow, ObjectTypeDefinition type, StoredRecord record, long atMs) =>
        flow.Definition.Texts("suppressionListIds").Any(list => portal.Areas.OfType<IListMembership>().Any(lists => lists.Contains(list, type, record.Id)))
        || (flow.Definition.TryGetProperty("suppressionFilterBranch", out var branch) && branch.ValueKind == JsonValueKind.Object && filters.Matches(branch, type, record, atMs));

    private void LeaveOthers(Flow flow, long recordId, long atMs)
    {
        if (!flow.Definition.TryGetProperty("unEnrollmentSetting", out var setting) || setting.ValueKind != JsonValueKind.Object) return;
        var named = setting.Texts("flowIds");
        foreach (var other in area.Flows.Values)
            if (other != flow && (setting.Text("type") == "ALL" || named.Contains($"{other.Id}")) && Active(other, recordId) is { } active) Unenroll(other, active, atMs, $"enrolled in workflow {flow.Id}");
    }

    private void Leave(IReadOnlyList<long> recordIds, long atMs, string why)
    {
        foreach (var enrollment in area.Enrollments.Values.Where(one => recordIds.Contains(one.RecordId)).ToArray()) Unenroll(area.Flows[enrollment.FlowId], enrollment, atMs, why);
        foreach (var flow in area.Flows.Values) flow.Meeting.ExceptWith(recordIds);
    }

    /// <summary>Read off the log, which is saved: a replay from any snapshot stops in the same place.</summary>
    private static bool IsGoingRound(Flow flow, StoredRecord record, long atMs)
    {
        var count = 0;
        for (var i = flow.Log.Count - 1; i >= 0 && flow.Log[i].AtMs == atMs; i--)
            if (flow.Log[i] is { What: "enrolled" or "stopped" } entry && entry.RecordId == record.Id) count++;
        if (count == MostAtOneMoment) flow.Note(new FlowLogEntry(atMs, record.Id, 0, null, "stopped", $"enrolled {count} times at one moment; workflows set each other off"));
        return count >= MostAtOneMoment;
    }
}
