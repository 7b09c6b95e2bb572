using System.Text;
using Spoke.HubSpot;

namespace Spoke.Proxy.Tests;

/// <summary>The doctor is shown what the proxy answered and recorded.</summary>
public sealed class DoctorTests
{
    private const string Contacts = "/crm/v3/objects/contacts";

    [Fact]
    public async Task A_recording_of_calls_that_went_well_is_healthy_whatever_token_the_caller_sent()
    {
        await using var scene = await ProxyScene.StartAsync();
        (await scene.SendAsync("GET", Contacts)).Expect(200);
        (await scene.SendAsync("GET", Contacts, null, ("Authorization", "Bearer " + ProxyScene.JunkToken))).Expect(200);
        (await scene.SendAsync("GET", Contacts, null, ("Authorization", "none"))).Expect(200);
        var diagnosis = await RecordedAsync(scene);
        Assert.True(diagnosis is { Verdict: Verdict.Healthy, Findings.Count: 0 }, diagnosis.ToString());
        Assert.Equal(3, diagnosis.Requests.Count);
    }

    [Theory]
    [InlineData("P01")]
    [InlineData("X10")]
    [InlineData("X14")]
    [InlineData("R06")]
    public async Task A_recorded_failure_is_HubSpots_word_on_the_proxys_token(string cause)
    {
        await using var scene = await ProxyScene.StartAsync();
        await scene.PlayAsync(cause);
        await scene.SendAsync("GET", Contacts, null, ("Authorization", "none"));
        var diagnosis = await RecordedAsync(scene);
        Assert.True(diagnosis.Findings.FirstOrDefault()?.Id == cause, diagnosis.ToString());
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id[0] is 'H' or 'V' or 'K');
    }

    [Fact]
    public async Task The_proxys_own_refusals_are_named_as_such()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.ReadOnly = true);
        foreach (var (method, path, code) in new[] { ("GET", "/_portal/nowhere" + Contacts, "NO_SUCH_PORTAL"), ("DELETE", Contacts + "/1", "READ_ONLY") })
        {
            var reply = await scene.SendAsync(method, path);
            var shown = $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:4021\r\n\r\nHTTP/1.1 {reply.Status} x\r\n{string.Concat(reply.Headers.Select(h => $"{h.Key}: {h.Value}\r\n"))}\r\n{reply.Text}";
            var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(shown));
            var finding = Assert.Single(diagnosis.Findings, f => f.Confidence == Confidence.Certain);
            Assert.Equal("R17", finding.Id);
            Assert.Contains(code, finding.Evidence[0].Shows);
            Assert.NotEqual(Causes.Get("R17").Fix, finding.Fix);
        }
    }

    private static async Task<Diagnosis> RecordedAsync(ProxyScene scene) => Doctor.ExamineRequest(Encoding.UTF8.GetBytes((await scene.SendAsync("GET", "/_proxy/har")).Expect(200).Text));
}
