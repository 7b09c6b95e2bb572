using System.Text.Json;

namespace Spoke.HubSpot.Tests.Automation;

public sealed class WorkflowTests
{
    private const string Greeting = """
        {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"Greeting","isEnabled":false,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],
         "suppressionListIds":[],"canEnrollFromSalesforce":false,"enrollmentCriteria":{"type":"MANUAL","shouldReEnroll":false},
         "actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"Berlin"}}}]}
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_is_made_switched_on_run_by_hand_and_deleted()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var (client, workflows) = (portal.Client, portal.Client.Workflows);
        var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@example.com" }), cancellationToken: Stop);
        var made = await workflows.CreateAsync(Greeting, cancellationToken: Stop);
        Assert.Equal(("Greeting", false, "0-1"), (made.Name, made.IsEnabled, made.ObjectTypeId));
        var off = await Assert.ThrowsAsync<HubSpotException>(() => workflows.EnrollAsync(made.Id, "ann@example.com", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, off.Kind);

        Assert.True((await workflows.SetEnabledAsync(made.Id, true, cancellationToken: Stop))!.IsEnabled);
        await workflows.EnrollAsync(made.Id, "ann@example.com", cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal("Berlin", (await client.Contacts.GetAsync(contact.Id, new ReadOptions { Properties = ["city"] }, cancellationToken: Stop))!["city"]);
        await workflows.UnenrollAsync(made.Id, "ann@example.com", cancellationToken: Stop);

        Assert.Equal([made.Id], await workflows.ListAsync(cancellationToken: Stop).Select(flow => flow.Id).ToListAsync(Stop));
        await workflows.DeleteAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await workflows.GetAsync(made.Id, cancellationToken: Stop));
        Assert.Null(await workflows.SetEnabledAsync(made.Id, true, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_change_is_made_to_the_latest_revision_or_refused()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var workflows = portal.Client.Workflows;
        var made = await workflows.CreateAsync(Greeting, cancellationToken: Stop);
        var changed = await workflows.UpdateAsync(made.Id, made.Json.Replace("Berlin", "Bonn", StringComparison.Ordinal), cancellationToken: Stop);
        Assert.NotEqual(made.RevisionId, changed.RevisionId);
        using var document = JsonDocument.Parse(changed.Json);
        Assert.Equal("Bonn", document.RootElement.GetProperty("actions")[0].GetProperty("fields").GetProperty("value").GetProperty("staticValue").GetString());
        var late = await Assert.ThrowsAsync<HubSpotException>(() => workflows.UpdateAsync(made.Id, made.Json, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Conflict, late.Kind);
        Assert.NotEqual(made.Id, (await workflows.CreateAsync(changed.Json, cancellationToken: Stop)).Id);
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var workflows = portal.Client.Workflows;
        var nowhere = await Assert.ThrowsAsync<HubSpotException>(() => workflows.CreateAsync(Greeting.Replace("\"startActionId\":\"1\"", "\"startActionId\":\"9\"", StringComparison.Ordinal), cancellationToken: Stop));
        Assert.Contains("startActionId", nowhere.Message, StringComparison.Ordinal);
        Assert.Equal(HubSpotErrorKind.NotFound, (await Assert.ThrowsAsync<HubSpotException>(() => workflows.EnrollAsync("1", "ann@example.com", cancellationToken: Stop))).Kind);
        await Assert.ThrowsAsync<ArgumentException>(() => workflows.CreateAsync("{", cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => workflows.CreateAsync("[]", cancellationToken: Stop));
    }
}
