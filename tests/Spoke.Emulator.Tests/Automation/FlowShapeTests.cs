using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Every endpoint of workflows and custom actions answers as published; where no description is at hand, with the members the official client reads.</summary>
public sealed class FlowShapeTests
{
    private const string Flows = "/automation/v4/flows";
    private const string Flow = """
        {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":false,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[],"canEnrollFromSalesforce":false,
        "enrollmentCriteria":{"type":"MANUAL","shouldReEnroll":false},"actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-1","actionTypeVersion":0,"fields":{"delta":"1","time_unit":"MINUTES"}}]}
        """;

    private readonly CrmPortal portal = new();

    public static TheoryData<string> ActionRoots => ["/automation/v4/actions", "/automation/actions/2026-03", "/automation/actions/2026-09"];

    [Fact]
    public void Workflows()
    {
        var published = PublishedOperations.Load();
        var id = Ok("POST", Flows, 201, Flow).Text("id");
        var read = Ok("GET", $"{Flows}/{id}", 200);
        Assert.Equal(("CONTACT_FLOW", "2", "COMPLETE", "1"), (read.Text("type"), read.Text("nextAvailableActionId"), read.Text("crmObjectCreationStatus"), read.Text("revisionId")));
        Assert.Equal("2", Ok("PUT", $"{Flows}/{id}", 200, read.Json.ToString()).Text("revisionId"));
        Assert.Contains("revision 2", Ok("PUT", $"{Flows}/{id}", 409, read.Json.ToString()).Text("message"));
        for (var i = 0; i < 2; i++) Ok("POST", Flows, 201, Flow);
        var page = Ok("GET", Flows + "?limit=2", 200);
        Assert.Equal(2, page.Count("results"));
        Assert.Equal(1, Ok("GET", Flows + "?limit=2&after=" + page.Text("paging.next.after"), 200).Count("results"));
        Assert.Equal(1, Ok("POST", Flows + "/batch/read", 200, $$"""{"inputs":[{"type":"FLOW_ID","flowId":"{{id}}"}]}""").Count("results"));
        Assert.Equal("1", Ok("POST", Flows + "/batch/read", 207, """{"inputs":[{"type":"FLOW_ID","flowId":"5"}]}""").Text("numErrors"));
        var mapping = Ok("POST", "/automation/v4/workflow-id-mappings/batch/read", 200, $$"""{"inputs":[{"type":"FLOW_ID","flowId":"{{id}}"}]}""");
        Assert.Equal(id, Ok("POST", "/automation/v4/workflow-id-mappings/batch/read", 207, $$"""{"inputs":[{"type":"WORKFLOW_ID","workflowId":"{{mapping.Text("results.0.workflowId")}}"},{"type":"WORKFLOW_ID","workflowId":"1"}]}""").Text("results.0.flowId"));
        Ok("GET", Flows + "/email-campaigns", 200);
        Ok("GET", $"{Flows}/performance/{id}?bucketType=DAY&start=2026-11-01&end=2026-11-30", 200);
        Ok("DELETE", $"{Flows}/{id}", 204);
        Ok("GET", $"{Flows}/{id}", 404);

        Answer Ok(string method, string path, int status, string? body = null)
        {
            var answer = portal.Send(method, path, body).Expect(status);
            published.Check(method, path, answer);
            return answer;
        }
    }

    [Theory]
    [InlineData("\"CONTACT_FLOW\"", "\"X\"", "PLATFORM_FLOW")]
    [InlineData("\"objectTypeId\":\"0-1\"", "\"objectTypeId\":\"0-3\"", "contacts")]
    [InlineData("\"startActionId\":\"1\"", "\"startActionId\":\"9\"", "startActionId")]
    [InlineData("\"type\":\"SINGLE_CONNECTION\"", "\"type\":\"DOUBLE_CONNECTION\"", "STATIC_BRANCH")]
    [InlineData("\"actionTypeVersion\":0,", "", "actionTypeVersion")]
    [InlineData("\"MANUAL\"", "\"X\"", "LIST_BASED")]
    [InlineData("\"MINUTES\"}}", "\"MINUTES\"},\"connection\":{\"edgeType\":\"STANDARD\",\"nextActionId\":\"7\"}}", "action 7")]
    public void A_wrong_document_is_refused(string good, string bad, string expected)
    {
        Assert.Contains(expected, portal.Send("POST", Flows, Flow.Replace(good, bad, StringComparison.Ordinal)).Expect(400).Text("message"));
        Assert.Equal(0, portal.Send("GET", Flows).Count("results"));
    }

    [Theory]
    [MemberData(nameof(ActionRoots))]
    public void Custom_actions(string root)
    {
        var all = root + "/77";
        var made = portal.Send("POST", all, """
            {"actionUrl":"https://shop.example/action","published":true,"labels":{"en":{"actionName":"Act"}},"objectTypes":["CONTACT"],"functions":[{"functionType":"PRE_ACTION_EXECUTION","functionSource":"exports.main = f"}],
            "inputFields":[{"isRequired":true,"supportedValueTypes":["STATIC_VALUE"],"typeDefinition":{"name":"x","type":"string","fieldType":"text"}}],"objectRequestOptions":{"properties":["email"]}}
            """).Expect(201);
        foreach (var member in (string[])["id", "revisionId", "actionUrl", "published", "labels", "objectTypes", "functions", "inputFields"]) Assert.True(made.Has("", member), member);
        var one = $"{all}/{made.Text("id")}";
        Assert.Equal("https://shop.example/action", portal.Send("GET", one).Expect(200).Text("actionUrl"));
        var patched = portal.Send("PATCH", one, """{"published":false}""").Expect(200);
        Assert.Equal(("False", "2", "x"), (patched.Text("published"), patched.Text("revisionId"), patched.Text("inputFields.0.typeDefinition.name")));
        Assert.Equal(2, portal.Send("GET", one + "/revisions").Expect(200).Count("results"));
        Assert.Equal("True", portal.Send("GET", one + "/revisions/1").Expect(200).Text("definition.published"));
        portal.Send("GET", one + "/revisions/3").Expect(404);
        Assert.Equal("PRE_ACTION_EXECUTION", portal.Send("GET", one + "/functions").Expect(200).Text("results.0.functionType"));
        Assert.Equal("exports.main = f", portal.Send("GET", one + "/functions/PRE_ACTION_EXECUTION").Expect(200).Text("functionSource"));
        Assert.Equal("x", portal.Send("PUT", one + "/functions/PRE_FETCH_OPTIONS/x", "exports.main = g").Expect(200).Text("id"));
        Assert.Equal("exports.main = g", portal.Send("GET", one + "/functions/PRE_FETCH_OPTIONS/x").Expect(200).Text("functionSource"));
        portal.Send("PUT", one + "/functions/POST_ACTION_EXECUTION", "f").Expect(200);
        portal.Send("DELETE", one + "/functions/PRE_FETCH_OPTIONS/x").Expect(204);
        portal.Send("DELETE", one + "/functions/PRE_ACTION_EXECUTION").Expect(204);
        portal.Send("GET", one + "/functions/PRE_ACTION_EXECUTION").Expect(404);
        portal.Send("GET", one + "/functions/NONSENSE").Expect(400);
        Assert.Equal("True", portal.Send("GET", one + "/requires-object").Expect(200).Text("requiresObject"));
        portal.Send("POST", one + "/requires-object", """{"requiresObject":false}""").Expect(204);
        Assert.Equal("False", portal.Send("GET", one + "/requires-object").Expect(200).Text("requiresObject"));
        Assert.Equal(1, portal.Send("GET", all).Expect(200).Count("results"));
        portal.Send("DELETE", one).Expect(204);
        Assert.Equal(0, portal.Send("GET", all).Expect(200).Count("results"));
        Assert.Equal(1, portal.Send("GET", all + "?archived=true").Expect(200).Count("results"));
        portal.Send("GET", root + "/78/" + made.Text("id")).Expect(404);
        portal.Send("POST", all, """{"actionUrl":"ftp://x","labels":{}}""").Expect(400);
        portal.Send("POST", root + "/callbacks/complete", """{"inputs":[{"callbackId":"ap-1","outputFields":{}}]}""").Expect(404);
        portal.Send("POST", root + "/callbacks/ap-1/complete", """{"outputFields":{}}""").Expect(404);
    }
}
