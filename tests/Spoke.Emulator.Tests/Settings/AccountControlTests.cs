namespace Spoke.Emulator.Tests.Settings;

/// <summary>What people do on HubSpot's pages, over HTTP: it is the emulator's own interface, not one of HubSpot's.</summary>
public sealed class AccountControlTests
{
    [Fact]
    public async Task Settings_are_changed_and_an_archived_record_is_restored()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        (await emulator.SendAsync("PUT", "/_emulator/account", """{"companiesFromDomain":true}""", null)).Expect(200);
        Assert.Contains("\"companiesFromDomain\":true", (await emulator.SendAsync("GET", "/_emulator/account", null, null)).Expect(200).Text, StringComparison.Ordinal);
        (await emulator.SendAsync("PUT", "/_emulator/account", """{"mostRecords":-1}""", null)).Expect(400);
        var id = (await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@shop.example"}}""")).Expect(201).Json.GetProperty("id").GetString();
        Assert.Contains("shop.example", (await emulator.SendAsync("GET", "/crm/v3/objects/companies?properties=domain")).Expect(200).Text, StringComparison.Ordinal);
        (await emulator.SendAsync("DELETE", $"/crm/v3/objects/contacts/{id}")).Expect(204);
        (await emulator.SendAsync("POST", "/_emulator/restore", $$"""{"objectType":"contacts","id":"{{id}}"}""", null)).Expect(200);
        (await emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{id}")).Expect(200);
        (await emulator.SendAsync("POST", "/_emulator/restore", $$"""{"objectType":"contacts","id":"{{id}}"}""", null)).Expect(404);
    }
}
