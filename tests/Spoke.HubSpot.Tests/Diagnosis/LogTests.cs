using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Excerpts of logs, and .env files.</summary>
public sealed class LogTests
{
    internal static IEnumerable<string> Fixtures =>
    [
        "2026-11-25T12:00:00Z [worker-1] GET https://api.hubapi.com/crm/v3/objects/contacts 200\n2026-11-25T12:00:01Z [worker-2] GET https://api.hubapi.com/crm/v3/objects/contacts 401 " + NotFound + "\n2026-11-25T12:00:02Z POST https://api.hubapi.com/oauth/v1/token 400\n",
        "# shop\nPORT=3000\nexport HUBSPOT_ACCESS_TOKEN=\"" + Pat + "\"\nHUBSPOT_API_KEY = " + Uuid + "\r\n",
    ];

    private static HubSpot.Diagnosis Examine(string text) => Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));

    [Fact]
    public void A_log_of_calls_that_work_is_healthy()
    {
        var diagnosis = Examine("""
            2026-11-25T11:59:58Z INFO starting sync
            2026-11-25T11:59:59Z INFO GET https://api.hubapi.com/crm/v3/objects/contacts?limit=100 200 in 84ms
            2026-11-25T12:00:00Z INFO POST https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert 200 in 191ms
            2026-11-25T12:00:01Z INFO done, 401 records
            """);
        Assert.True(diagnosis is { Verdict: Verdict.Healthy, Findings.Count: 0 }, diagnosis.ToString());
        Assert.Equal(2, diagnosis.Requests.Count);
    }

    [Fact]
    public void A_token_refreshed_too_late_is_told_by_the_message()
    {
        var diagnosis = Examine("""
            2026-11-25 12:00:00,114 ERROR hubspot.sync GET https://api.hubapi.com/crm/v3/objects/contacts failed with 401: {"status":"error","message":"The OAuth token used to make this call expired 0 second(s) ago.","correlationId":"c","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-11-25T12:00:00Z"]}}
            2026-11-25 12:00:01,402 INFO hubspot.sync POST https://api.hubapi.com/oauth/v1/token 200
            """);
        Assert.Equal("X02", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Certain, diagnosis.Findings[0].Confidence);
    }

    [Fact]
    public void A_token_refreshed_too_late_is_told_by_the_times()
    {
        var diagnosis = Examine("""
            [2026-11-25T12:00:00.100Z] GET https://api.hubapi.com/crm/v3/objects/contacts status=401
            [2026-11-25T12:00:02.300Z] POST https://api.hubapi.com/oauth/v1/token status=200
            [2026-11-25T12:00:02.900Z] GET https://api.hubapi.com/crm/v3/objects/contacts status=200
            """);
        Assert.Equal("X02", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Likely, diagnosis.Findings[0].Confidence);
        Assert.Contains("2 s later", diagnosis.Findings[0].Evidence[0].Shows);
    }

    [Theory]
    [InlineData("2026-11-25T12:00:0{0}Z [worker-{1}] GET https://api.hubapi.com/crm/v3/objects/contacts {2}")]
    [InlineData("web_{1}  | 2026-11-25 12:00:0{0} INFO GET https://api.hubapi.com/crm/v3/objects/contacts -> {2}")]
    [InlineData("{{\"time\":\"2026-11-25T12:00:0{0}Z\",\"pid\":410{1},\"msg\":\"GET https://api.hubapi.com/crm/v3/objects/contacts\",\"status\":{2}}}")]
    public void Two_processes_that_take_turns_are_told(string line)
    {
        var diagnosis = Examine(string.Join('\n', new[] { (1, 200), (2, 401), (1, 200), (2, 401), (1, 200), (2, 401) }.Select((c, i) => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i, c.Item1, c.Item2))));
        Assert.True(diagnosis.Findings.Count > 0 && diagnosis.Findings[0].Id == "X16", diagnosis.ToString());
        Assert.Equal(Confidence.Likely, diagnosis.Findings[0].Confidence);
    }

    [Fact]
    public void Processes_that_are_all_refused_are_not_two_holders()
    {
        var diagnosis = Examine("2026-11-25T12:00:00Z [worker-1] GET https://api.hubapi.com/crm/v3/objects/contacts 401\n2026-11-25T12:00:01Z [worker-2] GET https://api.hubapi.com/crm/v3/objects/contacts 401\n2026-11-25T12:00:02Z [worker-1] GET https://api.hubapi.com/crm/v3/objects/contacts 401\n2026-11-25T12:00:03Z [worker-2] GET https://api.hubapi.com/crm/v3/objects/contacts 401\n");
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "X16");
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
    }

    [Fact]
    public void A_limit_that_a_platform_calls_unauthorized_is_a_limit()
    {
        var diagnosis = Examine("""
            2026-11-25T12:00:00Z ERROR flow step "HubSpot": Unauthorized - {"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","correlationId":"c","policyName":"SECONDLY"}
            2026-11-25T12:00:00Z ERROR flow stopped
            """);
        Assert.Equal("R14", diagnosis.Findings[0].Id);
    }

    [Fact]
    public void A_failed_refresh_in_a_log_is_told()
    {
        var diagnosis = Examine("2026-11-25T12:00:00Z POST https://api.hubapi.com/oauth/v1/token 400 {\"status\":\"BAD_REFRESH_TOKEN\",\"message\":\"missing or invalid refresh token\"}\n2026-11-25T12:00:01Z GET https://api.hubapi.com/crm/v3/objects/contacts 401 " + NotFound);
        Assert.Equal(["X04", "X05"], diagnosis.Findings.Where(f => f.Confidence != Confidence.Possible).Select(f => f.Id).Order());
    }

    [Fact]
    public void A_log_without_calls_to_HubSpot_is_no_request() =>
        Assert.NotNull(Examine("2026-11-25T12:00:00Z INFO started\n2026-11-25T12:00:01Z ERROR disk full\n").Unreadable);

    [Fact]
    public void A_gateways_503_page_is_not_called_a_firewall()
    {
        var page = Doctor.ExamineResponse(Encoding.UTF8.GetBytes("HTTP/1.1 503 Service Unavailable\ncf-ray: 8f00-FRA\nserver: cloudflare\n\n<html>\n<head><title>503 Service Unavailable</title></head>\n<body>\n<center><h1>503 Service Unavailable</h1></center>\n<hr><center>cloudflare</center>\n</body></html>"), new FakeTimeProvider(Now));
        Assert.DoesNotContain(page.Findings, f => f.Id == "R06");
        Assert.Equal(Verdict.Unknown, page.Verdict);
        Assert.NotNull(page.Next);
        var challenge = Doctor.ExamineResponse(Encoding.UTF8.GetBytes("HTTP/1.1 503 Service Unavailable\ncf-ray: 8f00-FRA\n\n<html><title>Just a moment...</title></html>"), new FakeTimeProvider(Now));
        Assert.Equal("R06", challenge.Findings[0].Id);
    }

    [Theory]
    [InlineData("# shop\nNODE_ENV=production\nHUBSPOT_ACCESS_TOKEN=" + Pat + "\nSTRIPE_API_KEY=sk_live_51H8abcdefghijklmnop\nHUBSPOT_CLIENT_SECRET=" + Uuid + "\n")]
    [InlineData("export HUBSPOT_ACCESS_TOKEN=" + Pat + "\nexport PORT=3000\n")]
    [InlineData("PORT=3000\r\nHUBSPOT_ACCESS_TOKEN=" + Pat + "\r\n")]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=" + Pat + " # made in November\n")]
    public void An_environment_file_with_nothing_wrong_is_healthy(string text)
    {
        var diagnosis = Examine(text);
        Assert.True(diagnosis is { Unreadable: null, Verdict: Verdict.Healthy }, diagnosis.Unreadable + diagnosis);
        DoctorExampleTests.ShowsNoSecret(diagnosis, ".env");
    }

    [Theory]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=\"" + Pat + "\"\n", "H09", Confidence.Possible)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=\u201C" + Pat + "\u201D\n", "H10", Confidence.Certain)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=" + Pat + "\r\nB=1\n", "H08", Confidence.Possible)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=" + Pat + "  \nB=1\n", "H08", Confidence.Likely)]
    [InlineData("\uFEFFHUBSPOT_ACCESS_TOKEN=" + Pat + "\nPORT=3000\n", "H11", Confidence.Likely)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN = " + Pat + "\n", "V07", Confidence.Possible)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=Bearer " + Pat + "\n", "H06", Confidence.Certain)]
    [InlineData("PORT=3000\nHUBSPOT_ACCESS_TOKEN=\n", "V06", Confidence.Certain)]
    [InlineData("PORT=3000\nHUBSPOT_API_KEY=" + Uuid + "\n", "K02", Confidence.Likely)]
    public void A_fault_in_an_environment_file_is_told_with_its_line(string text, string cause, Confidence confidence)
    {
        var diagnosis = Examine(text);
        Assert.True(diagnosis.Findings.Count > 0 && diagnosis.Findings[0].Id == cause && diagnosis.Findings[0].Confidence == confidence, diagnosis.Unreadable + diagnosis);
        Assert.Contains("variable HUBSPOT_", diagnosis.Findings[0].Evidence[0].Where);
        DoctorExampleTests.ShowsNoSecret(diagnosis, cause);
    }
}
