using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>The SARIF log has what version 2.1.0 requires, points at the right place and shows no secret.</summary>
public sealed class SarifTests
{
    private static JsonElement Run(string text, string name)
    {
        var sarif = Doctor.ExamineFiles([new DoctorFile(name, Encoding.UTF8.GetBytes(text))], null, new FakeTimeProvider(Now)).ToSarif();
        foreach (var part in new[] { "5f60-4a7b", "4a7b-8c9d", "0e1f2a3b4c5d" }) Assert.DoesNotContain(part, sarif);
        using var document = JsonDocument.Parse(sarif);
        Assert.Equal("2.1.0", document.RootElement.GetProperty("version").GetString());
        Required(document.RootElement);
        return Assert.Single(document.RootElement.GetProperty("runs").EnumerateArray()).Clone();
    }

    [Fact]
    public void A_finding_is_a_result_at_its_place()
    {
        var run = Run($"# call\ncurl '{List}' \\\n  -H 'Authorization: Bearer: {Pat}'\n", "my calls/failing.sh");
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("spoke doctor", driver.GetProperty("name").GetString());
        var result = run.GetProperty("results")[0];
        Assert.Equal("H03", result.GetProperty("ruleId").GetString());
        Assert.Equal("H03", driver.GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("my%20calls/failing.sh", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal((3, 28, 29), (place.GetProperty("region").GetProperty("startLine").GetInt32(), place.GetProperty("region").GetProperty("startColumn").GetInt32(), place.GetProperty("region").GetProperty("endColumn").GetInt32()));
    }

    [Fact]
    public void A_healthy_request_has_no_results()
    {
        var run = Run(Curl("Bearer " + Pat), "well.sh");
        Assert.Empty(run.GetProperty("results").EnumerateArray());
        Assert.True(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
    }

    [Fact]
    public void A_recording_shows_no_secret()
    {
        var run = Run(Encoding.UTF8.GetString(Har.Of(Har.Entry(0, "GET", Har.Contacts + "?hapikey=" + Uuid, "Token " + Pat, 401, NotFound))), "session.har");
        Assert.Equal("H04", run.GetProperty("results")[0].GetProperty("ruleId").GetString());
    }

    [Fact]
    public void Every_request_has_its_results_at_its_own_place()
    {
        var run = Run($"GET {List}\nAuthorization: Bearer {Pat}\n\n###\nGET {List}\nAuthorization: Token {Pat}\n\n###\nGET {List}\nAuthorization: Bearer: {Pat}\n\n###\nGET {List}\n\n###\nGET {List}\nAuthorization: Token {Pat}\n", "calls.http");
        var results = run.GetProperty("results").EnumerateArray().Select(r => (Rule: r.GetProperty("ruleId").GetString(), Line: r.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32(), Request: r.GetProperty("properties").GetProperty("request").GetInt32())).ToList();
        Assert.Equal([("H04", 6, 2), ("H03", 10, 3), ("H01", 13, 4), ("H04", 17, 5)], results);
        Assert.Equal(["H04", "H03", "H01"], run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
    }

    [Fact]
    public void A_cause_without_a_place_of_its_own_stands_at_its_request()
    {
        var run = Run($"curl '{List}' -H 'Authorization: Bearer {Pat}'\n\n{NotFound}\n", "revoked.sh");
        foreach (var result in run.GetProperty("results").EnumerateArray())
            Assert.NotEmpty(result.GetProperty("locations").EnumerateArray());
        Assert.Contains(run.GetProperty("results").EnumerateArray(), r => r.GetProperty("ruleId").GetString() == "X11");
    }

    [Fact]
    public void Rules_say_what_the_catalogue_says()
    {
        var rule = Run(Curl("Token " + Pat), "call.sh").GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];
        var cause = Causes.Get("H04");
        Assert.Equal((cause.Title, cause.HowToTell, cause.Fix, cause.Symptom, cause.Source, cause.AsOf), (Text(rule, "shortDescription"), Text(rule, "fullDescription"), Text(rule, "help"), rule.GetProperty("properties").GetProperty("symptom").GetString(), rule.GetProperty("properties").GetProperty("source").GetString(), rule.GetProperty("properties").GetProperty("asOf").GetString()));

        static string? Text(JsonElement rule, string name) => rule.GetProperty(name).GetProperty("text").GetString();
    }

    /// <summary>What the schema of version 2.1.0 requires of the members used here, and their bounds.</summary>
    private static void Required(JsonElement log)
    {
        foreach (var run in log.GetProperty("runs").EnumerateArray())
        {
            var driver = run.GetProperty("tool").GetProperty("driver");
            Assert.NotEmpty(driver.GetProperty("name").GetString()!);
            Assert.Contains(run.GetProperty("columnKind").GetString(), new[] { "utf16CodeUnits", "unicodeCodePoints" });
            foreach (var invocation in run.GetProperty("invocations").EnumerateArray()) _ = invocation.GetProperty("executionSuccessful").GetBoolean();
            var rules = driver.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()).ToList();
            Assert.Equal(rules.Distinct(), rules);
            foreach (var result in run.GetProperty("results").EnumerateArray())
            {
                Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
                Assert.Contains(result.GetProperty("level").GetString(), new[] { "none", "note", "warning", "error" });
                Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()]);
                foreach (var location in result.GetProperty("locations").EnumerateArray())
                {
                    var place = location.GetProperty("physicalLocation");
                    Assert.True(Uri.TryCreate(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.RelativeOrAbsolute, out _));
                    Assert.True(place.GetProperty("region").GetProperty("startLine").GetInt32() >= 1);
                    Assert.True(place.GetProperty("region").GetProperty("startColumn").GetInt32() >= 1);
                }
            }
        }
    }
}
