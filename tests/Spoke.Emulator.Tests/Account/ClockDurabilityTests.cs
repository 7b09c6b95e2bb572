using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Tests.Account;

/// <summary>A clock that was moved stays moved, however the emulator was stopped.</summary>
public sealed class ClockDurabilityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-clock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Moved_clock_goes_on_after_a_kill()
    {
        DateTimeOffset made;
        using (var process = await EmulatorProcess.StartAsync(_folder))
        {
            using var http = Client(process);
            using var ahead = await http.PostAsync("/_emulator/clock", Json("""{"advanceMs":172800000}"""), TestContext.Current.CancellationToken);
            ahead.EnsureSuccessStatusCode();
            using var contact = await http.PostAsync("/crm/v3/objects/contacts", Json("""{"properties":{"email":"a@b.example"}}"""), TestContext.Current.CancellationToken);
            made = (await contact.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("createdAt").GetDateTimeOffset();
            process.Kill();
        }
        Assert.True(made > TimeProvider.System.GetUtcNow().AddDays(1));
        using var again = await EmulatorProcess.StartAsync(_folder);
        using var asking = Client(again);
        var now = (await asking.GetFromJsonAsync<JsonElement>("/_emulator/clock", TestContext.Current.CancellationToken)).GetProperty("now").GetDateTimeOffset();
        Assert.InRange(now, made, made.AddHours(1));
    }

    [Fact]
    public async Task Day_counts_go_on_after_a_kill_until_a_reset()
    {
        string hub, token;
        using (var process = await EmulatorProcess.StartAsync(_folder))
        {
            using var http = Client(process);
            using var made = await http.PostAsync("/_emulator/portals", Json("""{"tier":"pro"}"""), TestContext.Current.CancellationToken);
            var portal = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            (hub, token) = (portal.GetProperty("hubId").GetRawText(), "Bearer " + portal.GetProperty("token").GetString());
            for (var i = 0; i < 7; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/crm/v3/objects/contacts") { Headers = { { "Authorization", token } } };
                (await http.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();
            }
            process.Kill();
        }
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "usage.txt")));
        var options = new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = _folder };
        await using (var emulator = await EmulatorClient.StartAsync(options))
        {
            Assert.Equal(8, await UsedAsync(emulator));   // with the question itself
            await emulator.ControlAsync("POST", "clock", """{"advanceMs":86400000}""");
            Assert.Equal(1, await UsedAsync(emulator));
        }
        await using (var emulator = await EmulatorClient.StartAsync(options))
        {
            Assert.Equal(2, await UsedAsync(emulator));
            await emulator.ControlAsync("POST", "reset?portal=" + hub);
        }
        await File.AppendAllTextAsync(Path.Combine(_folder, "usage.txt"), "no count\n", TestContext.Current.CancellationToken);
        await using (var emulator = await EmulatorClient.StartAsync(options)) Assert.Equal(1, await UsedAsync(emulator));

        async Task<long> UsedAsync(EmulatorClient emulator) =>
            (await emulator.SendAsync("GET", "/account-info/v3/api-usage/daily/private-apps", null, token)).Expect(200).Json.GetProperty("results")[0].GetProperty("currentUsage").GetInt64();
    }

    [Fact]
    public async Task Reset_clock_stays_reset_and_a_damaged_file_is_named()
    {
        var options = new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = _folder };
        await using (var emulator = await EmulatorClient.StartAsync(options))
        {
            var set = await emulator.ControlAsync("POST", "clock", """{"set":"2031-01-01T00:00:00Z"}""");
            Assert.InRange((await emulator.ControlAsync("GET", "clock")).GetProperty("now").GetDateTimeOffset(), set.GetProperty("now").GetDateTimeOffset(), DateTimeOffset.Parse("2031-01-01T01:00:00Z", null));
            await emulator.ControlAsync("POST", "reset");
        }
        await using (var emulator = await EmulatorClient.StartAsync(options))
            Assert.True((await emulator.ControlAsync("GET", "clock")).GetProperty("now").GetDateTimeOffset() < TimeProvider.System.GetUtcNow().AddHours(1));
        await File.WriteAllTextAsync(Path.Combine(_folder, "clock.json"), "{}", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => EmulatorClient.StartAsync(options));
        Assert.Contains("clock.json is damaged", refused.Message);
    }

    private static HttpClient Client(EmulatorProcess process) => new() { BaseAddress = process.Address, DefaultRequestHeaders = { { "Authorization", "Bearer " + EmulatorServer.DefaultToken } } };

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
