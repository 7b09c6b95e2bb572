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
}
