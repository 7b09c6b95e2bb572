using System.Net.Http.Json;
using Microsoft.Extensions.Time.Testing;
using Spoke.Emulator;
using static Spoke.HubSpot.Tests.Diagnosis.Example;
using static Spoke.HubSpot.Tests.Diagnosis.Har;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>A recording that masks its tokens says nothing about what was sent: a mask is no fault of the call.</summary>
public sealed class MaskedHarTests
{
    private const string Path = "/crm/v3/objects/contacts";
    private const string Here = "http://127.0.0.1:4020/crm/v3/objects/contacts";

    [Theory]
    [InlineData("Bearer pat-na1-****4c5d")]
    [InlineData("Bearer ****")]
    [InlineData("****")]
    [InlineData("Bearer [REDACTED]")]
    [InlineData("<redacted>")]
    [InlineData("Bearer ●●●●●●●●")]
    public void A_masked_token_of_a_call_that_went_well_is_no_cause(string shown)
    {
        foreach (var address in new[] { Path, Here })
        {
            var diagnosis = Examine(Entry(0, "GET", address, shown, 200, "{\"results\":[]}"));
            Assert.True(diagnosis is { Verdict: Verdict.Healthy, Findings.Count: 0 }, diagnosis.ToString());
        }
    }

    [Theory]
    [InlineData("Bearer pat-na1-****4c5d")]
    [InlineData("****")]
    [InlineData("Bearer [REDACTED]")]
    public void With_a_masked_token_the_answer_decides(string shown)
    {
        const string Missing = "{\"status\":\"error\",\"message\":\"This app hasn't been granted all required scopes to make this call.\",\"correlationId\":\"c\",\"category\":\"MISSING_SCOPES\",\"errors\":[{\"message\":\"m\",\"context\":{\"requiredGranularScopes\":[\"crm.objects.contacts.read\"]}}]}";
        Assert.Equal("P01", Assert.Single(Examine(Entry(0, "GET", Contacts, shown, 403, Missing)).Findings, f => f.Confidence == Confidence.Certain).Id);
        var refused = Examine(Entry(0, "GET", Contacts, shown, 401, NotFound));
        Assert.NotEmpty(refused.Findings);
        Assert.DoesNotContain(refused.Findings, f => f.Confidence == Confidence.Certain);
    }

    /// <summary>What is wrong, as a call; the id that must come first; null: the call is well.</summary>
    public static TheoryData<string, string?, string?, string?> Recorded => new()
    {
        { Path, "Bearer " + EmulatorServer.DefaultToken, null, null },
        { Path, null, "H01", null },
        { Path, EmulatorServer.DefaultToken, "H02", null },
        { Path, "Bearer: " + EmulatorServer.DefaultToken, "H03", null },
        { Path, "Token " + EmulatorServer.DefaultToken, "H04", null },
        { Path, "Bearer Bearer " + EmulatorServer.DefaultToken, "H06", null },
        { Path, "Bearer " + Pat, "X10", null },
        { Path, "Bearer " + EmulatorServer.DefaultToken, "P01", "P01" },
        { Path, "Bearer " + EmulatorServer.DefaultToken, "X14", "X14" },
        { "/crm/v3/no/such/path", "Bearer " + EmulatorServer.DefaultToken, "R09", null },
        { "/webhooks/v3/123/subscriptions", "Bearer " + EmulatorServer.DefaultToken, "P08", null },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task The_emulators_own_recording_is_judged_rightly(string path, string? authorization, string? cause, string? fault)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), stop);
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        if (fault is not null) (await http.PostAsJsonAsync("/_emulator/faults", new { kind = fault }, stop)).EnsureSuccessStatusCode();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        (await http.SendAsync(request, stop)).Dispose();
        var diagnosis = Doctor.ExamineRequest(await http.GetByteArrayAsync("/_emulator/har", stop));
        Assert.True(diagnosis.Findings.FirstOrDefault()?.Id == cause, diagnosis.ToString());
        Assert.True(diagnosis.Verdict is Verdict.Healthy == cause is null && diagnosis.Verdict != Verdict.Unknown, diagnosis.ToString());
        Assert.DoesNotContain(diagnosis.Findings, f => f.Id is "H19" or "R16");
    }

    private static HubSpot.Diagnosis Examine(params string[] entries) => Doctor.ExamineRequest(Of(entries), new FakeTimeProvider(Now));
}
