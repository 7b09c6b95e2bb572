using Spoke.Emulator.Crm;
using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Workflows and lists together: who comes onto a list comes into the workflow, who is on a suppression list does not.</summary>
public sealed class FlowListTests
{
    private readonly CrmPortal portal = new();

    [Fact]
    public void Joining_a_list_enrols_unless_another_list_holds_the_record_back()
    {
        var members = List("Members");
        var held = List("Held back");
        portal.Send("POST", "/automation/v4/flows", $$$$"""
            {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[{{{{held}}}}],"canEnrollFromSalesforce":false,
            "enrollmentCriteria":{"type":"LIST_BASED","shouldReEnroll":false,"unEnrollObjectsNotMeetingCriteria":false,"reEnrollmentTriggersFilterBranches":[],"listFilterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],
            "filters":[{"filterType":"IN_LIST","listId":"{{{{members}}}}","operator":"IN_LIST"}]}]}},
            "actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"enrolled"}}}]}
            """).Expect(201);
        var joins = portal.Create("contacts", """{"email":"a@b.example"}""");
        var suppressed = portal.Create("contacts", """{"email":"c@b.example"}""");
        var outside = portal.Create("contacts", """{"email":"d@b.example"}""");
        portal.Send("PUT", $"/crm/v3/lists/{held}/memberships/add", $"[{suppressed}]").Expect(200);
        portal.Send("PUT", $"/crm/v3/lists/{members}/memberships/add", $"[{joins},{suppressed}]").Expect(200);
        portal.Api.Handle(CrmApi.Tick(1000001, portal.Now));
        Assert.Equal("enrolled", City(joins));
        Assert.Null(City(suppressed));
        Assert.Null(City(outside));
    }

    private string List(string name) => portal.Send("POST", "/crm/v3/lists", $$"""{"name":"{{name}}","objectTypeId":"0-1","processingType":"MANUAL"}""").Expect(200).Text("list.listId");

    private string? City(string id) => portal.Send("GET", $"{CrmPortal.Contacts}/{id}?properties=city").Expect(200).At("properties").GetProperty("city").GetString();
}
