using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>Takes a record through the actions of a workflow until one has to wait.</summary>
internal sealed class FlowRunner(FlowArea area, Portal portal, FlowFilters filters, FlowRequests requests)
{
    /// <summary>A flow whose connections lead in a circle without a delay ends here.</summary>
    private const int MostActions = 1_000;

    private readonly ListZone _zone = ListZone.Of(portal);
    private readonly Caller _self = new(portal.HubId, 0, 0, new HashSet<string>(), "");

    public void Run(Enrollment enrollment, long nowMs)
    {
        area.Lift(enrollment);
        var flow = area.Flows[enrollment.FlowId];
        if (!portal.Types.TryFind(flow.TypeId, out var type) || type.Records.Find(enrollment.RecordId) is not { Archived: false } record)
        {
            area.End(enrollment);
            return;
        }
        if (enrollment.State == EnrollmentState.Blocked)
        {
            requests.Unblock(flow, enrollment, nowMs, "the wait for the app is over");
            area.Lift(enrollment);
        }
        enrollment.State = EnrollmentState.Due;
        for (var done = 0; done < MostActions; done++)
        {
            if (enrollment.ActionId is not { } id || !flow.Actions.TryGetValue(id, out var action))
            {
                Note(flow, enrollment, nowMs, "completed", null);
                area.End(enrollment);
                return;
            }
            if (!IsWait(action) && FlowHours.Open(flow.Definition, _zone, nowMs) is var open && open > nowMs)
            {
                Note(flow, enrollment, nowMs, "waiting", "for the workflow's hours, until " + JsonReply.Iso(open));
                enrollment.DueMs = open;
                area.Place(enrollment);
                return;
            }
            if (!Do(new Step(flow, enrollment, action, type, record, _zone, nowMs)))
            {
                area.Place(enrollment);
                return;
            }
        }
        Note(flow, enrollment, nowMs, "stopped", $"{MostActions} actions without a delay");
        area.End(enrollment);
    }

    /// <summary>The action an ordinary connection leads to.</summary>
    public static string? Next(JsonElement holder, string member = "connection") =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(member, out var connection) ? connection.Text("nextActionId") : null;

    private readonly record struct Step(Flow Flow, Enrollment Enrollment, JsonElement Action, ObjectTypeDefinition Type, StoredRecord Record, ListZone Zone, long NowMs)
    {
        public JsonElement Fields => Action.TryGetProperty("fields", out var fields) ? fields : default;

        public string? Value(JsonElement value, string? current = null) => FlowValues.Resolve(value, Enrollment, Type, Record, Zone, NowMs, current);

        public string? Field(string name) => Fields.ValueKind == JsonValueKind.Object && Fields.TryGetProperty(name, out var value) ? Value(value) : null;
    }

    /// <summary>False: the enrolment waits, for a time or an answer.</summary>
    private bool Do(Step step)
    {
        switch (step.Action.Text("type"))
        {
            case "STATIC_BRANCH": return Go(step, StaticBranch(step), "branched");
            case "LIST_BRANCH": return Go(step, ListBranch(step), "branched");
            case "AB_TEST_BRANCH": return Go(step, TestBranch(step), "branched");
            case "CUSTOM_CODE": return Go(step, Next(step.Action), "not run", "custom code is not run by the emulator");
            case "WEBHOOK": return requests.Begin(step.Enrollment, step.NowMs, custom: false);
        }
        return step.Action.Text("actionTypeId") switch
        {
            "0-1" => Delay(step),
            "0-35" => DelayUntil(step),
            "0-3" => CreateTask(step),
            "0-5" => SetProperty(step),
            "0-14" => CreateRecord(step),
            { } id when id.StartsWith("1-", StringComparison.Ordinal) => requests.IsKnown(id) ? requests.Begin(step.Enrollment, step.NowMs, custom: true) : Go(step, Next(step.Action), "failed", $"there is no published custom action {id}"),
            var id => Go(step, Next(step.Action), "not run", $"actions of type {id} are not carried out by the emulator"),
        };
    }

    /// <summary>Delays run on outside the workflow's hours; what comes behind them waits.</summary>
    private static bool IsWait(JsonElement action) => action.Text("actionTypeId") is "0-1" or "0-35";

    private static bool Go(Step step, string? next, string what, string? detail = null)
    {
        Note(step.Flow, step.Enrollment, step.NowMs, what, detail);
        step.Enrollment.ActionId = next;
        return true;
    }

    private static bool WaitUntil(Step step, long dueMs)
    {
        if (dueMs <= step.NowMs) return Go(step, Next(step.Action), "done", "nothing to wait for");
        Note(step.Flow, step.Enrollment, step.NowMs, "waiting", "until " + JsonReply.Iso(dueMs));
        (step.Enrollment.ActionId, step.Enrollment.DueMs) = (Next(step.Action), dueMs);
        return false;
    }

    private static bool Delay(Step step) => FilterTimes.Span((double)FlowValues.Number(step.Field("delta")), step.Field("time_unit")) is { } span
        ? WaitUntil(step, FlowValues.TimeOfDay(step.Fields, "time_of_day", step.Zone, step.NowMs + (long)span.TotalMilliseconds))
        : Go(step, Next(step.Action), "failed", $"the unit of the delay is unknown: {step.Field("time_unit")}");

    private static bool DelayUntil(Step step)
    {
        if (step.Field("date") is not { } date || !ValueRules.TryMoment(date, out var ms)) return Go(step, Next(step.Action), "done", "there is no date to wait for");
        var offset = FilterTimes.Span((double)FlowValues.Number(step.Field("delta")), step.Field("time_unit")) ?? TimeSpan.Zero;
        return WaitUntil(step, FlowValues.TimeOfDay(step.Fields, "time_of_day", step.Zone, ms + (long)offset.TotalMilliseconds));
    }

    private bool SetProperty(Step step)
    {
        var name = step.Field("property_name") ?? "";
        var current = FlowFilters.Value(step.Type, step.Record, name);
        var value = step.Fields.TryGetProperty("value", out var input) ? step.Value(input, current) : null;
        return Write(step, step.Type, step.Record, [new(name, value ?? "")], out _, out var refusal) ? Go(step, Next(step.Action), "done", $"{name} = {value}") : Go(step, Next(step.Action), "failed", refusal);
    }

    private bool CreateTask(Step step)
    {
        var due = step.Fields.ValueKind == JsonValueKind.Object && step.Fields.TryGetProperty("due_time", out var time) ? FlowValues.After(time, step.Zone, step.NowMs) : null;
        var values = new List<KeyValuePair<string, string>>
        {
            new("hs_timestamp", (due ?? step.NowMs).ToString(CultureInfo.InvariantCulture)),
            new("hs_task_subject", step.Field("subject") ?? ""),
            new("hs_task_body", step.Field("body") ?? ""),
            new("hs_task_type", step.Field("task_type") ?? "TODO"),
            new("hs_task_priority", step.Field("priority") ?? "NONE"),
            new("hs_task_status", "NOT_STARTED"),
        };
        if (step.Fields.TryGetProperty("owner_assignment", out var assignment) && assignment.TryGetProperty("value", out var owner) && step.Value(owner) is { Length: > 0 } ownerId) values.Add(new("hubspot_owner_id", ownerId));
        return Create(step, portal.Types.Find("tasks"), values);
    }

    private bool CreateRecord(Step step)
    {
        if (!portal.Types.TryFind(step.Field("object_type_id") ?? "", out var type)) return Go(step, Next(step.Action), "failed", $"there is no object type {step.Field("object_type_id")}");
        var values = step.Fields.Items("properties").Select(one => new KeyValuePair<string, string>(one.Text("targetProperty") ?? "", one.TryGetProperty("value", out var value) ? step.Value(value) ?? "" : ""));
        return Create(step, type, [.. values]);
    }

    private bool Create(Step step, ObjectTypeDefinition type, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        if (!Write(step, type, null, values, out var made, out var refusal)) return Go(step, Next(step.Action), "failed", refusal);
        if (portal.Associations.Catalogue.Default(type, step.Type) is { } association) portal.Associations.Attach(made!, step.Record, association);
        return Go(step, Next(step.Action), "done", string.Create(CultureInfo.InvariantCulture, $"created {type.Singular} {made!.Id}"));
    }

    private bool Write(Step step, ObjectTypeDefinition type, StoredRecord? record, IReadOnlyList<KeyValuePair<string, string>> values, out StoredRecord? written, out string? refusal)
    {
        (written, refusal) = (null, null);
        try
        {
            written = portal.Writer.Apply(portal.Writer.Check(type, record, values, step.NowMs), step.NowMs, _self);
            return true;
        }
        catch (CrmRefusal refused)
        {
            refusal = refused.Message;
            return false;
        }
    }

    private static string? StaticBranch(Step step)
    {
        var value = step.Action.TryGetProperty("inputValue", out var input) ? step.Value(input) : null;
        foreach (var branch in step.Action.Items("staticBranches"))
            if (string.Equals(branch.Text("branchValue"), value, StringComparison.OrdinalIgnoreCase)) return Next(branch);
        return Next(step.Action, "defaultBranch");
    }

    private string? ListBranch(Step step)
    {
        foreach (var branch in step.Action.Items("listBranches"))
            if (branch.TryGetProperty("filterBranch", out var filter) && filters.Matches(filter, step.Type, step.Record, step.NowMs)) return Next(branch);
        return Next(step.Action, "defaultBranch");
    }

    /// <summary>Spread evenly by the enrolment's number, so that a replay takes the same way.</summary>
    private static string? TestBranch(Step step)
    {
        var branches = step.Action.Items("testBranches");
        var all = branches.Sum(branch => branch.Int("percentage") ?? 100 / branches.Count);
        var at = all <= 0 ? 0 : (int)(step.Enrollment.Id * 37 % all);
        foreach (var branch in branches)
            if ((at -= branch.Int("percentage") ?? 100 / branches.Count) < 0) return Next(branch);
        return null;
    }

    private static void Note(Flow flow, Enrollment enrollment, long atMs, string what, string? detail) => flow.Note(new FlowLogEntry(atMs, enrollment.RecordId, enrollment.Id, enrollment.ActionId, what, detail));
}
