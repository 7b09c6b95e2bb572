using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Facts of the account.</summary>
/// <param name="PortalId">The hub id.</param>
/// <param name="AccountType"><c>STANDARD</c>, <c>DEVELOPER_TEST</c>, <c>SANDBOX</c> or <c>APP_DEVELOPER</c>.</param>
/// <param name="TimeZone">Name of the zone in whose midnight the daily limit starts anew.</param>
/// <param name="Currency">The account's own currency, ISO 4217.</param>
/// <param name="UtcOffset">What the zone is ahead of UTC now.</param>
/// <param name="UiDomain">Host of the account's pages.</param>
/// <param name="DataHosting">The data centre, such as <c>na1</c>.</param>
public sealed record AccountDetails(long PortalId, string? AccountType, string? TimeZone, string? Currency, TimeSpan? UtcOffset, string? UiDomain, string? DataHosting);

/// <summary>Facts of a private app's token or a service key.</summary>
/// <param name="HubId">The account it belongs to.</param>
/// <param name="AppId">The app it was made for.</param>
/// <param name="UserId">Who made it.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record TokenInformation(long HubId, long AppId, long UserId, IReadOnlyList<string> Scopes);

/// <summary>The account and the token in use. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.</summary>
public sealed class AccountInfo
{
    private readonly HubSpotClient _client;

    internal AccountInfo(HubSpotClient client) => _client = client;

    /// <summary>Who the portal is; scope <c>oauth</c>, which every token has. Also teaches the budget when the account's day ends.</summary>
    public async Task<AccountDetails> GetDetailsAsync(RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Account(_client.Version, "details"));
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        var root = document.RootElement;
        TimeSpan? offset = root.TryGetProperty("utcOffsetMilliseconds", out var ms) && ms.TryGetInt64(out var value) ? TimeSpan.FromMilliseconds(value) : null;
        if (offset is { } known) _client.Budget.LearnTimeZone(known);
        return new AccountDetails(long.Parse(CrmJson.Text(root, "portalId") ?? "0", CultureInfo.InvariantCulture), CrmJson.Text(root, "accountType"), CrmJson.Text(root, "timeZone"),
            CrmJson.Text(root, "companyCurrency"), offset, CrmJson.Text(root, "uiDomain"), CrmJson.Text(root, "dataHostingLocation"));
    }

    /// <summary>
    /// What a private app's token or a service key may do; one call, no scope needed. HubSpot has no such answer for OAuth access tokens.
    /// </summary>
    /// <param name="token">The token to ask about, which travels in the body; null: the client's own.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.TokenInvalid"/>: HubSpot does not know the token; <see cref="HubSpotErrorKind.Validation"/>: it is of another kind.</exception>
    public async Task<TokenInformation> GetTokenInformationAsync(string? token = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        token ??= await _client.TokenAsync(cancellationToken).ConfigureAwait(false);
        var request = InformationRequest((token ?? "").Trim());
        return Information(await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false), request);
    }

    internal static HubSpotRequest InformationRequest(string token) => new("POST", "/oauth/v2/private-apps/get/access-token-info") { Body = CrmJson.Write(json => json.WriteString("tokenKey", token)), Repeatable = true };

    internal static TokenInformation Information(HubSpotResponse response, HubSpotRequest request)
    {
        using var document = CrmJson.Parse(response, request);
        var root = document.RootElement;
        long Number(string name) => root.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
        return new TokenInformation(Number("hubId"), Number("appId"), Number("userId"), [.. CrmJson.Items(root, "scopes").Select(s => s.GetString() ?? "")]);
    }
}
