using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>Causes that no recording of single calls shows: the program's own text, a redirect, a delivery that is refused.</summary>
public sealed class SourceLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What is proved here, and by what the doctor tells it.</summary>
    internal static IReadOnlyDictionary<string, string> Causes { get; } = new Dictionary<string, string> { ["V07"] = "source", ["K13"] = "source", ["R12"] = "source", ["R03"] = "recording", ["R15"] = "delivery" };

    public static TheoryData<string> Languages() => [.. LoopSource.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_variable_read_before_its_file_is_loaded_is_told_from_the_source(string language)
    {
        await using var emulator = await StartAsync();
        var token = (await MintAsync(emulator, new { kind = "private-app" })).GetProperty("token").GetString()!;
        using var source = new LoopSource("V07", language);
        source.Put(".env", $"HUBSPOT_LOOP_TOKEN={token}\n");
        Assert.Equal("401", await source.RunAsync(Address(emulator), null, Stop));
        Assert.Equal("200", await source.RunAsync(Address(emulator), token, Stop));   // nothing else is wrong with it
        First("V07", Confidence.Likely, Doctor.ExamineRequest(source.Text));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_service_key_on_an_apps_path_is_told_from_the_source(string language)
    {
        await using var emulator = await StartAsync();
        var key = (await MintAsync(emulator, new { kind = "service-key" })).GetProperty("token").GetString()!;
        using var source = new LoopSource("K13", language);
        Assert.Equal("401", await source.RunAsync(Address(emulator), key, Stop));
        First("K13", Confidence.Certain, Doctor.ExamineRequest(source.Text));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_damaged_text_does_not_start_and_so_is_not_what_ran(string language)
    {
        using var source = new LoopSource("R12", language);
        Assert.Null(await source.RunAsync("http://127.0.0.1:9", "unused", Stop));
        First("R12", Confidence.Likely, Doctor.ExamineRequest(source.Text));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_header_lost_on_the_way_to_another_host_is_told(string language)
    {
        await using var emulator = await StartAsync();
        var token = (await MintAsync(emulator, new { kind = "private-app" })).GetProperty("token").GetString()!;
        await using var gateway = await GatewayAsync(Address(emulator));
        using var source = new LoopSource("R03", language);
        Assert.Equal("200", await source.RunAsync(Address(emulator), token, Stop));
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        var before = (await HarAsync(http)).Count;
        Assert.Equal("401", await source.RunAsync(gateway.Urls.First(), token, Stop));
        // What arrived at the end, as the emulator kept it, behind what was sent to the gateway.
        var arrived = Assert.Single((await HarAsync(http)).Skip(before))!.DeepClone();
        const string There = "https://api-eu1.hubapi.com/crm/v3/objects/contacts";
        arrived["request"]!["url"] = There;
        var sent = JsonNode.Parse(Har.Entry(0, "GET", Har.Contacts, "Bearer " + token, 307, answer: ["Location", There]))!;
        sent["startedDateTime"] = arrived["startedDateTime"]!.GetValue<DateTimeOffset>().AddSeconds(-1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        First("R03", Confidence.Certain, Doctor.ExamineRequest(Har.Of(sent.ToJsonString(), arrived.ToJsonString())));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_delivery_that_the_receiver_refuses_is_no_call_to_HubSpot(string language)
    {
        await using var emulator = await StartAsync();
        var app = await MintAsync(emulator, new { kind = "private-app" });
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        using var source = new LoopSource("R15", language);
        using var receiver = source.Start("", "shh")!;
        try
        {
            var port = await receiver.StandardOutput.ReadLineAsync(Stop);
            (await http.PostAsJsonAsync("/_emulator/webhooks", new { appId = app.GetProperty("appId").GetInt64(), targetUrl = $"http://127.0.0.1:{port}/hook", secret = "shh", signature = "v3", subscriptions = new[] { new { eventType = "contact.creation" } } }, Stop)).EnsureSuccessStatusCode();
            http.DefaultRequestHeaders.Authorization = new("Bearer", app.GetProperty("token").GetString());
            (await http.PostAsJsonAsync("/crm/v3/objects/contacts", new { properties = new { email = "a@example.com" } }, Stop)).EnsureSuccessStatusCode();
            var delivery = JsonNode.Parse((await receiver.StandardOutput.ReadLineAsync(Stop))!)!;
            Assert.Equal(401, delivery["status"]!.GetValue<int>());
            var head = delivery["headers"]!.AsArray().SelectMany(h => new[] { h![0]!.GetValue<string>(), h[1]!.GetValue<string>() }).ToArray();
            var entry = Har.Entry(0, "POST", $"https://shop.example.com{delivery["path"]}", null, 401, "", head, post: delivery["body"]!.GetValue<string>());
            First("R15", Confidence.Certain, Doctor.ExamineRequest(Har.Of(entry)));
        }
        finally
        {
            if (!receiver.HasExited) receiver.Kill();
        }
    }

    private static void First(string cause, Confidence confidence, HubSpot.Diagnosis diagnosis) =>
        Assert.True(diagnosis.Findings is [var first, ..] && first.Id == cause && first.Confidence == confidence, diagnosis.Unreadable + diagnosis);

    private static Task<EmulatorServer> StartAsync() => EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Stop);

    private static string Address(EmulatorServer emulator) => emulator.BaseUrl.GetLeftPart(UriPartial.Authority);

    private static async Task<JsonArray> HarAsync(HttpClient http) => JsonNode.Parse(await http.GetStringAsync("/_emulator/har", Stop))!["log"]!["entries"]!.AsArray();

    private static async Task<JsonElement> MintAsync(EmulatorServer emulator, object wanted)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        using var made = await http.PostAsJsonAsync("/_emulator/tokens", wanted, Stop);
        return await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    /// <summary>Sends every call on to another host.</summary>
    private static async Task<WebApplication> GatewayAsync(string to)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = to + context.Request.Path + context.Request.QueryString;
            return Task.CompletedTask;
        });
        await app.StartAsync(Stop);
        return app;
    }
}
