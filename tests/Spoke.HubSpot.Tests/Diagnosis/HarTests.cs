using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;
using static Spoke.HubSpot.Tests.Diagnosis.Har;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Whole sessions as a browser or a proxy recorded them.</summary>
public sealed class HarTests
{
    private const string Good = "Bearer " + Pat;

    internal static IEnumerable<string> Fixtures =>
    [
        System.Text.Encoding.UTF8.GetString(Of(Other(0), Entry(1, "GET", Contacts + "/", Good, 301, answer: ["Location", Contacts]), Entry(2, "GET", Contacts, null, 401, NotFound))),
        System.Text.Encoding.UTF8.GetString(Of(Entry(0, "OPTIONS", Contacts, null, 401, NotFound, ["Origin", "https://shop.example.com"]), Entry(1, "GET", Contacts, Good, 0, error: "net::ERR_FAILED"))),
        System.Text.Encoding.UTF8.GetString(Of(Entry(1, "POST", "https://api.hubapi.com/oauth/v1/token", null, 400, "{\"status\":\"BAD_REFRESH_TOKEN\"}", post: "grant_type=refresh_token"), Entry(2, "GET", Contacts, "Bearer undefined", 401, NotFound))),
    ];

    private static HubSpot.Diagnosis Examine(params string[] entries) => Doctor.ExamineRequest(Of(entries), new FakeTimeProvider(Now));

    [Fact]
    public void A_session_with_nothing_wrong_is_healthy()
    {
        var diagnosis = Examine(Other(0), Entry(1, "GET", Contacts + "?limit=10", Good, 200, "{\"results\":[]}"), Entry(2, "POST", Contacts, Good, 201, "{\"id\":\"1\"}", ["Content-Type", "application/json"], post: "{\"properties\":{}}"), Entry(3, "GET", Contacts + "/1", Good, 200, "{\"id\":\"1\"}"));
        Assert.True(diagnosis.Verdict == Verdict.Healthy && diagnosis.Findings.Count == 0, diagnosis.ToString());
        Assert.Equal(3, diagnosis.Requests.Count);
        Assert.Contains(diagnosis.Notes, n => n.StartsWith("1 other", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_call_that_fails_is_explained_and_the_others_are_listed()
    {
        var diagnosis = Examine(
            Entry(0, "GET", Contacts, Good, 200, "{\"results\":[]}"),
            Entry(1, "GET", "https://api.hubapi.com/crm/v3/objects/deals", "Bearer: " + Pat, 401, NotFound),
            Entry(2, "GET", "https://api.hubapi.com/crm/v3/objects/tickets", "Token " + Pat, 401, NotFound));
        Assert.Equal("H03", diagnosis.Findings[0].Id);
        Assert.Equal(2, diagnosis.Explained);
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "H04");
        Assert.Equal([null, "H03", "H04"], diagnosis.Requests.Select(r => r.Cause));
        Assert.Equal([Verdict.Healthy, Verdict.CauseFound, Verdict.CauseFound], diagnosis.Requests.Select(r => r.Verdict));
        Assert.StartsWith("request 2, header Authorization, column 7; line ", diagnosis.Findings[0].Evidence[0].Where);
        DoctorExampleTests.ShowsNoSecret(diagnosis, "har");
        using var json = System.Text.Json.JsonDocument.Parse(diagnosis.ToJson());
        Assert.Equal(401, json.RootElement.GetProperty("requests")[1].GetProperty("status").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("explained").GetInt32());
    }

    [Fact]
    public void A_redirect_that_drops_the_header_is_told_with_what_redirected()
    {
        var diagnosis = Examine(
            Entry(0, "GET", Contacts + "/", Good, 301, answer: ["Location", Contacts]),
            Entry(1, "GET", Contacts, null, 401, NotFound));
        Assert.Equal("R03", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Certain, diagnosis.Findings[0].Confidence);
        Assert.Contains(diagnosis.Findings, f => f is { Id: "R10", Confidence: Confidence.Certain });
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "H01");
    }

    [Fact]
    public void A_redirect_that_keeps_the_header_is_no_cause()
    {
        var diagnosis = Examine(
            Entry(0, "GET", "https://api.hubapi.com/crm/v3/owners", Good, 307, answer: ["Location", "https://api.hubapi.com/crm/v3/owners?archived=false"]),
            Entry(1, "GET", "https://api.hubapi.com/crm/v3/owners?archived=false", Good, 200, "{\"results\":[]}"));
        Assert.True(diagnosis.Verdict == Verdict.Healthy, diagnosis.ToString());
    }

    [Fact]
    public void A_browsers_preflight_is_told()
    {
        string[] page = ["Origin", "https://shop.example.com", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization"];
        var diagnosis = Examine(
            Entry(0, "OPTIONS", Contacts, null, 401, NotFound, page),
            Entry(0, "GET", Contacts, Good, 0, headers: ["Origin", "https://shop.example.com"], error: "net::ERR_FAILED"));
        Assert.Equal("R07", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Certain, diagnosis.Findings[0].Confidence);
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "H01");
        Assert.Equal(["R07", "R07"], diagnosis.Requests.Select(r => r.Cause));
    }

    [Fact]
    public void A_preflight_that_a_gateway_of_ones_own_allows_is_no_cause()
    {
        var diagnosis = Examine(
            Entry(0, "OPTIONS", "http://localhost:4020/crm/v3/objects/contacts", null, 204, headers: ["Origin", "https://shop.example.com"], answer: ["access-control-allow-origin", "*"]),
            Entry(1, "GET", "http://localhost:4020/crm/v3/objects/contacts", Good, 200, "{\"results\":[]}", ["Origin", "https://shop.example.com"], ["access-control-allow-origin", "*"]));
        Assert.True(diagnosis.Verdict == Verdict.Healthy, diagnosis.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer undefined")]
    [InlineData("Bearer ")]
    public void A_refresh_that_failed_just_before_is_the_cause(string? sent)
    {
        const string Refused = "{\"status\":\"BAD_REFRESH_TOKEN\",\"message\":\"missing or invalid refresh token\",\"correlationId\":\"c\"}";
        var diagnosis = Examine(
            Entry(0, "GET", Contacts, "Bearer " + OAuth(Now.AddMinutes(-1)), 401, "{\"status\":\"error\",\"message\":\"The OAuth token used to make this call expired 61 second(s) ago.\",\"correlationId\":\"c\",\"category\":\"EXPIRED_AUTHENTICATION\",\"context\":{\"expire time\":[\"2026-11-25T11:59:00Z\"]}}"),
            Entry(1, "POST", "https://api.hubapi.com/oauth/v1/token", null, 400, Refused, ["Content-Type", "application/x-www-form-urlencoded"], post: "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c"),
            Entry(2, "GET", Contacts, sent, 401, NotFound));
        Assert.Equal([true, true, true], diagnosis.Requests.Select(r => r.Cause is not null));
        Assert.Equal("X04", diagnosis.Requests[2].Cause);
        var alone = Examine(Other(0),
            Entry(1, "POST", "https://api.hubapi.com/oauth/v1/token", null, 400, Refused, ["Content-Type", "application/x-www-form-urlencoded"], post: "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c"),
            Entry(2, "GET", Contacts, sent, 401, NotFound));
        Assert.Equal("X04", alone.Findings[0].Id);
        Assert.Contains(alone.Findings, f => f.Id == "X05");
        Assert.Equal(2, alone.Explained);
    }

    [Fact]
    public void A_refresh_that_worked_leaves_a_missing_header_what_it_is()
    {
        var diagnosis = Examine(
            Entry(0, "POST", "https://api.hubapi.com/oauth/v1/token", null, 200, "{\"expires_in\":1800}", ["Content-Type", "application/x-www-form-urlencoded"], post: "grant_type=refresh_token&refresh_token=c"),
            Entry(1, "GET", Contacts, Good, 200, "{}"),
            Entry(2, "GET", Contacts, null, 401, NotFound));
        Assert.Equal("H01", diagnosis.Findings[0].Id);
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id is "X04" or "X05");
    }

    [Fact]
    public void Two_tokens_that_take_turns_are_two_processes()
    {
        var old = "Bearer " + OAuth(Now.AddMinutes(10));
        var fresh = "Bearer " + OAuth(Now.AddMinutes(29));
        var diagnosis = Examine(
            Entry(0, "GET", Contacts, fresh, 200, "{}"), Entry(1, "GET", Contacts, old, 401, NotFound),
            Entry(2, "GET", Contacts, fresh, 200, "{}"), Entry(3, "GET", Contacts, old, 401, NotFound),
            Entry(4, "GET", Contacts, fresh, 200, "{}"));
        Assert.Equal("X16", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Likely, diagnosis.Findings[0].Confidence);
    }

    [Fact]
    public void A_token_that_was_replaced_once_is_not_two_processes()
    {
        var diagnosis = Examine(
            Entry(0, "GET", Contacts, "Bearer " + OAuth(Now.AddMinutes(1)), 200, "{}"), Entry(61, "GET", Contacts, "Bearer " + OAuth(Now.AddMinutes(1)), 401, NotFound),
            Entry(62, "GET", Contacts, "Bearer " + OAuth(Now.AddMinutes(30)), 200, "{}"), Entry(63, "GET", Contacts, "Bearer " + OAuth(Now.AddMinutes(30)), 200, "{}"));
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "X16");
    }

    [Fact]
    public void A_recording_without_any_secret_proves_no_missing_header()
    {
        var diagnosis = Examine(Entry(0, "GET", Contacts, null, 401, NotFound));
        Assert.Equal("H01", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Possible, diagnosis.Findings[0].Confidence);
        Assert.Contains("sensitive", diagnosis.Findings[0].Fix);
    }

    [Fact]
    public void A_recording_that_breaks_off_is_read_as_far_as_it_goes()
    {
        var whole = Of(Entry(0, "GET", Contacts, "Bearer: " + Pat, 401, NotFound), Entry(1, "GET", Contacts, Good, 200, "{}"));
        var diagnosis = Doctor.ExamineRequest(whole.AsSpan(0, whole.Length - 40), new FakeTimeProvider(Now));
        Assert.Equal("H03", diagnosis.Findings[0].Id);
        Assert.Contains(diagnosis.Notes, n => n.Contains("breaks off", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_recording_is_read_and_its_secrets_are_masked()
    {
        var filler = Enumerable.Range(0, 1500).Select(i => Entry(i, "GET", Contacts + "/" + i, Good, 200, "{\"id\":\"1\",\"note\":\"" + new string('x', 2000) + "\"}"));
        var diagnosis = Examine([.. filler, Entry(2000, "GET", Contacts, "Token " + Pat, 401, NotFound)]);
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        Assert.Equal(1501, diagnosis.Explained);
        DoctorExampleTests.ShowsNoSecret(diagnosis, "long");
    }

    [Fact]
    public void A_recording_without_a_call_to_HubSpot_says_so()
    {
        var diagnosis = Examine(Other(0), Other(1));
        Assert.Contains("HAR", diagnosis.Unreadable);
    }

    [Fact]
    public void Places_fit_in_a_recording_with_characters_of_several_bytes()
    {
        var diagnosis = Examine(Entry(0, "GET", Contacts, Good, 200, "{\"name\":\"M\u00FCller \u20AC \U0001F600\"}"), Entry(1, "GET", Contacts, "Token " + Pat, 401, NotFound));
        var lines = diagnosis.ToString().Split('\n');
        var at = Array.FindIndex(lines, l => l.Contains("^^^^^", StringComparison.Ordinal));
        Assert.Equal("Token", lines[at - 1].Substring(lines[at].IndexOf('^'), 5));
    }
}
