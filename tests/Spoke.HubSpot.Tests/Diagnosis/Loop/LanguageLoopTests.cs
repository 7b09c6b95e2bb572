using System.Diagnostics;
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
        var calls = new JsonArray();
        foreach (var (number, mistake) in Mistakes.All.Index()) calls.Add(await CallAsync(http, number, mistake));
        var answers = language == "csharp" ? await SendHereAsync(calls) : await RunAsync(language, calls);
        Assert.Equal(Mistakes.All.Count, answers.Count);
        var wrong = new StringBuilder();
        foreach (var (number, mistake) in Mistakes.All.Index())
        {
            var answer = answers[number]!;
            var failed = answer["refused"] is not null || answer["status"]!.GetValue<int>() >= 400;
            // What the grammar of the header forbids, some libraries send and some servers forgive.
            if (!failed && mistake.Cause is not "H07") wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: was answered {answer["status"]}");
            var har = Har(calls[number]!, answer, emulator.BaseUrl);
            var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(har));
            if (diagnosis.Findings.Count == 0 || diagnosis.Findings[0].Id != mistake.Cause) wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: {(diagnosis.Findings.Count == 0 ? diagnosis.Unreadable ?? "nothing found" : string.Join(' ', diagnosis.Findings.Select(f => f.Id)))}");
            if (diagnosis.ToJson().Contains(Example.Pat, StringComparison.Ordinal)) wrong.AppendLine(CultureInfo.InvariantCulture, $"{mistake.Cause}: the token is shown");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private static async Task<JsonObject> CallAsync(HttpClient http, int number, Mistake mistake)
    {
        var token = "";
        if (mistake.Token is { } wanted)
        {
            using var made = await http.PostAsJsonAsync("/_emulator/tokens", wanted, Stop);
            token = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;
        }
        var path = mistake.Played ? $"{mistake.Path}/{number + 1}" : mistake.Path;
        if (mistake.Played)
        {
            using var asked = await http.PostAsJsonAsync("/_emulator/faults", new { kind = mistake.Cause, path }, Stop);
            asked.EnsureSuccessStatusCode();
        }
        return new JsonObject
        {
            ["id"] = number,
            ["method"] = mistake.Method,
            ["url"] = new Uri(http.BaseAddress!, path).OriginalString is var url && url.StartsWith("http", StringComparison.Ordinal) ? url : http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path,
            ["headers"] = new JsonArray([.. mistake.Headers.Select(header => new JsonArray(header.Name, header.Value.Replace(Mistakes.Minted, token, StringComparison.Ordinal)))]),
            ["body"] = mistake.Body,
        };
    }

    private static async Task<JsonArray> RunAsync(string program, JsonArray calls)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Diagnosis", "Loop", program == "node" ? "loop.cjs" : "loop.py");
        using var process = new Process { StartInfo = new ProcessStartInfo(program, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not on this machine.");
        }
        await process.StandardInput.WriteAsync(calls.ToJsonString().AsMemory(), Stop);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(Stop);
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonNode.Parse(output)!.AsArray();
    }

    private static async Task<JsonArray> SendHereAsync(JsonArray calls)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var answers = new JsonArray();
        foreach (var call in calls)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(call!["method"]!.GetValue<string>()), call["url"]!.GetValue<string>());
            if (call["body"] is { } body) request.Content = new StringContent(body.GetValue<string>(), Encoding.UTF8, call["headers"]!.AsArray().First(header => header![0]!.GetValue<string>() == "Content-Type")![1]!.GetValue<string>());
            var refused = call["headers"]!.AsArray().Where(header => header![0]!.GetValue<string>() != "Content-Type").FirstOrDefault(header => !request.Headers.TryAddWithoutValidation(header![0]!.GetValue<string>(), header[1]!.GetValue<string>()));
            try
            {
                if (refused is not null) throw new HttpRequestException("The header's value has a line end.");
                using var answer = await http.SendAsync(request, Stop);
                answers.Add(new JsonObject
                {
                    ["status"] = (int)answer.StatusCode,
                    ["headers"] = new JsonArray([.. answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value.Select(value => new JsonArray(header.Key, value)))]),
                    ["body"] = await answer.Content.ReadAsStringAsync(Stop),
                });
            }
            catch (HttpRequestException failure)
            {
                answers.Add(new JsonObject { ["refused"] = failure.Message });
            }
        }
        return answers;
    }

    /// <summary>What a browser or proxy would have kept. The emulator stands for HubSpot's host.</summary>
    private static string Har(JsonNode call, JsonNode answer, Uri emulator)
    {
        var request = new JsonObject
        {
            ["method"] = call["method"]!.DeepClone(),
            ["url"] = call["url"]!.GetValue<string>().Replace(emulator.GetLeftPart(UriPartial.Authority), "https://api.hubapi.com", StringComparison.Ordinal),
            ["httpVersion"] = "HTTP/1.1",
            ["headers"] = Headers(call["headers"]!.AsArray()),
            ["queryString"] = new JsonArray(),
            ["cookies"] = new JsonArray(),
        };
        if (call["body"] is { } body) request["postData"] = new JsonObject { ["mimeType"] = call["headers"]!.AsArray().First(header => header![0]!.GetValue<string>() == "Content-Type")![1]!.DeepClone(), ["text"] = body.DeepClone() };
        var response = answer["refused"] is { } refused
            ? new JsonObject { ["status"] = 0, ["statusText"] = "", ["headers"] = new JsonArray(), ["content"] = new JsonObject { ["size"] = 0 }, ["_error"] = refused.DeepClone() }
            : new JsonObject { ["status"] = answer["status"]!.DeepClone(), ["statusText"] = "", ["headers"] = Headers(answer["headers"]!.AsArray()), ["content"] = new JsonObject { ["mimeType"] = "", ["text"] = answer["body"]!.DeepClone() } };
        var entry = new JsonObject { ["startedDateTime"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), ["time"] = 1, ["request"] = request, ["response"] = response, ["cache"] = new JsonObject(), ["timings"] = new JsonObject() };
        return new JsonObject { ["log"] = new JsonObject { ["version"] = "1.2", ["creator"] = new JsonObject { ["name"] = "loop", ["version"] = "1" }, ["entries"] = new JsonArray(entry) } }.ToJsonString();
    }

    private static JsonArray Headers(JsonArray pairs) => new([.. pairs.Select(pair => new JsonObject { ["name"] = pair![0]!.DeepClone(), ["value"] = pair[1]!.DeepClone() })]);
}
