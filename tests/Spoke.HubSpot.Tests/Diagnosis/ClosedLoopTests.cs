using System.Net;
using System.Text;
using Spoke.Emulator;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>The emulator plays a cause, the doctor is shown the call with its answer, and must say the same id back.</summary>
public sealed class ClosedLoopTests
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private const string PersonalKey = "CiRuYTEtMWIyYy0zZDRlLTVmNjAtNGE3Yi04YzlkMGUxZjJhM2I0YzVkEAEYAg";
    private static readonly string s_oauth = OAuth(TimeProvider.System.GetUtcNow().AddMinutes(20));
    private static readonly string s_expired = OAuth(TimeProvider.System.GetUtcNow().AddMinutes(-31));

    /// <summary>What the call looks like when this is what is wrong with it.</summary>
    private static (string Method, string Path, string? Authorization) CallFor(string cause) => cause switch
    {
        "H01" => ("GET", Contacts, null),
        "V02" => ("GET", Contacts, "Bearer access-token"),
        "K01" => ("GET", Contacts + "?hapikey=" + Uuid, null),
        "K02" => ("GET", Contacts, "Bearer " + Uuid),
        "K03" => ("GET", Contacts + "?hapikey=" + Pat, null),
        "K05" => ("GET", Contacts, "Bearer " + RegionUuid),
        "K06" => ("GET", Contacts, "Bearer " + PersonalKey),
        "X01" => ("GET", Contacts, "Bearer " + s_expired),
        "X02" or "X09" => ("GET", Contacts, "Bearer " + s_oauth),
        "P03" => ("POST", Contacts, "Bearer " + Pat),
        "P07" => ("GET", "/media-bridge/2026-09/123/schemas", "Bearer " + Pat),
        "P08" => ("GET", "/webhooks/v3/123/subscriptions", "Bearer " + Pat),
        "R09" => ("GET", "/crm/v3/no/such/path", "Bearer " + Pat),
        "R11" => ("GET", Contacts + "/batch/read", "Bearer " + Pat),
        _ => ("GET", Contacts, "Bearer " + Pat),
    };

    /// <summary>That a reading scope was granted beside the missing writing one, no answer shows.</summary>
    private static string FirstOf(string cause) => cause == "P03" ? "P01" : cause;

    public static TheoryData<string> Causes() =>
        ["H01", "V02", "K01", "K02", "K03", "K05", "K06", "X01", "X02", "X09", "X10", "X12", "X14", "X15", "P01", "P03", "P05", "P06", "P07", "P08", "R05", "R06", "R09", "R11", "R14"];

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task A_played_cause_is_named_first(string cause)
    {
        var diagnosis = await PlayedAsync(cause, withRequest: true);
        Assert.True(diagnosis.Findings.Count > 0 && diagnosis.Findings[0].Id == FirstOf(cause), diagnosis.ToString());
        Assert.True(diagnosis.Verdict is Verdict.CauseFound or Verdict.Likely, diagnosis.ToString());
    }

    [Fact]
    public async Task A_leaked_token_is_a_candidate_and_nothing_in_its_group_is_certain()
    {
        // Rotated, switched off after a leak and deleted get one and the same answer: no text can tell them apart.
        var diagnosis = await PlayedAsync("X11", withRequest: true);
        Assert.Equal(["X10", "X11", "X12"], diagnosis.Findings.Select(f => f.Id));
        Assert.DoesNotContain(diagnosis.Findings, f => f.Confidence == Confidence.Certain);
        Assert.NotNull(diagnosis.Next);
    }

    [Theory]
    [InlineData("X01")]
    [InlineData("X02")]
    [InlineData("X12")]
    [InlineData("X14")]
    [InlineData("X15")]
    [InlineData("P01")]
    [InlineData("P03")]
    [InlineData("P05")]
    [InlineData("P06")]
    [InlineData("P07")]
    [InlineData("R05")]
    [InlineData("R06")]
    [InlineData("R11")]
    [InlineData("R14")]
    public async Task Where_the_answer_alone_tells_it_is_enough(string cause)
    {
        var diagnosis = await PlayedAsync(cause, withRequest: false);
        Assert.Equal(FirstOf(cause), diagnosis.Findings[0].Id);
    }

    [Fact]
    public void An_answer_from_behind_the_gate_disproves_a_missing_header()
    {
        const string Call = "GET /crm/v3/objects/contacts/5 HTTP/1.1\r\nHost: api.hubapi.com\r\n\r\n";
        const string Body = "{\"status\":\"error\",\"message\":\"Object not found.\",\"correlationId\":\"01938a6e-0000-7000-8000-000000000001\",\"category\":\"OBJECT_NOT_FOUND\"}";
        Assert.DoesNotContain(Doctor.ExamineRequest(Encoding.UTF8.GetBytes(Call + "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n" + Body)).Findings, f => f.Id == "H01");
        Assert.Contains(Doctor.ExamineRequest(Encoding.UTF8.GetBytes(Call)).Findings, f => f.Id == "H01");
    }

    [Fact]
    public async Task Credentials_not_found_alone_is_never_certain()
    {
        var diagnosis = await PlayedAsync("P08", withRequest: false);
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.DoesNotContain(diagnosis.Findings, f => f.Confidence != Confidence.Possible);
    }

    private static async Task<HubSpot.Diagnosis> PlayedAsync(string cause, bool withRequest)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), stop);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = emulator.BaseUrl };
        var (method, path, authorization) = CallFor(cause);
        using (var asked = await http.PostAsync("/_emulator/faults", new StringContent($"{{\"kind\":\"{cause}\"}}"), stop)) Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (method == "POST") request.Content = new StringContent("{\"properties\":{}}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, stop);
        var text = new StringBuilder();
        if (withRequest)
        {
            text.Append($"{method} {path} HTTP/1.1\r\nHost: api.hubapi.com\r\n");
            if (authorization is not null) text.Append($"Authorization: {authorization}\r\n");
            text.Append("\r\n");
        }
        text.Append($"HTTP/1.1 {(int)answer.StatusCode} {answer.ReasonPhrase}\r\n");
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)) text.Append($"{name}: {string.Join(',', values)}\r\n");
        text.Append("\r\n").Append(await answer.Content.ReadAsStringAsync(stop));
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return withRequest ? Doctor.ExamineRequest(bytes) : Doctor.ExamineResponse(bytes);
    }
}
