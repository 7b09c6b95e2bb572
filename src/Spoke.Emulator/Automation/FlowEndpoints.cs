using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>Workflows, version 4: list, create, read, change, delete, read several; their e-mails and their figures.</summary>
internal static class FlowEndpoints
{
    public const int LargestPage = 100;

    public static EmulatorReply? Handle(CrmCall call, FlowArea area) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _]) => List(call, area),
        ("POST", [_, _]) => Create(call, area),
        ("GET", [_, _, "email-campaigns"]) => Campaigns(call, area),
        ("POST", [_, _, "batch", "read"]) => ReadMany(call, area),
        ("GET", [_, _, "performance", var id]) => Performance(Require(area, id)),
        ("GET", [_, _, var id]) => Answer(200, Require(area, id), changed: false),
        ("PUT", [_, _, var id]) => Put(call, area, Require(area, id)),
        ("DELETE", [_, _, var id]) => Delete(call, area, Require(area, id)),
        _ => null,
    };

    /// <summary>What happened to whom, for tests to look at.</summary>
    public static EmulatorReply Log(FlowArea area, string id)
    {
        var flow = area.Find(id) ?? area.Flows.Values.FirstOrDefault(one => one.WorkflowId.ToString(CultureInfo.InvariantCulture) == id) ?? throw FlowErrors.NotFound(id);
        return JsonReply.Write(200, (flow, area), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteId("flowId", state.flow.Id);
            json.WriteNumber("workflowId", state.flow.WorkflowId);
            json.WriteStartArray("log");
            foreach (var entry in state.flow.Log) entry.Write(json);
            json.WriteEndArray();
            json.WriteStartArray("active");
            foreach (var enrollment in state.area.Enrollments.Values.Where(one => one.FlowId == state.flow.Id)) enrollment.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Flow Require(FlowArea area, string id) => area.Find(id) ?? throw FlowErrors.NotFound(id);

    private static EmulatorReply List(CrmCall call, FlowArea area)
    {
        var limit = call.Limit(LargestPage, LargestPage);
        var after = call.Http.QueryValue("after");
        if (!long.TryParse(string.IsNullOrEmpty(after) ? "0" : after, NumberStyles.None, CultureInfo.InvariantCulture, out var from)) throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after!);
        var page = area.Flows.Values.Where(flow => flow.Id > from).Take(limit + 1).ToArray();
        return JsonReply.Write(200, (call, page, limit), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var flow in state.page.Take(state.limit)) FlowJson.WriteListing(json, flow);
            json.WriteEndArray();
            state.call.WritePaging(json, state.page.Length > state.limit ? state.page[state.limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null);
            json.WriteEndObject();
        });
    }

    private static EmulatorReply Create(CrmCall call, FlowArea area)
    {
        FlowRules.Check(call.Portal, call.BodyObject, "ApiFlowCreateRequest");
        return Answer(201, area.Add(call.Body, call.AtMs), changed: true);
    }

    private static EmulatorReply Put(CrmCall call, FlowArea area, Flow flow)
    {
        var sent = call.BodyObject.RequiredText("ApiFlowPutRequest", "revisionId");
        FlowRules.Check(call.Portal, call.Body, "ApiFlowPutRequest");
        var current = flow.Revision.ToString(CultureInfo.InvariantCulture);
        if (sent != current) throw FlowErrors.OldRevision(sent, current);
        if ((call.Body.Text("objectTypeId") ?? flow.TypeId) != flow.TypeId) throw FlowErrors.Invalid("The object type of a flow cannot be changed", "objectTypeId", call.Body.Text("objectTypeId")!);
        area.Change(flow, call.Body, call.AtMs);
        return Answer(200, flow, changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, FlowArea area, Flow flow)
    {
        area.Remove(flow, call.AtMs);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply ReadMany(CrmCall call, FlowArea area)
    {
        var ids = call.BodyObject.Items("inputs").Select(input => input.RequiredText("ApiFlowBatchFetchFlowIdCoordinate", "flowId")).ToArray();
        if (ids.Length > LargestPage) throw CrmErrors.BatchTooLarge(LargestPage);
        var found = ids.Select(area.Find).OfType<Flow>().ToArray();
        ErrorBody[] errors = [.. ids.Where(id => area.Find(id) is null).Select(id => FlowErrors.NotFound(id).Body)];
        return JsonReply.Write(errors.Length == 0 ? 200 : 207, (found, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var flow in state.found) FlowJson.Write(json, flow);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        });
    }

    /// <summary>The marketing e-mails that flows send, by the actions that send them.</summary>
    private static EmulatorReply Campaigns(CrmCall call, FlowArea area)
    {
        var wanted = call.Http.QueryValues("flowId").ToArray();
        var found = from flow in area.Flows.Values
                    where wanted.Length == 0 || wanted.Contains(flow.Id.ToString(CultureInfo.InvariantCulture))
                    from action in flow.Actions.Values
                    where action.Text("actionTypeId") == "0-4" && action.TryGetProperty("fields", out _)
                    let content = action.GetProperty("fields").Text("content_id")
                    where content is not null
                    select (flow.Id, Content: content);
        return JsonReply.Results(found, static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteId("flowId", one.Id);
            json.WriteString("emailCampaignId", one.Content);
            json.WriteString("emailContentId", one.Content);
            json.WriteEndObject();
        });
    }

    private static EmulatorReply Performance(Flow flow)
    {
        var points = from entry in flow.Log
                     where entry.What is "enrolled" or "completed"
                     group entry by (Day: JsonReply.Iso(entry.AtMs)[..10], entry.What) into bucket
                     orderby bucket.Key
                     select (bucket.Key.Day, Series: bucket.Key.What.ToUpperInvariant(), Count: bucket.Count());
        return JsonReply.Results(points, static (json, point) =>
        {
            json.WriteStartObject();
            json.WriteString("bucket", point.Day);
            json.WriteString("series", point.Series);
            json.WriteNumber("frequency", point.Count);
            json.WriteEndObject();
        });
    }

    private static EmulatorReply Answer(int status, Flow flow, bool changed) => JsonReply.Write(status, flow, static (json, one) => FlowJson.Write(json, one), changed);
}
