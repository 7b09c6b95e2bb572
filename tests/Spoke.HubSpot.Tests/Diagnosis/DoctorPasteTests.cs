using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Requests and answers the way they are pasted from terminals, documents and tools.</summary>
public sealed class DoctorPasteTests
{
    private static HubSpot.Diagnosis Look(string text) => Doctor.ExamineRequest(text, new FakeTimeProvider(Now));

    private static HubSpot.Diagnosis Answer(string text) => Doctor.ExamineResponse(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));

    public static TheoryData<string, string> Healthy() => new()
    {
        { "several lines in a fence", $"```bash\ncurl --request GET \\\n  --url '{List}' \\\n  --header 'authorization: Bearer {Pat}'\n```\n" },
        { "a fence, CRLF", $"```\r\ncurl '{List}' \\\r\n  -H 'Authorization: Bearer {Pat}'\r\n```\r\n" },
        { "PowerShell's curl", $"curl -Uri '{List}' -Headers @{{Authorization=\"Bearer {Pat}\"}}" },
        { "PowerShell's curl, table in a variable", $"$headers=@{{Authorization=\"Bearer {Pat}\"}}; curl '{List}' -Headers $headers" },
        { "PowerShell's curl, table above", $"$headers = @{{ 'Authorization' = 'Bearer {Pat}' }}\ncurl '{List}' `\n  -Headers $headers" },
        { "cmd that sets its variable", $"set TOKEN={Pat}\ncurl \"{List}\" -H \"Authorization: Bearer %TOKEN%\"\n" },
        { ".env with blanks round =", $"HUBSPOT_ACCESS_TOKEN = {Pat}\n" },
    };

    [Theory]
    [MemberData(nameof(Healthy))]
    public void Nothing_is_wrong_with(string name, string text)
    {
        var diagnosis = Look(text);
        Assert.True(diagnosis.Verdict == Verdict.Healthy && diagnosis.Findings.Count == 0, $"{name}:\n{diagnosis}");
    }

    [Fact]
    public void A_fault_in_a_fence_keeps_its_place()
    {
        var diagnosis = Look($"```\ncurl '{List}' \\\n  -H 'Authorization: Token {Pat}'\n```");
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        Assert.Contains("line 3", diagnosis.Findings[0].Evidence[0].Where);
    }

    [Theory]
    [InlineData("-H @headers.txt")]
    [InlineData("-K curl.conf")]
    [InlineData("--config curl.conf")]
    public void A_header_may_stand_in_a_file_that_is_not_shown(string option)
    {
        var diagnosis = Look($"curl {option} '{List}'");
        var finding = Assert.Single(diagnosis.Findings);
        Assert.Equal(("H01", Confidence.Possible), (finding.Id, finding.Confidence));
        Assert.Contains("file", finding.Evidence[0].Shows);
    }

    [Theory]
    [InlineData("-H 'X-Secret: hunter2hunter2'")]
    [InlineData("-H 'X-Api-Secret: hunter2hunter2'")]
    [InlineData("-d '{\"api_key\":\"hunter2hunter2\",\"note\":\"n\"}'")]
    [InlineData("-d '{\"apiKey\": \"my hunter2hunter2\"}'")]
    [InlineData("-d '{\"hapikey\":\"hunter2hunter2\"}'")]
    [InlineData("-d '{\"secret\":\"hunter2hunter2\"}'")]
    [InlineData("-d '{\"client_secret\":\"hunter2hunter2\"}'")]
    [InlineData("-d '{\"a\":{\"token\":\"hunter2hunter2\"}}'")]
    [InlineData("-d '{\"password\":\"what a hunter2hunter2\"}'")]
    [InlineData("-d 'secret=hunter2hunter2&a=b'")]
    [InlineData("-F 'client_secret=hunter2hunter2'")]
    public void Other_secrets_are_printed_nowhere(string option)
    {
        foreach (var value in new[] { "Token " + Pat, "Bearer " + Pat })
        {
            var diagnosis = Look($"curl -X POST 'https://api.hubapi.com/crm/v3/objects/contacts' -H 'Authorization: {value}' {option}");
            var corrected = diagnosis.Corrected!;
            foreach (var shown in new[] { diagnosis.ToString(), diagnosis.ToJson(), corrected.Curl, corrected.Python, corrected.JavaScript, corrected.CSharp })
                Assert.DoesNotContain("hunter2", shown);
        }
    }

    [Theory]
    [InlineData("DAILY", "You have reached your daily limit.", "midnight")]
    [InlineData("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", "Retry-After")]
    public void A_rate_limit_is_named_and_nothing_claimed(string policy, string message, string says)
    {
        var body = $"{{\"status\":\"error\",\"message\":\"{message}\",\"errorType\":\"RATE_LIMIT\",\"policyName\":\"{policy}\",\"correlationId\":\"01938a6e-0000-7000-8000-000000000001\"}}";
        foreach (var text in new[] { body, "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n\r\n" + body })
        {
            var diagnosis = Answer(text);
            Assert.Empty(diagnosis.Findings);
            Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
            Assert.Contains(says, diagnosis.Next);
            Assert.Contains(policy, diagnosis.Next);
            Assert.StartsWith("HubSpot answered with a rate limit", diagnosis.ToString());
        }
    }

    [Fact]
    public void Writing_scopes_in_an_answer_do_not_prove_that_the_reading_one_is_granted()
    {
        var diagnosis = Answer(AddressExamples.All.First(e => e.Name == "write").Text);
        Assert.Equal(("P01", Confidence.Certain), (diagnosis.Findings[0].Id, diagnosis.Findings[0].Confidence));
        Assert.All(diagnosis.Findings.Where(f => f.Id == "P03"), f => Assert.Equal(Confidence.Possible, f.Confidence));
    }

    [Fact]
    public void A_masked_value_is_not_said_to_lack_its_scheme()
    {
        var diagnosis = Look("GET /crm/v3/objects/contacts HTTP/1.1\nHost: api.hubapi.com\nAuthorization: \u2022\u2022\u2022\u2022\u2022\u2022\n\n");
        Assert.Equal("H19", diagnosis.Findings[0].Id);
        Assert.All(diagnosis.Findings, f => Assert.NotEqual(Confidence.Certain, f.Confidence));
        Assert.All(diagnosis.Findings.Where(f => f.Id == "H02"), f => Assert.Equal(Confidence.Possible, f.Confidence));
    }

    [Fact]
    public void A_blank_inside_the_quotes_of_a_variable_is_not_ruled_out() =>
        Assert.DoesNotContain("H08", Look($"HUBSPOT_ACCESS_TOKEN=\"{Pat} \"\n").RuledOut.Select(r => r.Id));

    [Fact]
    public void Bearer_glued_to_a_good_token_is_all_that_is_said() =>
        Assert.Equal(["H07"], Look(Curl("Bearer" + Pat)).Findings.Select(f => f.Id));

    [Fact]
    public void A_variable_of_the_script_is_mended_by_double_quotes() =>
        Assert.Contains("\"Bearer $token\"", Look($"$token='{Pat}'\nInvoke-RestMethod '{List}' -Headers @{{ Authorization = 'Bearer $token' }}").Findings[0].Fix);

    [Fact]
    public void Nothing_is_said_of_the_case_of_a_missing_scheme() =>
        Assert.DoesNotContain("''", Look($"curl '{List}' -H 'Bearer: {Pat}'").ToString());

    [Theory]
    [InlineData("curl \u201C{0}\u201D -H \u201CAuthorization: Bearer {1}\u201D")]
    [InlineData("C:\\work>curl '{0}' -H 'Authorization: Bearer {1}'")]
    public void No_wrong_quote_is_left_in_the_corrected_address(string text) =>
        Assert.StartsWith($"curl '{List}' ", Look(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, List, Pat)).Corrected!.Curl.Replace("\\", "", StringComparison.Ordinal));

    [Fact]
    public void An_update_is_sent_as_PATCH() =>
        Assert.StartsWith("curl -X PATCH ", Look($"curl -X PUT 'https://api.hubapi.com/crm/v3/objects/contacts/123' -H 'Authorization: Bearer {Pat}' -d '{{\"properties\":{{}}}}'").Corrected!.Curl);

    [Theory]
    [InlineData("import requests\nrequests.post('{0}', json={{'properties': {{'email': 'a@example.com', 'vip': True,}}}}, headers={{'Authorization': 'Token {1}'}})")]
    [InlineData("import requests\npayload = {{'properties': {{'email': 'a@example.com', 'vip': True}}}}\nrequests.post('{0}', json=payload, headers={{'Authorization': 'Token {1}'}})")]
    [InlineData("await axios.post('{0}', {{ properties: {{ email: 'a@example.com', vip: true }} }}, {{ headers: {{ Authorization: 'Token {1}' }} }});")]
    [InlineData("await fetch('{0}', {{ method: 'POST', body: JSON.stringify({{ properties: {{ email: 'a@example.com', vip: true }} }}), headers: {{ Authorization: 'Token {1}' }} }});")]
    public void The_body_that_a_program_sends_is_kept(string text)
    {
        var diagnosis = Look(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, "https://api.hubapi.com/crm/v3/objects/contacts", Pat));
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        Assert.Contains("--data-raw '{\"properties\":{\"email\":\"a@example.com\",\"vip\":true}}'", diagnosis.Corrected!.Curl);
    }

    [Fact]
    public void A_login_of_requests_is_shown_where_it_stands()
    {
        var diagnosis = Look($"import requests\nrequests.get('{List}', auth=('{Pat}', ''))\n");
        Assert.Equal(("H05", Confidence.Certain), (diagnosis.Findings[0].Id, diagnosis.Findings[0].Confidence));
        Assert.Contains("line 2", diagnosis.Findings[0].Evidence[0].Where);
        Assert.DoesNotContain("H01", diagnosis.Findings.Select(f => f.Id));
    }

    [Fact]
    public void A_percent_variable_without_a_mark_of_bash_may_be_cmds()
    {
        var finding = Look($"curl \"{List}\" -H \"Authorization: Bearer %TOKEN%\"").Findings[0];
        Assert.Equal(("V04", Confidence.Possible), (finding.Id, finding.Confidence));
    }
}
