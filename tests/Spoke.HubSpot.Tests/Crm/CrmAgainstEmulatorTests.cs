using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Crm;

public sealed class CrmAgainstEmulatorTests
{
    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_batch_has_one_outcome_an_input_and_names_the_guilty_record(ApiVersion version)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), stop);
        using var client = Client(emulator, version);
        var inputs = Enumerable.Range(0, 150).Select(i => new UpsertInput($"u{i}@example.com", new Dictionary<string, string?> { ["firstname"] = "N" + i })).ToList();
        inputs[120] = new UpsertInput("u120@example.com", new Dictionary<string, string?> { ["no_such_property"] = "x" });
        var outcomes = await client.Contacts.BatchUpsertAsync("email", inputs, cancellationToken: stop);
        Assert.Equal([120], outcomes.Where(o => !o.Succeeded).Select(o => o.Index));
        Assert.Equal("N7", outcomes[7].Record!["firstname"]);
        var again = await client.Contacts.BatchUpsertAsync("email", inputs[..1], cancellationToken: stop);
        Assert.False(again[0].Created);
        Assert.Equal(outcomes[0].Record!.Id, again[0].Record!.Id);
        var listed = 0;
        await foreach (var _ in client.Contacts.ListAsync(cancellationToken: stop)) listed++;
        Assert.Equal(outcomes.Count(o => o.Created), listed);
    }

    [Fact]
    public async Task The_limit_is_used_to_the_full_and_never_exceeded()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Starter }, stop);
        using var client = Client(emulator, ApiVersion.V2026_09);
        var started = TimeProvider.System.GetTimestamp();
        // NoRepeat: a single 429 would fail the test.
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => client.SendAsync(new HubSpotRequest("GET", "/account-info/2026-09/details"), new RequestOptions { NoRepeat = true }, stop)));
        var took = TimeProvider.System.GetElapsedTime(started);
        // 300 calls at 100 in ten seconds cannot take less than 20 s; 95% use allows a little over 21.
        Assert.InRange(took.TotalSeconds, 20, 21.1);
        Assert.Equal(300, client.CallCount);
    }

    private static HubSpotClient Client(EmulatorServer emulator, ApiVersion version) =>
        new(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, Version = version });
}
