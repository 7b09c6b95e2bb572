using System.Net;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>What HubSpot says of a token when its app asks.</summary>
/// <param name="IsActive">It still works.</param>
/// <param name="HubId">The account.</param>
/// <param name="User">Who installed the app; null when HubSpot did not say.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresIn">How long it still works; null for refresh tokens.</param>
public sealed record OAuthTokenState(bool IsActive, long HubId, string? User, IReadOnlyList<string> Scopes, TimeSpan? ExpiresIn);

/// <summary>HubSpot's OAuth endpoints of 2026-09, all parameters in a form body. Every member throws <see cref="HubSpotException"/> that names the cause; none shows a secret.</summary>
public sealed class OAuthEndpoints : IDisposable
{
    private readonly OAuthOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;

    /// <param name="options">Validated here.</param>
    /// <param name="handler">A handler of your own that follows no redirects; disposed with this.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    public OAuthEndpoints(OAuthOptions options, HttpMessageHandler? handler = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, disposeHandler: true);
    }

    /// <summary>Turns the code of an authorization into a grant. A code works once.</summary>
    public async Task<OAuthGrant> ExchangeAsync(string code, Uri redirectUri, string? codeVerifier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri.OriginalString) };
        if (codeVerifier is not null) form.Add(new("code_verifier", codeVerifier));
        return Grant(await SendAsync("token", form, cancellationToken).ConfigureAwait(false), null);
    }

    /// <summary>Gets the next access token.</summary>
    /// <returns>A grant with whatever refresh token came back; where none did, the one given.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.TokenInvalid"/> with cause X05: the refresh token is dead.</exception>
    public async Task<OAuthGrant> RefreshAsync(OAuthGrant grant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return Grant(await SendAsync("token", [new("grant_type", "refresh_token"), new("refresh_token", grant.RefreshToken)], cancellationToken).ConfigureAwait(false), grant);
    }

    /// <summary>What HubSpot knows of an access token.</summary>
    public async Task<OAuthTokenState> IntrospectAsync(string accessToken, CancellationToken cancellationToken = default)
    {
        using var document = await SendAsync("token/introspect", [new("token", accessToken), new("token_type_hint", "access_token")], cancellationToken).ConfigureAwait(false);
        var root = document!.RootElement;
        return new OAuthTokenState(root.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True, Number(root, "hub_id"), CrmJson.Text(root, "user"), Scopes(root), Number(root, "expires_in") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>Ends a refresh token. Access tokens already issued work until they expire, and the app stays installed.</summary>
    public async Task RevokeAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        (await SendAsync("token/revoke", [new("token", refreshToken), new("token_type_hint", "refresh_token")], cancellationToken).ConfigureAwait(false))?.Dispose();

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument?> SendAsync(string endpoint, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        var secret = _options.ClientSecret!()?.Trim();
        if (string.IsNullOrEmpty(secret)) throw new HubSpotException(HubSpotErrorKind.TokenInvalid, "The app's client secret is empty. Set it where OAuthOptions.ClientSecret takes it from.") { Fix = "Set the client secret." };
        string[] secrets = [secret, .. form.Where(field => field.Key is "code" or "refresh_token" or "token" or "code_verifier").Select(field => field.Value)];
        var target = new Uri(_options.BaseUrl, "/oauth/2026-09/" + endpoint);
        using var message = new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent([.. form, new("client_id", _options.ClientId), new("client_secret", secret)]) };
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw OAuthErrors.From((int)response.StatusCode, body, "POST " + target.AbsolutePath, secrets);
            return body.Length == 0 ? null : JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new HubSpotException(HubSpotErrorKind.Unexpected, $"POST {target.AbsolutePath} was answered with something that is not JSON. Check the address {target.Authority}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubSpotException(HubSpotErrorKind.Unreachable, $"{target.Authority} did not answer POST {target.AbsolutePath} within {_options.Timeout.TotalSeconds:0.#} s.") { IsTransient = true };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new HubSpotException(HubSpotErrorKind.Unreachable, $"{target.Scheme}://{target.Authority} could not be reached: {Sentence.End(OAuthErrors.Mask(failure.Message, secrets))} Check the address (HUBSPOT_BASE_URL), the network and any proxy.") { IsTransient = true };
        }
    }

    private OAuthGrant Grant(JsonDocument? answer, OAuthGrant? earlier)
    {
        using (answer)
        {
            var (root, now) = (answer?.RootElement ?? default, _time.GetUtcNow());
            var access = root.ValueKind == JsonValueKind.Object ? CrmJson.Text(root, "access_token") : null;
            var refresh = (access is null ? null : CrmJson.Text(root, "refresh_token")) ?? earlier?.RefreshToken;
            if (access is null || refresh is null) throw new HubSpotException(HubSpotErrorKind.Unexpected, "The token endpoint's answer holds no access_token and refresh_token. Check the address.");
            var seconds = Number(root, "expires_in") is > 0 and var told ? told : 1800;
            var scopes = Scopes(root);
            return new OAuthGrant
            {
                AccessToken = access,
                RefreshToken = refresh,
                IssuedAt = now,
                ExpiresAt = now.AddSeconds(seconds),
                HubId = Number(root, "hub_id") is > 0 and var hub ? hub : earlier?.HubId ?? SignedToken.Read(access)?.HubId ?? 0,
                Scopes = scopes.Count > 0 ? scopes : earlier?.Scopes ?? [],
            };
        }
    }

    private static long Number(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static List<string> Scopes(JsonElement root) => root.TryGetProperty("scopes", out var scopes) && scopes.ValueKind == JsonValueKind.Array ? [.. scopes.EnumerateArray().Select(scope => scope.GetString() ?? "")] : [];
}
