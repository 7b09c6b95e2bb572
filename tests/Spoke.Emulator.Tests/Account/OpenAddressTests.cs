using System.Net.Http.Headers;
using System.Text.Json;

namespace Spoke.Emulator.Tests.Account;

/// <summary>Addresses that need no token lead to the account that gave them out, whichever that is and in either data centre.</summary>
public sealed class OpenAddressTests : IAsyncLifetime
{
    /// <summary>Stands for the account that is always there.</summary>
    private const string First = "first";

    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    public static TheoryData<string> Portals => [First, "na1", "eu1"];

    [Theory]
    [MemberData(nameof(Portals))]
    public async Task An_export_is_fetched_without_a_token(string hublet)
    {
        var (_, token) = await PortalAsync(hublet);
        await Call("POST", "/crm/v3/objects/contacts", 201, token, """{"properties":{"email":"own@b.example"} }""");
        var task = (await Call("POST", "/crm/v3/exports/export/async", 202, token, """{"exportType":"VIEW","exportName":"All","format":"CSV","language":"EN","objectType":"CONTACT","objectProperties":["email"]}""")).GetProperty("id").GetString();
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":5000}""");
        var url = (await Call("GET", $"/crm/v3/exports/export/async/tasks/{task}/status", 200, token)).GetProperty("result").GetString()!;
        Assert.Contains("own@b.example", (await OpenAsync(url)).Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Portals))]
    public async Task Files_private_and_public_are_fetched_without_a_token(string hublet)
    {
        var (_, token) = await PortalAsync(hublet);
        var secret = await UploadAsync(token, "secret.txt", "PRIVATE");
        var signed = (await Call("GET", $"/files/v3/files/{secret.GetProperty("id").GetString()}/signed-url", 200, token)).GetProperty("url").GetString()!;
        Assert.Equal("secret.txt", (await OpenAsync(signed)).Expect(200).Text);
        (await OpenAsync(secret.GetProperty("url").GetString()!)).Expect(404);
        var open = await UploadAsync(token, "open.txt", "PUBLIC_INDEXABLE");
        Assert.Equal("open.txt", (await OpenAsync(open.GetProperty("url").GetString()!)).Expect(200).Text);
    }

    [Theory]
    [MemberData(nameof(Portals))]
    public async Task The_journals_file_is_fetched_without_a_token(string hublet)
    {
        var (hub, _) = await PortalAsync(hublet);
        var app = await _emulator.TokenAsync($$"""{"kind":"app","portal":{{hub}},"ownApp":true}""");
        await Call("POST", "/webhooks-journal/subscriptions/2026-03", 200, app, $$"""{"subscriptionType":"OBJECT","portalId":{{hub}},"objectTypeId":"0-1","actions":["CREATE"],"properties":["email"],"objectIds":[]}""");
        await Call("POST", "/crm/v3/objects/contacts", 201, app, """{"properties":{"email":"own@b.example"} }""");
        var url = (await Call("GET", "/webhooks-journal/journal/2026-03/earliest", 200, app)).GetProperty("url").GetString()!;
        Assert.Equal("own@b.example", (await OpenAsync(url)).Expect(200).Json.GetProperty("journalEvents")[0].GetProperty("properties").GetProperty("email").GetString());
    }

    [Theory]
    [MemberData(nameof(Portals))]
    public async Task An_opt_out_by_its_link_counts_in_its_own_account(string hublet)
    {
        var (_, token) = await PortalAsync(hublet);
        var links = await Call("POST", "/communication-preferences/2026-03/links/generate?channel=EMAIL", 200, token, """{"subscriberIdString":"a@b.example"}""");
        (await OpenAsync(links.GetProperty("unsubscribeAllUrl").GetString()!)).Expect(200);
        Assert.Contains("UNSUBSCRIBED", (await OpenAsync(links.GetProperty("managePreferencesUrl").GetString()!)).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_one_account_opens_nothing_in_another()
    {
        var (one, token) = await PortalAsync("eu1");
        var (other, _) = await PortalAsync("na1");
        var secret = await UploadAsync(token, "secret.txt", "PRIVATE");
        var signed = (await Call("GET", $"/files/v3/files/{secret.GetProperty("id").GetString()}/signed-url", 200, token)).GetProperty("url").GetString()!;
        (await OpenAsync(signed.Replace($"/{one}/", $"/{other}/", StringComparison.Ordinal))).Expect(403);
        (await OpenAsync(signed.Replace($"/{one}/", "/999/", StringComparison.Ordinal))).Expect(404);
    }

    private async Task<(string Hub, string Token)> PortalAsync(string hublet)
    {
        if (hublet == First) return ("1000001", "Bearer " + EmulatorServer.DefaultToken);
        var made = await _emulator.ControlAsync("POST", "portals", $$"""{"hublet":"{{hublet}}"}""");
        return (made.GetProperty("hubId").GetRawText(), "Bearer " + made.GetProperty("token").GetString());
    }

    /// <summary>A file whose content is its name.</summary>
    private async Task<JsonElement> UploadAsync(string token, string name, string access)
    {
        using var form = new MultipartFormDataContent { { new StringContent(name), "file", name }, { new StringContent("/"), "folderPath" }, { new StringContent($$"""{"access":"{{access}}"}"""), "options" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files/v3/files") { Content = form };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(token);
        using var response = await _emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == 201, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<Reply> OpenAsync(string url) => _emulator.SendAsync("GET", new Uri(_emulator.BaseUrl, url).PathAndQuery, null, null);

    private async Task<JsonElement> Call(string method, string path, int status, string token, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body, token)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }
}
