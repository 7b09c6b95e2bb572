using System.Net;
using System.Text.Json;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>States of a live portal that only its answers tell, played by the emulator over HTTP.</summary>
public sealed class LiveQuestionTests
{
    [Fact]
    public async Task A_token_of_another_portal_is_told_by_the_account_that_answers()
    {
        await using var emulator = await StartAsync();
        var (token, _) = await TokenAsync(emulator, "{\"state\":\"other-portal\"}");
        var other = await ExamineAsync(emulator, token, new LiveQuestions { PortalId = 1000001 });
        Assert.Equal("X13", other.Findings[0].Id);
        Assert.Equal(Confidence.Certain, other.Findings[0].Confidence);
        var right = await ExamineAsync(emulator, EmulatorServer.DefaultToken, new LiveQuestions { PortalId = 1000001 });
        Assert.Empty(right.Findings);
        Assert.Contains("X13", right.RuledOut.Select(r => r.Id));
    }

    [Fact]
    public async Task What_an_OAuth_token_says_of_itself_is_evidence()
    {
        await using var emulator = await StartAsync();
        var (token, hub) = await TokenAsync(emulator, "{\"kind\":\"oauth\"}");
        var diagnosis = await ExamineAsync(emulator, token, new LiveQuestions());
        Assert.Contains(diagnosis.Notes, n => n.StartsWith($"says      hub {hub}, app ", StringComparison.Ordinal) && n.Contains("expires 20", StringComparison.Ordinal) && n.Contains("not proof", StringComparison.Ordinal));
        // Revoked, and of another portal by what it says: likely, never certain.
        var (revoked, _) = await TokenAsync(emulator, "{\"kind\":\"oauth\",\"state\":\"revoked\"}");
        var refused = await ExamineAsync(emulator, revoked, new LiveQuestions { PortalId = 5 });
        Assert.Equal(["X09", "X13"], refused.Findings.Select(f => f.Id).Order());
        Assert.All(refused.Findings, f => Assert.Equal(Confidence.Likely, f.Confidence));
    }

    [Theory]
    [InlineData("private-app", "/webhooks/v3/123/subscriptions", "P08", Confidence.Certain)]
    [InlineData("private-app", "/crm/v3/objects/contacts", null, Confidence.Certain)]
    [InlineData("oauth", "/crm/v3/objects/contacts", null, Confidence.Certain)]
    public async Task A_path_that_wants_another_credential_is_told_by_its_answer(string kind, string path, string? cause, Confidence confidence)
    {
        await using var emulator = await StartAsync();
        var (token, _) = await TokenAsync(emulator, $"{{\"kind\":\"{kind}\"}}");
        var diagnosis = await ExamineAsync(emulator, token, new LiveQuestions { Path = path });
        Assert.Equal(cause, diagnosis.Findings.FirstOrDefault()?.Id);
        if (cause is not null) Assert.Equal(confidence, diagnosis.Findings[0].Confidence);
        else Assert.Contains(diagnosis.Notes, n => n.StartsWith("path      GET /crm", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("P01", "P01")]
    [InlineData("P05", "P05")]
    [InlineData("P06", "P06")]
    [InlineData("P07", "P07")]
    [InlineData("P11", "X12")]
    [InlineData("R14", "R14")]
    public async Task A_path_that_is_refused_is_explained(string played, string cause)
    {
        await using var emulator = await StartAsync();
        await PlayAsync(emulator, played, "/crm/v3/objects/deals");
        var diagnosis = await ExamineAsync(emulator, EmulatorServer.DefaultToken, new LiveQuestions { Path = "/crm/v3/objects/deals" });
        Assert.Equal(cause, diagnosis.Findings[0].Id);
        Assert.Contains("GET /crm/v3/objects/deals", diagnosis.Findings[0].Evidence[0].Where);
    }

    [Fact]
    public async Task An_endpoint_for_private_apps_only_is_told_from_a_good_OAuth_token()
    {
        await using var emulator = await StartAsync();
        await PlayAsync(emulator, "P09", "/crm/v3/objects/deals");
        var (token, _) = await TokenAsync(emulator, "{\"kind\":\"oauth\"}");
        Assert.Equal("P09", (await ExamineAsync(emulator, token, new LiveQuestions { Path = "/crm/v3/objects/deals" })).Findings[0].Id);
    }

    [Fact]
    public async Task An_account_that_is_being_moved_is_told_from_one_that_has_moved()
    {
        await using var emulator = await StartAsync();
        await PlayAsync(emulator, "hublet-move", null);
        var moving = await ExamineAsync(emulator, EmulatorServer.DefaultToken, new LiveQuestions());
        Assert.Equal("X15", moving.Findings[0].Id);
        Assert.Contains("477", moving.Findings[0].Evidence[0].Shows);
        var (token, _) = await TokenAsync(emulator, "{\"state\":\"moved\"}");
        await using var fresh = await StartAsync();
        var (moved, _) = await TokenAsync(fresh, "{\"state\":\"moved\"}");
        var gone = await ExamineAsync(fresh, moved, new LiveQuestions());
        Assert.Equal("X15", gone.Findings[0].Id);
        Assert.Contains("data centre", gone.Findings[0].Evidence[0].Shows);
    }

    [Theory]
    [InlineData("{\"message\":\"Unauthorized\"}")]
    [InlineData("<html><body>401</body></html>")]
    public void A_gateways_own_refusal_is_not_HubSpots(string body)
    {
        var diagnosis = Doctor.ExamineRequest($"curl '{Example.List}' -H 'Authorization: Bearer {Example.Pat}'\n\nHTTP/1.1 401 Unauthorized\nContent-Type: application/json\nx-amzn-errortype: UnauthorizedException\nVia: 1.1 gateway\n\n{body}");
        Assert.Equal("R04", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Likely, diagnosis.Findings[0].Confidence);
    }

    private static Task<EmulatorServer> StartAsync() => EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);

    private static async Task<HubSpot.Diagnosis> ExamineAsync(EmulatorServer emulator, string token, LiveQuestions questions)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => token });
        return await Doctor.ExamineLiveAsync(client, token, "variable TEST", questions, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task PlayAsync(EmulatorServer emulator, string kind, string? path)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        using var content = new StringContent($"{{\"kind\":\"{kind}\",\"times\":1{(path is null ? "" : $",\"path\":\"{path}\"")}}}");
        using var answer = await http.PostAsync("/_emulator/faults", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<(string Token, long Hub)> TokenAsync(EmulatorServer emulator, string request)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        using var content = new StringContent(request);
        using var answer = await http.PostAsync("/_emulator/tokens", content, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (document.RootElement.GetProperty("token").GetString()!, document.RootElement.GetProperty("hubId").GetInt64());
    }
}
