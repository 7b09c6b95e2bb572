using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Spoke.HubSpot;

/// <summary>
/// An OAuth grant that renews itself: ahead of the access token's end, by one caller at a time over all threads and, through its store, all processes.
/// While a token still works the other callers go on with it. Whatever refresh token comes back is stored before the new access token is used.
/// </summary>
public sealed class OAuthCredential : ICredential, IDisposable
{
    private static readonly TimeSpan s_mayStillArrive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_young = TimeSpan.FromMinutes(1);
    private readonly OAuthOptions _options;
    private readonly OAuthEndpoints _endpoints;
    private readonly IGrantStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1, 1);
    private OAuthGrant? _grant;
    private string? _refused;

    /// <param name="options">The app. Validated here.</param>
    /// <param name="store">Where the grant is kept.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="handler">A handler of your own below, for the token endpoint; disposed with this.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="loggerFactory">Where log lines go. They never hold a token.</param>
    public OAuthCredential(OAuthOptions options, IGrantStore store, string source = "the OAuth grant", HttpMessageHandler? handler = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _time = timeProvider ?? TimeProvider.System;
        _endpoints = new OAuthEndpoints(options, handler, _time);
        (_options, _store, Source) = (options, store, source);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Spoke.HubSpot");
    }

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var known = Volatile.Read(ref _grant);
        if (known is not null && now < RenewAt(known)) return known.AccessToken;
        if (known is null || now >= known.ExpiresAt - s_mayStillArrive)
        {
            await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
            return (await RenewAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).AccessToken;
        }
        if (!await _one.WaitAsync(0, cancellationToken).ConfigureAwait(false)) return known.AccessToken;   // somebody is at it, and this one still works
        try
        {
            return (await RenewAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).AccessToken;
        }
        catch (HubSpotException later) when (later.IsTransient)
        {
            TransportLog.RenewalFailed(_logger, Source, (long)(known.ExpiresAt - now).TotalSeconds, later.Message);
            return known.AccessToken;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The stored grant is read again: another process may have renewed it. A token is renewed for a 401 only when it is older than a minute, since a 401 has other causes too.</remarks>
    public async ValueTask RefusedAsync(string token, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_grant is not { } known || known.AccessToken != token) return;
            var stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (stored is not null && stored.AccessToken != token) _grant = stored;
            else if (_time.GetUtcNow() - known.IssuedAt >= s_young) (_grant, _refused) = (null, token);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What HubSpot tells the app of an access token: whether it works, its account and its scopes.</summary>
    /// <exception cref="HubSpotException">HubSpot did not take the app's client id and secret, or gave no answer.</exception>
    public Task<OAuthTokenState> IntrospectAsync(string accessToken, CancellationToken cancellationToken = default) => _endpoints.IntrospectAsync(accessToken, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _endpoints.Dispose();
        _one.Dispose();
    }

    private DateTimeOffset RenewAt(OAuthGrant grant)
    {
        var quarter = (grant.ExpiresAt - grant.IssuedAt) / 4;
        return grant.ExpiresAt - (_options.RefreshAhead < quarter ? _options.RefreshAhead : quarter);
    }

    /// <summary>Under <c>_one</c>, which it lets go. Not ended by a caller who gives up: the answer may hold the only refresh token that still works.</summary>
    private async Task<OAuthGrant> RenewAsync()
    {
        try
        {
            if (_grant is { } newer && _time.GetUtcNow() < RenewAt(newer)) return newer;   // done while this caller waited
            await using var held = await _store.LockAsync(CancellationToken.None).ConfigureAwait(false);
            var stored = await _store.ReadAsync(CancellationToken.None).ConfigureAwait(false)
                ?? throw new HubSpotException(HubSpotErrorKind.TokenInvalid, $"There is no grant in the store of {Source}. Authorize the app first (spoke auth login).") { Fix = "Authorize the app first." };
            if (stored.AccessToken == _refused || _time.GetUtcNow() >= RenewAt(stored))
            {
                stored = await _endpoints.RefreshAsync(stored, CancellationToken.None).ConfigureAwait(false);
                await _store.WriteAsync(stored, CancellationToken.None).ConfigureAwait(false);
            }
            _refused = null;
            Volatile.Write(ref _grant, stored);
            return stored;
        }
        finally
        {
            _one.Release();
        }
    }
}
