using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Automation;

/// <summary>Workflows: their documents, who is in them, and their running by the account's clock.</summary>
internal sealed class FlowArea : PortalArea, ISendsOut, Lists.IListListener
{
    private const int LaneWidth = 10;
    private readonly FlowTriggers _triggers;
    private readonly FlowRunner _runner;
    private readonly FlowRequests _requests;
    private readonly SortedSet<(long DueMs, long Id)> _due = [];
    private readonly SortedSet<long> _sending = [];
    private readonly Dictionary<(long FlowId, long RecordId), Enrollment> _active = [];
    private long _lastId = 1_600_000_000;
    private long _lastWorkflowId = 50_000_000;

    public FlowArea(Portal portal) : base(portal)
    {
        var filters = new FlowFilters(portal);
        _triggers = new FlowTriggers(this, portal, filters);
        _requests = new FlowRequests(this, portal);
        _runner = new FlowRunner(this, portal, filters, _requests);
    }

    public override string Name => "automation";

    public override string Source => "AUTOMATION_PLATFORM";

    public SortedDictionary<long, Flow> Flows { get; } = [];

    /// <summary>Those on their way; whoever is through or out is not among them.</summary>
    public SortedDictionary<long, Enrollment> Enrollments { get; } = [];

    public override bool Listens => Flows.Count > 0;

    public override long? NextDueMs
    {
        get
        {
            long? next = _due.Count == 0 ? null : _due.Min.DueMs;
            foreach (var flow in Flows.Values)
                if (flow.NextScheduleMs is { } at && (next is null || at < next)) next = at;
            return next;
        }
    }

    public IEnumerable<WaitingRequest> Ready => _sending.Select(id => new WaitingRequest(id, Name, LaneWidth));

    public override bool Owns(IReadOnlyList<string> path) =>
        path is ["automation", "flows" or "workflow-id-mappings" or "workflows", ..] or ["automation", "actions", "callbacks", ..] or ["_automation", _, ..];

    public override EmulatorReply? Handle(CrmCall call) => call.Rest switch
    {
        ["_automation", "log", var id] => FlowEndpoints.Log(this, id),
        ["_automation", var id] when call.Method == SendOutcome.Method => Heard(call, id),
        ["automation", "flows", ..] => FlowEndpoints.Handle(call, this),
        ["automation", "workflow-id-mappings", "batch", "read"] when call.Method == "POST" => FlowMappingEndpoint.Handle(call, this),
        ["automation", "workflows", ..] => WorkflowEndpoints.Handle(call, this, _triggers),
        ["automation", "actions", "callbacks", ..] => CallbackEndpoints.Handle(call, this),
        _ => null,
    };

    public Flow? Find(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Flows.GetValueOrDefault(number) : null;

    /// <summary>The record's way through the flow, while it is on one.</summary>
    public Enrollment? Active(long flowId, long recordId) => _active.GetValueOrDefault((flowId, recordId));

    public long NextId() => ++_lastId;

    public Flow Add(JsonElement definition, long atMs)
    {
        var flow = new Flow(NextId(), ++_lastWorkflowId, atMs) { Definition = definition.Clone() };
        Flows[flow.Id] = flow;
        _triggers.Begin(flow, atMs);
        return flow;
    }

    /// <summary>Another document takes the place of the flow's; who is in it goes on in the new one as far as that has the action.</summary>
    public void Change(Flow flow, JsonElement definition, long atMs)
    {
        (flow.Definition, flow.UpdatedMs, flow.Revision) = (definition.Clone(), atMs, flow.Revision + 1);
        if (!flow.Enabled) EndAll(flow, atMs, "the workflow was switched off");
        BeginRequestsAnew(atMs);
        _triggers.Begin(flow, atMs);
    }

    /// <summary>What a request is made from may be another thing now: its action is done again instead of what was under way.</summary>
    public void BeginRequestsAnew(long atMs)
    {
        foreach (var enrollment in _sending.Select(id => Enrollments[id]).ToArray())
        {
            Lift(enrollment);
            (enrollment.State, enrollment.DueMs) = (EnrollmentState.Due, atMs);
            Place(enrollment);
        }
    }

    /// <summary>The app is done with a blocked execution, and gives back these.</summary>
    public void Complete(Enrollment blocked, JsonElement outputFields, long atMs)
    {
        Lift(blocked);
        FlowRequests.Keep(blocked, outputFields);
        _requests.Unblock(Flows[blocked.FlowId], blocked, atMs, "the app called back: " + (outputFields.Text("hs_execution_state") ?? "SUCCESS"));
    }

    public void Remove(Flow flow, long atMs)
    {
        EndAll(flow, atMs, "the workflow was deleted");
        Flows.Remove(flow.Id);
    }

    public override void Hear(RecordChange change) => _triggers.Hear(change);

    /// <summary>An event that is no change of a record, such as a form submission, was completed by this one.</summary>
    /// <param name="properties">Of the event; filters and tokens may ask for them.</param>
    public void Completed(string eventTypeId, ObjectTypeDefinition type, StoredRecord record, IReadOnlyDictionary<string, string> properties, long atMs) =>
        _triggers.Completed(eventTypeId, type, record, properties, atMs);

    public void MembershipChanged(Lists.StoredList list, StoredRecord record, bool joined, long atMs)
    {
        if (Flows.Count == 0) return;
        _triggers.MembershipChanged(list, record, atMs);
        Recheck(list.Type, record, atMs);
    }

    /// <summary>The record may meet other criteria than before, as when it came onto a list or left one.</summary>
    public void Recheck(ObjectTypeDefinition type, StoredRecord record, long atMs) => _triggers.Check(type, record, [], created: false, atMs);

    /// <summary>Puts an enrolment where its state says.</summary>
    public void Place(Enrollment enrollment)
    {
        Lift(enrollment);
        Enrollments[enrollment.Id] = enrollment;
        _active[(enrollment.FlowId, enrollment.RecordId)] = enrollment;
        if (enrollment.State == EnrollmentState.Sending) _sending.Add(enrollment.Id);
        else _due.Add((enrollment.DueMs, enrollment.Id));
    }

    /// <summary>Takes an enrolment from where it waits, before its state or time is changed.</summary>
    public void Lift(Enrollment enrollment)
    {
        _due.Remove((enrollment.DueMs, enrollment.Id));
        _sending.Remove(enrollment.Id);
    }

    public void End(Enrollment enrollment)
    {
        Lift(enrollment);
        Enrollments.Remove(enrollment.Id);
        _active.Remove((enrollment.FlowId, enrollment.RecordId));
    }

    public void EndAll(Flow flow, long atMs, string why)
    {
        foreach (var enrollment in Enrollments.Values.Where(one => one.FlowId == flow.Id).ToArray()) _triggers.Unenroll(flow, enrollment, atMs, why);
    }

    public override void Run(long dueMs)
    {
        foreach (var flow in Flows.Values.Where(flow => flow.NextScheduleMs <= dueMs).ToArray()) _triggers.RunSchedule(flow, dueMs);
        foreach (var (_, id) in _due.TakeWhile(entry => entry.DueMs <= dueMs).ToArray())
            if (Enrollments.TryGetValue(id, out var enrollment)) _runner.Run(enrollment, dueMs);
    }

    public OutgoingRequest Compose(long id, long nowMs) => _requests.Compose(Enrollments[id], nowMs);

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastId", _lastId);
        json.WriteNumber("lastWorkflowId", _lastWorkflowId);
        json.WriteStartArray("flows");
        foreach (var flow in Flows.Values) flow.Save(json);
        json.WriteEndArray();
        json.WriteStartArray("enrollments");
        foreach (var enrollment in Enrollments.Values) enrollment.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        _lastId = saved.GetProperty("lastId").GetInt64();
        _lastWorkflowId = saved.GetProperty("lastWorkflowId").GetInt64();
        foreach (var flow in saved.GetProperty("flows").EnumerateArray().Select(Flow.Load)) Flows[flow.Id] = flow;
        foreach (var enrollment in saved.GetProperty("enrollments").EnumerateArray().Select(Enrollment.Load)) Place(enrollment);
    }

    private EmulatorReply Heard(CrmCall call, string id)
    {
        if (!long.TryParse(id, CultureInfo.InvariantCulture, out var number) || !_sending.Contains(number)) return JsonReply.Empty(changed: false);
        _requests.Heard(Enrollments[number], SendOutcome.Read(call.Body), call.AtMs);
        return JsonReply.Empty(changed: true);
    }
}
