using System.Text;
using Microsoft.Playwright;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary>A page in a real browser calls the API of another origin; the browser's own recording is shown to the doctor.</summary>
public sealed class PreflightTests(RunningChromium chromium) : IClassFixture<RunningChromium>
{
    [Fact]
    public async Task A_call_that_the_browser_withholds_is_told_from_its_recording()
    {
        if (chromium.Browser is null) Assert.Skip("Chromium is not installed");
        await using var shop = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        await using var hubspot = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        await using (var context = await chromium.Browser.NewContextAsync(new() { RecordHarPath = folder["page.har"] }))
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(shop.BaseUrl + "no/such/page");
            var outcome = await page.EvaluateAsync<string>("([url, token]) => fetch(url, { headers: { Authorization: `Bearer ${token}` } }).then(answer => `answered ${answer.status}`, error => error.name)", new[] { hubspot.BaseUrl + "crm/v3/objects/contacts", EmulatorServer.DefaultToken });
            Assert.Equal("TypeError", outcome);
        }
        var recorded = (await File.ReadAllTextAsync(folder["page.har"], TestContext.Current.CancellationToken)).Replace(hubspot.BaseUrl.GetLeftPart(UriPartial.Authority), "https://api.hubapi.com", StringComparison.Ordinal);
        var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(recorded));
        Assert.True(diagnosis.Findings is [{ Id: "R07" }, ..], diagnosis.Unreadable + diagnosis + recorded[..Math.Min(6000, recorded.Length)]);
    }
}
