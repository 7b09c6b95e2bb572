using System.Diagnostics;
using Spoke.Commands;
using Spoke.Configuration;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary>Secrets by reference, and rotation without a restart.</summary>
public sealed class SecretReferenceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_rotated_in_its_file_is_used_by_the_next_call_of_a_running_client()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        await File.WriteAllTextAsync(_folder["token"], "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", Stop);
        var credential = new SecretReference("file:token", _folder.Path).Credential(emulator.BaseUrl, "file:token");
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Credential = credential });
        await Assert.ThrowsAsync<HubSpotException>(() => client.Account.GetDetailsAsync(cancellationToken: Stop));
        await File.WriteAllTextAsync(_folder["token"], EmulatorServer.DefaultToken + "\n", Stop);
        await client.Account.GetDetailsAsync(cancellationToken: Stop);
    }

    [Fact]
    public async Task A_command_is_run_again_when_its_token_was_refused_and_not_for_every_call()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell's.");
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        await File.WriteAllTextAsync(_folder["token"], EmulatorServer.DefaultToken, Stop);
        var credential = new SecretReference($"exec:echo x >> '{_folder["runs"]}'; cat '{_folder["token"]}'", _folder.Path).Credential(emulator.BaseUrl, "exec:…");
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Credential = credential });
        for (var i = 0; i < 3; i++) await client.Account.GetDetailsAsync(cancellationToken: Stop);
        Assert.Single(await File.ReadAllLinesAsync(_folder["runs"], Stop));
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        (await http.PostAsync("/_emulator/reset", null, Stop)).EnsureSuccessStatusCode();
        await File.WriteAllTextAsync(_folder["token"], "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", Stop);
        await client.Account.GetDetailsAsync(cancellationToken: Stop);   // what is remembered still works
        await credential.RefusedAsync("", Stop);
        await Assert.ThrowsAsync<HubSpotException>(() => client.Account.GetDetailsAsync(cancellationToken: Stop));
        Assert.Equal(3, (await File.ReadAllLinesAsync(_folder["runs"], Stop)).Length);   // once anew, and once more for the 401
    }

    [Theory]
    [InlineData("echo canary; echo canary >&2; exit 3", "ended with code 3")]
    [InlineData("no-such-secret-manager", "there is no such program")]
    public void A_command_that_fails_is_named_and_what_it_printed_is_not(string command, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell's.");
        var failed = Assert.Throws<UsageException>(() => new SecretCommand(command, TimeProvider.System).Run());
        Assert.Contains(said, failed.Message);
        Assert.DoesNotContain("\ncanary", failed.ToString());
    }

    [Fact]
    public void A_command_that_does_not_end_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell's.");
        var started = Stopwatch.GetTimestamp();
        var failed = Assert.Throws<UsageException>(() => new SecretCommand("sleep 60", TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(200) }.Run());
        Assert.Contains("did not end within 0.2 s", failed.Message);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("pat-na1-22222222-2222-4222-8222-222222222222", "is a secret written out")]
    [InlineData("file:", "names nothing")]
    [InlineData("stored:a b", "names nothing stored")]
    public void What_is_no_reference_is_said_to_be_that(string text, string said) => Assert.Contains(said, SecretReference.Problem(text));
}
