using System.Text.Json;
using Microsoft.Playwright;
using Spoke.Emulator.Tests.Control;

namespace Spoke.Emulator.Tests.Forms;

/// <summary>Submitting a form from the page of another site: what the browser asks first, and a real browser.</summary>
public sealed class FormCorsTests
{
    private const string Form = """
        {"name":"F","formType":"hubspot","fieldGroups":[{"groupType":"default_group","fields":[{"name":"email","fieldType":"email","objectTypeId":"0-1","label":"E-mail","required":true}]}]}
        """;

    private static async Task<string> FormAsync(EmulatorClient emulator) => (await emulator.SendAsync("POST", "/marketing/v3/forms", Form)).Expect(201).Json.GetProperty("id").GetString()!;

    [Fact]
    public async Task A_preflight_is_allowed_on_the_open_endpoint_only()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var form = await FormAsync(emulator);
        var open = await PreflightAsync(emulator, $"/submissions/v3/integration/submit/1000001/{form}");
        Assert.Equal(("204", "*", "content-type", true), (open.Status, open.Origin, open.Headers, open.Methods!.Contains("POST", StringComparison.Ordinal)));
        var secure = await PreflightAsync(emulator, $"/submissions/v3/integration/secure/submit/1000001/{form}");
        Assert.Null(secure.Origin);
        Assert.Null((await PreflightAsync(emulator, "/crm/v3/objects/contacts")).Origin);
    }

    [Fact]
    public async Task A_page_of_another_site_submits_and_reads_answer_and_refusal()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await using var site = await EmulatorClient.StartAsync();   // whatever else listens on another port is another site
        var form = await FormAsync(emulator);
        await using var browser = await EmulatorPage.OpenAsync(site, 800, ColorScheme.Light);
        await browser.Page.GotoAsync(new Uri(site.BaseUrl, "health/live").ToString());
        async Task<(int Status, JsonElement Body)> SubmitAsync(string email)
        {
            var answer = await browser.Page.EvaluateAsync<JsonElement>("""
                async ([url, email]) => {
                  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ fields: [{ name: 'email', value: email }] }) });
                  return { status: response.status, body: await response.json() };
                }
                """, new[] { new Uri(emulator.BaseUrl, $"submissions/v3/integration/submit/1000001/{form}").ToString(), email });
            return (answer.GetProperty("status").GetInt32(), answer.GetProperty("body"));
        }
        var done = await SubmitAsync("ann@b.example");
        Assert.Equal((200, "Thanks for submitting the form."), (done.Status, done.Body.GetProperty("inlineMessage").GetString()));
        var refused = await SubmitAsync("nobody");
        Assert.Equal((400, "INVALID_EMAIL"), (refused.Status, refused.Body.GetProperty("errors")[0].GetProperty("errorType").GetString()));
        (await emulator.SendAsync("GET", "/crm/v3/objects/contacts/ann@b.example?idProperty=email")).Expect(200);
        var blocked = await Assert.ThrowsAsync<PlaywrightException>(() => browser.Page.EvaluateAsync("url => fetch(url)", new Uri(emulator.BaseUrl, "crm/v3/objects/contacts").ToString()));
        Assert.Contains("Failed to fetch", blocked.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Status, string? Origin, string? Headers, string? Methods)> PreflightAsync(EmulatorClient emulator, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path) { Headers = { { "Origin", "https://shop.example" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type" } } };
        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
        return (((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), Header("access-control-allow-origin"), Header("access-control-allow-headers"), Header("access-control-allow-methods"));
    }
}
