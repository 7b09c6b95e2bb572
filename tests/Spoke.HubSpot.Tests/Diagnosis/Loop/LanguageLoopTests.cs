using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>Programs in three languages make each mistake against the emulator, over real sockets; what they sent and got is kept as a HAR, and the doctor names the cause.</summary>
public sealed class LanguageLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("node")]
    [InlineData("python3")]
    [InlineData("csharp")]
    public async Task The_doctor_names_what_the_client_did_wrong(string language)
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Stop);
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        var stories = new JsonArray();
        foreach (var (number, mistake) in Mistakes.All.Index()) stories.Add(await StoryAsync(http, number, mistake));
        var told = language == "csharp" ? await LoopClient.TellAsync(stories, Stop) : await LoopProgram.TellAsync(language, stories, Stop);
        Assert.Equal(Mistakes.All.Count, told.Count);
        var wrong = new StringBuilder();
        foreach (var (number, mistake) in Mistakes.All.Index())
        {
            var calls = told[number]!.AsArray();
            var failed = calls.Any(call => call!["answer"]!["refused"] is not null || call["answer"]!["status"]!.GetValue<int>() >= 400 || mistake.Cause is "R02" or "R10" && call["answer"]!["status"]!.GetValue<int>() == 301);
            // What the grammar of the header forbids, some libraries send and some servers forgive.
            if (failed == (mistake.IsAnswered || mistake.Shows == Shown.Innocent) && mistake.Cause is not "H07") wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: was answered {string.Join(' ', calls.Select(call => call!["answer"]!["status"]))}");
            var diagnosis = mistake.Live is { } questions
                ? await LiveAsync(emulator, stories[number]!["given"]!["minted"]!.GetValue<string>(), questions)
                : Doctor.ExamineRequest(Encoding.UTF8.GetBytes(LoopRecording.Har(calls, emulator.BaseUrl, mistake.StandsFor)));
            if (Trouble(mistake, diagnosis) is { } trouble) wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: {trouble}");
            if (diagnosis.ToJson().Contains(Example.Pat, StringComparison.Ordinal)) wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: the token is shown");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static string? Trouble(Mistake mistake, HubSpot.Diagnosis diagnosis)
    {
        var found = diagnosis.Findings.Count == 0 ? diagnosis.Unreadable ?? "nothing found" : string.Join(' ', diagnosis.Findings.Select(f => $"{f.Id} {f.Confidence}"));
        return mistake.Shows switch
        {
            Shown.Innocent => diagnosis is { Verdict: Verdict.Healthy, Findings.Count: 0 } && diagnosis.RuledOut.Any(r => r.Id == mistake.Cause) ? null : found,
            Shown.OneOfSeveral => diagnosis.Findings.Any(f => f.Id == mistake.Cause) && diagnosis.Findings.All(f => f.Confidence != Confidence.Certain) ? null : found,
            _ => diagnosis.Findings is [var first, ..] && first.Id == mistake.Cause ? null : found,
        };
    }

    private static async Task<HubSpot.Diagnosis> LiveAsync(EmulatorServer emulator, string token, LiveQuestions questions)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => token });
        return await Doctor.ExamineLiveAsync(client, token, "variable LOOP", questions, cancellationToken: Stop);
    }

    private static async Task<JsonObject> StoryAsync(HttpClient http, int number, Mistake mistake)
    {
        var given = new JsonObject { ["number"] = (number + 7001).ToString(CultureInfo.InvariantCulture) };
        if (mistake.Token is { } wanted)
        {
            var made = await MintAsync(http, wanted);
            given["minted"] = made.GetProperty("token").GetString();
            foreach (var name in new[] { "clientId", "clientSecret", "refreshToken" })
                if (made.TryGetProperty(name, out var value)) given[name] = value.GetString();
        }
        if (mistake.Second is { } other) given["second"] = (await MintAsync(http, other)).GetProperty("token").GetString();
        if (mistake.Plays is { } path)
        {
            using var asked = await http.PostAsJsonAsync("/_emulator/faults", new { kind = mistake.Cause, path = path.Replace(Mistakes.Number, given["number"]!.GetValue<string>(), StringComparison.Ordinal) }, Stop);
            asked.EnsureSuccessStatusCode();
        }
        return new JsonObject
        {
            ["given"] = given,
            ["calls"] = new JsonArray([.. mistake.Calls.Select(call => new JsonObject
            {
                ["method"] = call.Method,
                ["url"] = call.Path.StartsWith("http", StringComparison.Ordinal) ? call.Path : http.BaseAddress!.GetLeftPart(UriPartial.Authority) + call.Path,
                ["headers"] = new JsonArray([.. call.Headers.Select(header => new JsonArray(header.Name, header.Value))]),
                ["body"] = call.Body,
                ["take"] = new JsonObject(call.Take.Select(take => new KeyValuePair<string, JsonNode?>(take.Name, take.Field))),
            })]),
        };
    }

    private static async Task<JsonElement> MintAsync(HttpClient http, object wanted)
    {
        using var made = await http.PostAsJsonAsync("/_emulator/tokens", wanted, Stop);
        made.EnsureSuccessStatusCode();
        return await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
