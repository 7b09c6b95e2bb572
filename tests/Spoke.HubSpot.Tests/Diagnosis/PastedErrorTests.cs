using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Answers and exceptions the way they are copied out of a terminal, in a hurry.</summary>
public sealed class PastedErrorTests
{
    private const string Scopes = """{"status":"error","message":"This app hasn't been granted all required scopes to make this call.","correlationId":"c","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.contacts.read"]}}],"category":"MISSING_SCOPES"}""";
    private const string Dead = """{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}""";
    private const string Refresh = "curl -X POST https://api.hubapi.com/oauth/v1/token -d 'grant_type=refresh_token&client_id=11111111-2222-4333-8444-555555555555&client_secret=x&refresh_token=y'";

    private static HubSpot.Diagnosis Look(string text) => Doctor.ExamineRequest(text, new FakeTimeProvider(Now));

    private static HubSpot.Diagnosis Answer(string text) => Doctor.ExamineResponse(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\n", Scopes, "P01")]
    [InlineData("HTTP/2 403\r\n", Scopes, "P01")]
    [InlineData("HTTP/1.1 403 Forbidden\nContent-Type: application/json\n", Scopes, "P01")]
    [InlineData("HTTP/1.1 400 Bad Request\n", Dead, "X05")]
    [InlineData("HTTP/1.1 404 Not Found\n", "<html><body>nothing here</body></html>", "R09")]
    public void A_body_right_behind_the_status_line_is_read(string head, string body, string cause)
    {
        foreach (var between in new[] { "", "\n" })
            Assert.Equal(cause, Assert.Single(Answer(head + between + body + "\n").Findings, f => f.Confidence <= Confidence.Likely).Id);
        var call = cause == "X05" ? Refresh : $"curl '{List}' -H 'Authorization: Bearer {Pat}'";
        var diagnosis = Look($"{call}\n{head}{body}\n");
        Assert.Equal((cause == "R09" ? Confidence.Certain : diagnosis.Findings[0].Confidence, cause), (diagnosis.Findings[0].Confidence, diagnosis.Findings[0].Id));
    }

    [Theory]
    [InlineData("{\"properties\": {\"email\":\"a@b.example\"}}")]
    [InlineData("[1]")]
    [InlineData("<xml a=\"b\" c: d />")]
    public void A_body_right_behind_the_headers_of_a_request_is_no_header(string body)
    {
        var diagnosis = Look($"POST /crm/v3/objects/contacts HTTP/1.1\nHost: api.hubapi.com\nAuthorization: Bearer {Pat}\nContent-Type: application/json\n{body}\n");
        Assert.True(diagnosis.Verdict == Verdict.Healthy, diagnosis.ToString());
        Assert.Contains(body[..3], diagnosis.Corrected!.Curl);
    }

    [Fact]
    public void A_template_may_name_a_header()
    {
        var diagnosis = Look($"GET {List}\n{{{{name}}}}: x\nAuthorization: Token {Pat}\n");
        Assert.Equal("H04", diagnosis.Findings[0].Id);
    }

    public static TheoryData<string, string> Dumps() => new()
    {
        { "V06", """
            AxiosError: Request failed with status code 401
              config: { headers: { Authorization: 'Bearer undefined' }, method: 'get', url: 'https://api.hubapi.com/crm/v3/objects/contacts' },
              response: { status: 401, data: { status: 'error', message: 'Authentication credentials not found.', category: 'INVALID_AUTHENTICATION' } }
            """ },
        { "V06", NodeDump("get", "Bearer undefined", 401, "status: 'error',\n      message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can ' +\n        'find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',\n      correlationId: 'c',\n      category: 'INVALID_AUTHENTICATION'") },
        { "P01", NodeDump("get", "Bearer " + Pat, 403, "status: 'error',\n      message: \"This app hasn't been granted all required scopes to make this call.\",\n      correlationId: 'c',\n      errors: [ [Object] ],\n      category: 'MISSING_SCOPES'") },
        { "K03", $"requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {List}&hapikey={Pat}" },
        { "K01", $"Traceback (most recent call last):\n  File \"sync.py\", line 12, in <module>\n    response.raise_for_status()\n  File \"/venv/lib/requests/models.py\", line 1024, in raise_for_status\n    raise HTTPError(http_error_msg, response=self)\nrequests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {List}&hapikey={Uuid}\n" },
        { "K01", $"httpx.HTTPStatusError: Client error '401 Unauthorized' for url '{List}&hapikey={Uuid}'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/401" },
        { "V06", """{"headers":{"Authorization":"Bearer undefined"},"url":"https://api.hubapi.com/crm/v3/objects/contacts","method":"get"}""" },
        { "V06", """{"message":"Request failed with status code 401","name":"AxiosError","config":{"headers":{"Accept":"application/json","Authorization":"Bearer null"},"baseURL":"https://api.hubapi.com","method":"get","url":"/crm/v3/objects/contacts"},"code":"ERR_BAD_REQUEST","status":401}""" },
    };

    internal static IEnumerable<string> Fixtures => [NodeDump("get", "Bearer " + Pat, 403, "status: 'error',\n      category: 'MISSING_SCOPES'"), $"{Refresh}\nHTTP/1.1 400 Bad Request\n{Dead}", $"requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {List}&hapikey={Pat}"];

    private static string NodeDump(string method, string authorization, int status, string data) => $$"""
        /app/node_modules/axios/dist/node/axios.cjs:1967
            reject(new AxiosError(
                   ^

        AxiosError: Request failed with status code {{status}}
            at settle (/app/node_modules/axios/dist/node/axios.cjs:1967:12)
            at IncomingMessage.handleStreamEnd (/app/node_modules/axios/dist/node/axios.cjs:3066:11)
            at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
          code: 'ERR_BAD_REQUEST',
          config: {
            transitional: { silentJSONParsing: true, forcedJSONParsing: true },
            transformRequest: [ [Function: transformRequest] ],
            timeout: 0,
            headers: Object [AxiosHeaders] {
              Accept: 'application/json, text/plain, */*',
              'Content-Type': undefined,
              Authorization: '{{authorization}}',
              'User-Agent': 'axios/1.7.2'
            },
            params: { limit: 10 },
            method: '{{method}}',
            url: 'https://api.hubapi.com/crm/v3/objects/contacts',
            data: undefined
          },
          request: <ref *1> ClientRequest {
            _header: 'GET /crm/v3/objects/contacts HTTP/1.1\r\n' +
              'Authorization: {{authorization}}\r\n' +
              'Host: api.hubapi.com\r\n',
            host: 'api.hubapi.com',
          },
          response: {
            status: {{status}},
            statusText: 'x',
            headers: Object [AxiosHeaders] {
              date: 'Wed, 25 Nov 2026 12:00:00 GMT',
              'content-type': 'application/json;charset=utf-8'
            },
            data: {
              {{data}}
            }
          },
          status: {{status}}
        }
        """;

    [Theory]
    [MemberData(nameof(Dumps))]
    public void The_call_is_read_out_of_a_dumped_exception(string cause, string text)
    {
        var diagnosis = Look(text);
        Assert.True(diagnosis.Findings is [{ } first, ..] && first.Id == cause && first.Confidence != Confidence.Possible, $"{cause}:\n{diagnosis}");
        Assert.DoesNotContain("H01", diagnosis.RuledOut.Select(r => r.Id));
        Assert.DoesNotContain(Pat[15..], diagnosis.ToJson());
    }

    [Theory]
    [InlineData("AxiosError: timeout of 1000ms exceeded\n    at x { config: { url: 'https://shop.example/orders' } }")]
    [InlineData("requests.exceptions.HTTPError: 500 Server Error: Internal Server Error for url: https://shop.example/orders")]
    public void An_exception_of_another_service_blames_nothing_on_HubSpot(string text) => Assert.DoesNotContain(Look(text).Findings, f => f.Confidence != Confidence.Possible);

    [Fact]
    public void Code_with_its_exception_below_is_read_as_code()
    {
        var diagnosis = Look($"import requests\nr = requests.get('{List}', headers={{'Authorization': 'Token {Pat}'}})\nr.raise_for_status()\n\nrequests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {List}\n");
        Assert.Equal("H04", diagnosis.Findings[0].Id);
    }

    [Fact]
    public void A_token_call_whose_body_was_not_seen_is_not_written_anew()
    {
        var diagnosis = Look($"2026-11-20T10:00:00.123Z INFO sync POST https://api.hubapi.com/oauth/v1/token -> 400 {Dead}");
        Assert.Equal("X05", diagnosis.Findings[0].Id);
        Assert.Null(diagnosis.Corrected);
        Assert.DoesNotContain("X08", diagnosis.RuledOut.Select(r => r.Id));
        diagnosis = Look($"{Refresh}\nHTTP/1.1 400 Bad Request\n{Dead}");
        Assert.Contains("grant_type=refresh_token", diagnosis.Corrected!.Curl);
        Assert.Contains("X08", diagnosis.RuledOut.Select(r => r.Id));
    }

    [Theory]
    [InlineData("POST", "/crm/v3/objects/contacts/search", false)]
    [InlineData("PATCH", "/crm/v3/objects/contacts/1", false)]
    [InlineData("GET", "/crm/v3/objects/contacts", true)]
    public void Of_a_log_only_calls_without_a_body_are_written_anew(string method, string path, bool written) =>
        Assert.Equal(written, Look($"2026-11-20T10:00:00Z ERROR {method} https://api.hubapi.com{path} 403 {Scopes}").Corrected is not null);

    [Theory]
    [InlineData("fetch('https://api.hubapi.com/crm/v3/objects/contacts', { mode: 'no-cors', headers: { Authorization: 'Bearer ' + token } })", true)]
    [InlineData("const options = { headers: { Authorization: `Bearer ${token}` }, \"mode\": \"no-cors\" };\nconst answer = await fetch('https://api.hubapi.com/crm/v3/objects/contacts', options);", true)]
    [InlineData("fetch('https://api.hubapi.com/crm/v3/objects/contacts', { mode: 'cors', headers: { Authorization: 'Bearer ' + token } })", false)]
    [InlineData("fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: { Authorization: 'Bearer ' + token } });\nfetch('https://shop.example/ping', { mode: 'no-cors' });", false)]
    public void A_browsers_mode_that_drops_the_header_is_named(string code, bool named) =>
        Assert.Equal(named, Look(code).Findings.Any(f => f is { Id: "R07", Confidence: Confidence.Certain }));

    [Fact]
    public void A_file_too_long_is_passed_over_among_others_and_refused_alone()
    {
        var huge = new DoctorFile("huge.log", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("2026-11-25T12:00:00Z nothing to see\n", 60_000))));
        var wrong = new DoctorFile("a.sh", Encoding.UTF8.GetBytes($"curl '{List}' -H 'Authorization: Token {Pat}'\n"));
        var diagnosis = Doctor.ExamineFiles([huge, wrong], timeProvider: new FakeTimeProvider(Now));
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        Assert.Contains(diagnosis.Notes, note => note.StartsWith("huge.log has 2,160,000 bytes and was passed over", StringComparison.Ordinal));
        Assert.Contains("are looked at, at most", Doctor.ExamineFiles([huge]).Unreadable);
        Assert.Contains("huge.log has", Doctor.ExamineFiles([huge, huge]).Unreadable);
    }
}
