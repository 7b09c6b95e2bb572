using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Requests with nothing wrong, in every way they are written. Naming a cause here would send somebody the wrong way.</summary>
public sealed class DoctorHealthyTests
{
    private const string Address = "https://api.hubapi.com/crm/v3/objects/contacts";

    public static TheoryData<string, string> Rows() => new()
    {
        { "bash", $"curl '{List}' -H 'Authorization: Bearer {Pat}'" },
        { "bash, lower case", $"curl --request GET --url '{List}' --header 'authorization: bearer {Pat}'" },
        { "bash, no blank behind the colon", $"curl '{List}' -H 'Authorization:Bearer {Pat}'" },
        { "bash, variable", $"curl \"{List}\" -H \"Authorization: Bearer $HUBSPOT_TOKEN\"" },
        { "bash, variable in braces with a default", $"curl \"{List}\" -H \"Authorization: Bearer ${{HUBSPOT_TOKEN:?not set}}\"" },
        { "bash, variable set above", $"export TOKEN='{Pat}'\ncurl \"{List}\" -H \"Authorization: Bearer $TOKEN\"" },
        { "bash, command", $"curl \"{List}\" -H \"Authorization: Bearer $(cat ~/.hubspot-token)\"" },
        { "bash, postman", $"curl --location --request POST '{Address}' \\\n--header 'Content-Type: application/json' \\\n--header 'Authorization: Bearer {Pat}' \\\n--data-raw '{{\n  \"properties\": {{\n    \"email\": \"it'\\''s@example.com\"\n  }}\n}}'" },
        { "bash, CRLF", $"curl '{List}' \\\r\n  -H 'Authorization: Bearer {Pat}' \\\r\n  -H 'Accept: application/json'\r\n" },
        { "bash, ansi quotes", $"curl $'{Address}' -H $'Authorization: Bearer {Pat}' --data-raw $'{{\"a\":\"it\\u0027s\"}}'" },
        { "bash, amputated url behind the header", $"curl -H 'Authorization: Bearer {Pat}' {List}&archived=false" },
        { "bash, prompt and pipe", $"$ curl -sS {Address} -H \"Authorization: Bearer {Pat}\" | jq ." },
        { "bash, oauth2-bearer", $"curl --oauth2-bearer {Pat} {Address}" },
        { "bash, in a markdown fence", $"I run this:\n```bash\ncurl '{List}' -H 'Authorization: Bearer {Pat}'\n```\n" },
        { "cmd", $"curl \"{Address}\" ^\r\n  -H \"Authorization: Bearer {Pat}\" ^\r\n  -H \"Content-Type: application/json\" ^\r\n  -d \"{{\\\"properties\\\":{{\\\"email\\\":\\\"a@example.com\\\"}}}}\"\r\n" },
        { "cmd, caret quotes", $"curl ^\"{Address}^\" ^\r\n  -H ^\"Authorization: Bearer {Pat}^\" ^\r\n  --data-raw ^\"^{{^\\^\"properties^\\^\":^{{^}}^}}^\"" },
        { "cmd, doubled quotes", $"C:\\>curl \"{Address}\" -H \"Authorization: Bearer {Pat}\" -d \"{{\"\"properties\"\":{{}}}}\"" },
        { "cmd, variable", $"curl \"{Address}\" ^\r\n  -H \"Authorization: Bearer %HUBSPOT_TOKEN%\"" },
        { "powershell, curl.exe", $"curl.exe --request GET `\n  --url \"{List}\" `\n  --header \"authorization: Bearer {Pat}\"" },
        { "powershell, variable", $"curl.exe \"{List}\" -H \"Authorization: Bearer $env:HUBSPOT_TOKEN\"" },
        { "powershell, table", $"$headers = @{{\n  Authorization = \"Bearer $env:HUBSPOT_TOKEN\"\n  'Content-Type' = 'application/json'\n}}\nInvoke-RestMethod -Uri '{List}' -Method Get -Headers $headers" },
        { "powershell, added", $"$headers = New-Object \"System.Collections.Generic.Dictionary[[String],[String]]\"\n$headers.Add(\"Authorization\", \"Bearer {Pat}\")\n\n$response = Invoke-RestMethod '{List}' -Method 'GET' -Headers $headers" },
        { "powershell, inline", $"Invoke-WebRequest -Uri '{List}' -Headers @{{ 'Authorization' = 'Bearer {Pat}'; 'Accept' = 'application/json' }}" },
        { "powershell, token", $"Invoke-RestMethod -Uri '{List}' -Authentication Bearer -Token (ConvertTo-SecureString $env:T -AsPlainText)" },
        { "raw", Raw("Bearer " + Pat) },
        { "raw, LF only", Raw("Bearer " + Pat).Replace("\r", "") },
        { "raw, oauth", Raw("Bearer " + OAuth(Now.AddMinutes(25))) },
        { "raw, post", $"POST /crm/objects/2026-09/contacts/batch/upsert HTTP/1.1\r\nHost: api.hubapi.com\r\nauthorization: bearer {Pat}\r\nContent-Type: application/json\r\n\r\n{{\"inputs\":[]}}" },
        { ".http", $"@host = https://api.hubapi.com\n@token = {Pat}\n\n### list\nGET {{{{host}}}}/crm/v3/objects/contacts\n    ?limit=10\n    &archived=false\nAuthorization: Bearer {{{{token}}}}\n\n### create\nPOST {{{{host}}}}/crm/v3/objects/contacts HTTP/1.1\nAuthorization: Bearer {{{{token}}}}\nContent-Type: application/json\n\n{{\"properties\":{{\"email\":\"a@example.com\"}}}}\n" },
        { ".http, environment", $"GET {List}\nAuthorization: Bearer {{{{$dotenv HUBSPOT_TOKEN}}}}\n" },
        { "transcript", $"> GET /crm/v3/objects/contacts HTTP/2\n> Host: api.hubapi.com\n> authorization: Bearer {Pat}\n> \n< HTTP/2 200 \n< content-type: application/json;charset=utf-8\n< \n{{\"results\":[]}}" },
        { "python", $"import os, requests\ntoken = os.environ['HUBSPOT_TOKEN']\nr = requests.get('{List}', headers={{'Authorization': f'Bearer {{token}}'}})\nprint(r.status_code)" },
        { "python, format", $"import requests\nr = requests.get('{List}', headers={{'Authorization': 'Bearer {{}}'.format(token)}})" },
        { "python, headers variable", $"import requests\nheaders = {{\n    'accept': 'application/json',\n    'authorization': 'Bearer {Pat}'\n}}\nresponse = requests.request('GET', '{List}', headers=headers)" },
        { "python, headers made elsewhere", $"import requests\nr = requests.get('{List}', headers=make_headers())" },
        { "raw, talk below", $"GET {List} HTTP/1.1\nAuthorization: Bearer {Pat}\n\nwhat do I do now?" },
        { "javascript", $"const response = await fetch('{List}', {{ headers: {{ Authorization: `Bearer ${{process.env.HUBSPOT_TOKEN}}` }} }});" },
        { "javascript, joined", $"fetch('{List}', {{ method: 'GET', headers: {{ 'Authorization': 'Bearer ' + token }} }})" },
        { "javascript, axios", $"await axios.post('{Address}', {{ properties: {{}} }}, {{ headers: {{ Authorization: 'Bearer ' + process.env.T }} }});" },
        { "node client", "const hubspot = require('@hubspot/api-client');\nconst client = new hubspot.Client({ accessToken: process.env.HUBSPOT_TOKEN });" },
        { "c#", $"using var http = new HttpClient();\nhttp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(\"Bearer\", token);\nawait http.GetAsync(\"{List}\");" },
        { "token endpoint", "curl -X POST https://api.hubapi.com/oauth/v1/token -H 'Content-Type: application/x-www-form-urlencoded' -d 'grant_type=refresh_token' -d 'client_id=x' -d 'client_secret=y' -d 'refresh_token=z'" },
        { "form submission", $"curl -X POST 'https://api.hsforms.com/submissions/v3/integration/submit/62515/9d3c2b1a-0f5e-4b7a-8d9c-5c4b3a2f1e0d' -H 'Content-Type: application/json' -d '{{\"fields\":[]}}'" },
        { "developer key where it belongs", $"curl 'https://api.hubapi.com/media-bridge/2026-09/123/schemas?hapikey={RegionUuid}'" },
        { "a bare token", Pat },
        { ".env", $"HUBSPOT_ACCESS_TOKEN={Pat}\n" },
        { "yaml", $"env:\n  HUBSPOT_ACCESS_TOKEN: \"{Pat}\" # of the shop\n" },
        { "yaml of a pipeline", "env:\n  HUBSPOT_TOKEN: ${{ secrets.HUBSPOT_TOKEN }}\n" },
        { "a token's file", Pat + "\n" },
        { "a token's file, CRLF", Pat + "\r\n" },
        { "wget", $"wget -qO- --header=\"Authorization: Bearer {Pat}\" {Address}" },
        { "httpie", $"http GET {Address} Authorization:\"Bearer $TOKEN\" limit==10" },
        { "httpie's own login", $"http -A bearer -a {Pat} {Address}" },
        { "emulator", "curl 'http://127.0.0.1:4010/crm/v3/objects/contacts' -H 'Authorization: Bearer pat-na1-00000000-0000-4000-8000-000000000001'" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Nothing_is_blamed(string name, string text)
    {
        var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));
        Assert.True(diagnosis.Unreadable is null, $"{name}: {diagnosis.Unreadable}");
        Assert.True(diagnosis.Verdict == Verdict.Healthy && diagnosis.Findings.Count == 0, $"{name}:\n{diagnosis}");
        DoctorExampleTests.ShowsNoSecret(diagnosis, name);
    }

    [Fact]
    public void The_files_name_tells_the_shell()
    {
        var text = Encoding.UTF8.GetBytes($"curl \"{List}\" -H \"Authorization: Bearer %HUBSPOT_TOKEN%\"");
        Assert.Equal(Verdict.Healthy, Doctor.ExamineFiles([new DoctorFile("list.bat", text)], null, new FakeTimeProvider(Now)).Verdict);
        Assert.Equal("V04", Doctor.ExamineFiles([new DoctorFile("list.sh", text)], null, new FakeTimeProvider(Now)).Findings[0].Id);
    }

    [Fact]
    public void Lower_case_is_said_to_be_no_cause()
    {
        var diagnosis = Doctor.ExamineRequest($"curl '{List}' -H 'authorization: bearer {Pat}'\n\n{NotFound}", new FakeTimeProvider(Now));
        Assert.Contains(diagnosis.RuledOut, r => r is { Id: "H13", Note: not null });
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "H13" || f.Confidence == Confidence.Certain);
        Assert.Equal(["X10", "X11", "X12"], diagnosis.Findings.Select(f => f.Id));
    }

    [Theory]
    [InlineData("Bearer <redacted>")]
    [InlineData("Bearer [REDACTED]")]
    [InlineData("bearer ***REMOVED***")]
    public void A_redaction_proves_nothing(string value)
    {
        var diagnosis = Doctor.ExamineRequest(Curl(value), new FakeTimeProvider(Now));
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.All(diagnosis.Findings, f => Assert.Equal(Confidence.Possible, f.Confidence));
    }

    [Fact]
    public void A_fault_beside_a_redaction_comes_first()
    {
        var diagnosis = Doctor.ExamineRequest(Curl("Bearer: ****"), new FakeTimeProvider(Now));
        Assert.Equal("H03", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Certain, diagnosis.Findings[0].Confidence);
    }
}
