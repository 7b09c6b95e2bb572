using Spoke.Emulator.Tests.Auth;

namespace Spoke.Emulator.Tests.Control;

public sealed class FidelityTests
{
    [Fact]
    public async Task Document_lists_what_is_carried_out_and_what_answers_501()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var generated = (await emulator.SendAsync("GET", "/_emulator/fidelity.md", null, null)).Expect(200).Text;
        var root = Path.GetDirectoryName(PublishedEndpoint.DataFolder("data"))!;
        var document = File.ReadAllText(Path.Combine(root, "docs", "fidelity.md"));
        var kept = document[document.IndexOf(generated[..generated.IndexOf('\n', StringComparison.Ordinal)], StringComparison.Ordinal)..];
        var received = Path.Combine(root, "artifacts", "fidelity.received.md");
        if (kept != generated) await File.WriteAllTextAsync(received, document[..^kept.Length] + generated, TestContext.Current.CancellationToken);
        Assert.True(kept == generated, $"docs/fidelity.md differs from what the emulator does: put {received} in its place");
    }

    [Fact]
    public async Task Endpoint_that_is_listed_as_not_done_answers_501_and_the_others_do_not()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var report = await emulator.ControlAsync("GET", "fidelity");
        Assert.Equal(2516, report.GetProperty("published").GetInt32());
        var accounts = PublishedEndpoint.All.Where(endpoint => endpoint.IsForAccounts).ToDictionary(endpoint => (endpoint.Method, endpoint.Template));
        var walked = 0;
        foreach (var endpoint in report.GetProperty("endpoints").EnumerateArray())
        {
            if (!accounts.TryGetValue((endpoint.GetProperty("method").GetString()!, endpoint.GetProperty("path").GetString()!), out var published)) continue;
            var path = published.Path.Replace("unknown_type", "contacts", StringComparison.Ordinal);
            var reply = await emulator.SendAsync(published.Method, path, published.Method is "GET" or "DELETE" ? null : "{}");
            Assert.True(reply.Status == 501 != endpoint.GetProperty("carriedOut").GetBoolean(), $"{published}: {reply.Status} {reply.Text}");
            if (reply.Status == 501) Assert.Equal("NOT_IMPLEMENTED", reply.Category);
            walked++;
        }
        Assert.True(walked > 2_000, $"{walked}");
    }
}
