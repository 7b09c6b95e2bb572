using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Diagnosis;

public sealed class LiveExaminationTests
{
    private static readonly IReadOnlyList<string>[] s_needs = [["crm.objects.contacts.read"], ["crm.objects.line_items.read", "e-commerce"]];

    [Fact]
    public async Task A_good_token_is_healthy_with_its_facts()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken);
        Assert.Equal(Verdict.Healthy, diagnosis.Verdict);
        Assert.Empty(diagnosis.Findings);
        Assert.Contains(diagnosis.Notes, n => n.Contains("hub 1000001", StringComparison.Ordinal));
        Assert.Contains(diagnosis.Notes, n => n.StartsWith("clock", StringComparison.Ordinal));
        Assert.Contains(diagnosis.Notes, n => n.StartsWith("limits", StringComparison.Ordinal) && n.Contains("left today", StringComparison.Ordinal));
        Assert.Contains("X10", diagnosis.RuledOut.Select(r => r.Id));
    }

    [Theory]
    [InlineData("revoked", "X10", Confidence.Likely)]
    [InlineData("rotated", "X10", Confidence.Likely)]
    [InlineData("inactive", "X14", Confidence.Certain)]
    [InlineData("moved", "X15", Confidence.Certain)]
    public async Task A_refusal_is_explained(string state, string cause, Confidence confidence)
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, await TokenAsync(emulator, $"{{\"state\":\"{state}\"}}"));
        Assert.Equal(cause, diagnosis.Findings[0].Id);
        Assert.Equal(confidence, diagnosis.Findings[0].Confidence);
        if (cause == "X10") Assert.Equal(["X10", "X11", "X12"], diagnosis.Findings.Select(f => f.Id));
    }

    [Fact]
    public async Task An_expired_OAuth_token_is_told_by_HubSpots_answer()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, await TokenAsync(emulator, "{\"kind\":\"oauth\",\"state\":\"expired\"}"));
        Assert.Equal("X01", diagnosis.Findings[0].Id);
        Assert.Equal(Verdict.CauseFound, diagnosis.Verdict);
    }

    [Fact]
    public async Task Missing_scopes_are_named_with_their_alternatives()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, await TokenAsync(emulator, "{\"scopes\":[\"oauth\",\"crm.objects.contacts.read\"]}"));
        Assert.Equal("P01", diagnosis.Findings[0].Id);
        Assert.Equal(["crm.objects.line_items.read or e-commerce"], diagnosis.Scopes.Missing);
    }

    [Theory]
    [InlineData("R05")]
    [InlineData("R06")]
    [InlineData("X12")]
    [InlineData("P05")]
    [InlineData("X15")]
    public async Task A_played_cause_is_named(string cause)
    {
        await using var emulator = await StartAsync();
        using (var http = new HttpClient { BaseAddress = emulator.BaseUrl })
            (await http.PostAsync("/_emulator/faults", new StringContent($"{{\"kind\":\"{cause}\"}}"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        Assert.Equal(cause, (await ExamineAsync(emulator, EmulatorServer.DefaultToken)).Findings[0].Id);
    }

    [Theory]
    [InlineData("429-ten-secondly", "429")]
    [InlineData("429-daily", "daily limit")]
    [InlineData("423", "423")]
    [InlineData("500", "500")]
    [InlineData("502", "502")]
    [InlineData("503", "503")]
    [InlineData("504", "504")]
    public async Task A_portal_that_cannot_answer_is_not_judged(string fault, string said)
    {
        await using var emulator = await StartAsync();
        await PlayAsync(emulator, fault, null);
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken);
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.True(diagnosis.PortalUnavailable);
        Assert.Empty(diagnosis.Findings);
        Assert.Contains(diagnosis.Notes, n => n.StartsWith("answer", StringComparison.Ordinal) && n.Contains(said, StringComparison.Ordinal));
        Assert.NotNull(diagnosis.Next);
        Assert.DoesNotContain("Healthy", diagnosis.ToString());
    }

    [Fact]
    public async Task A_firewalls_challenge_is_a_firewall_whatever_its_status()
    {
        var wire = new Transport.ScriptedHandler(Transport.ScriptedHandler.Json(503, "<html><title>Just a moment...</title><script src=cloudflare></script></html>"));
        using var client = new HubSpotClient(new HubSpotClientOptions { Token = () => EmulatorServer.DefaultToken }, wire);
        var diagnosis = await Doctor.ExamineLiveAsync(client, EmulatorServer.DefaultToken, "test", s_needs, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("R06", Assert.Single(diagnosis.Findings).Id);
        Assert.Equal(Verdict.Likely, diagnosis.Verdict);
    }

    [Fact]
    public async Task Scopes_that_could_not_be_read_leave_it_open()
    {
        await using var emulator = await StartAsync();
        await PlayAsync(emulator, "500", "/oauth/v2/private-apps/get/access-token-info");
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken);
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.True(diagnosis.PortalUnavailable);
    }

    [Fact]
    public async Task What_a_sync_lacks_is_named_though_account_details_are_refused()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, await TokenAsync(emulator, "{\"kind\":\"service-key\",\"scopes\":[\"crm.objects.contacts.read\"]}"));
        Assert.Equal("P01", Assert.Single(diagnosis.Findings).Id);
        Assert.Equal(["oauth", "crm.objects.line_items.read or e-commerce"], diagnosis.Scopes.Missing);
        Assert.Contains("e-commerce", diagnosis.Findings[0].Fix);
    }

    [Fact]
    public async Task All_groups_are_needed_and_any_one_within_a_group()
    {
        await using var emulator = await StartAsync();
        var text = (await ExamineAsync(emulator, EmulatorServer.DefaultToken)).ToString();
        Assert.Contains("all of crm.objects.contacts.read; crm.objects.line_items.read or e-commerce", text);
        Assert.DoesNotContain("any one of", text);
    }

    [Fact]
    public async Task The_scopes_of_an_OAuth_token_cannot_be_read_and_so_it_is_not_healthy()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, await TokenAsync(emulator, "{\"kind\":\"oauth\"}"));
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.False(diagnosis.PortalUnavailable);
        Assert.Contains(diagnosis.Notes, n => n.StartsWith("scopes    could not be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MY_TOKEN", "V01")]
    [InlineData("pat-na1-****", "H19")]
    [InlineData("Bearer pat-na1-00000000-0000-4000-8000-000000000001", "H06")]
    [InlineData("ghp_1b2c3d4e5f604a7b8c9d0e1f2a3b4c5d", "K10")]
    public async Task A_token_that_is_none_is_certain_since_these_are_the_bytes(string token, string cause)
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, token);
        Assert.Equal(cause, diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Certain, diagnosis.Findings[0].Confidence);
    }

    [Fact]
    public async Task A_line_end_behind_the_token_is_told_though_this_client_takes_it_off()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken + "\n");
        Assert.Equal("H08", Assert.Single(diagnosis.Findings).Id);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told()
    {
        await using var emulator = await StartAsync();
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(10)));
        Assert.Equal("X03", diagnosis.Findings[0].Id);
    }

    [Fact]
    public async Task No_answer_is_an_exception()
    {
        Uri address;
        await using (var emulator = await StartAsync()) address = emulator.BaseUrl;
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Token = () => EmulatorServer.DefaultToken });
        var failure = await Assert.ThrowsAsync<HubSpotException>(() => Doctor.ExamineLiveAsync(client, EmulatorServer.DefaultToken, "test", s_needs, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(HubSpotErrorKind.Unreachable, failure.Kind);
    }

    private static async Task PlayAsync(EmulatorServer emulator, string kind, string? path)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        var body = $"{{\"kind\":\"{kind}\",\"times\":10{(path is null ? "" : $",\"path\":\"{path}\"")}}}";
        (await http.PostAsync("/_emulator/faults", new StringContent(body), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private static Task<EmulatorServer> StartAsync() => EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);

    private static async Task<HubSpot.Diagnosis> ExamineAsync(EmulatorServer emulator, string token, TimeProvider? time = null)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => token });
        return await Doctor.ExamineLiveAsync(client, token, "variable TEST", s_needs, time, TestContext.Current.CancellationToken);
    }

    private static async Task<string> TokenAsync(EmulatorServer emulator, string request)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        using var answer = await http.PostAsync("/_emulator/tokens", new StringContent(request), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.GetProperty("token").GetString()!;
    }
}
