using System.Net.Http.Headers;
using global::Xunit;

namespace Spoke.Emulator.Xunit;

/// <summary>
/// A running emulator for a test class, a collection or an assembly. Each fixture has its own: no records, tokens, faults, clock or limits
/// are shared with another, so tests of different fixtures may run at the same time. It ends with the fixture.
/// </summary>
public class EmulatorFixture : IAsyncLifetime
{
    private EmulatorServer? _server;
    private EmulatorControl? _control;
    private HttpClient? _http;

    /// <summary>Where it listens; what a client takes as its base address.</summary>
    public Uri BaseUrl => Started(_server).BaseUrl;

    /// <summary>The token that is always there and has every scope.</summary>
    public string Token => EmulatorServer.DefaultToken;

    /// <summary>A bare client with base address and token, for what a test prepares or looks up by itself.</summary>
    public HttpClient Http => Started(_http);

    /// <summary>Failures on demand.</summary>
    public EmulatorFaults Faults { get; private set; } = null!;

    /// <summary>What was called, and asserts about it.</summary>
    public EmulatorJournal Journal { get; private set; } = null!;

    /// <summary>The account's clock.</summary>
    public EmulatorTime Time { get; private set; } = null!;

    /// <summary>Starts it; xunit calls this.</summary>
    /// <exception cref="InvalidDataException">The seed cannot be planted; the message names the line.</exception>
    public virtual async ValueTask InitializeAsync()
    {
        var options = new EmulatorOptions { Limits = LimitTier.Off };
        Configure(options);
        _server = await EmulatorServer.StartAsync(options).ConfigureAwait(false);
        _control = new EmulatorControl(_server.BaseUrl);
        _http = new HttpClient { BaseAddress = _server.BaseUrl };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        (Faults, Journal, Time) = (new EmulatorFaults(_control), new EmulatorJournal(_control), new EmulatorTime(_control));
    }

    /// <summary>Ends it; xunit calls this.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        _control?.Dispose();
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Back to the seed: records, tokens, faults, clock, journal, limits.</summary>
    public Task ResetAsync(CancellationToken cancellationToken = default) => Started(_control).SendAsync("POST", "reset", null, cancellationToken);

    /// <summary>Adds records from a seed.</summary>
    /// <param name="seed">A name (<c>small-shop</c>, <c>100k</c>) or a seed's JSON.</param>
    /// <exception cref="InvalidOperationException">The seed was refused; the message names the line, and nothing was added.</exception>
    public Task SeedAsync(string seed, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(seed);
        return Started(_control).SendAsync("POST", "seed", seed.TrimStart().StartsWith('{') ? seed : EmulatorControl.Object(("seed", seed)), cancellationToken);
    }

    /// <summary>Keeps the account as it is now under a name.</summary>
    public Task SaveAsync(string snapshot, CancellationToken cancellationToken = default) => Started(_control).SendAsync("PUT", "snapshots/" + Uri.EscapeDataString(snapshot), null, cancellationToken);

    /// <summary>Brings the account back as it was kept under this name.</summary>
    /// <exception cref="InvalidOperationException">There is no such snapshot.</exception>
    public Task LoadAsync(string snapshot, CancellationToken cancellationToken = default) => Started(_control).SendAsync("POST", $"snapshots/{Uri.EscapeDataString(snapshot)}/load", null, cancellationToken);

    /// <summary>A new private app's token.</summary>
    /// <param name="state"><c>active</c>, <c>expired</c>, <c>revoked</c>, <c>rotated</c>, <c>other-portal</c>, <c>inactive</c> or <c>moved</c>.</param>
    /// <param name="scopes">Null: every scope.</param>
    public async Task<string> CreateTokenAsync(string state = "active", IReadOnlyCollection<string>? scopes = null, CancellationToken cancellationToken = default)
    {
        var request = scopes is null ? EmulatorControl.Object(("state", state)) : EmulatorControl.Object(("state", state), ("scopes", string.Join(' ', scopes)));
        using var made = await Started(_control).ReadAsync("POST", "tokens", request, cancellationToken).ConfigureAwait(false);
        return made.RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>What the emulator starts with: seed, limits, data folder. Limits are off unless this turns them on.</summary>
    protected virtual void Configure(EmulatorOptions options)
    {
    }

    private static T Started<T>(T? part) where T : class => part ?? throw new InvalidOperationException("The emulator has not started: give the fixture to xunit (AssemblyFixture, IClassFixture, ICollectionFixture), or await InitializeAsync.");
}
