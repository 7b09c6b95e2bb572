using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Facts of the account.</summary>
/// <param name="PortalId">The hub id.</param>
/// <param name="AccountType"><c>STANDARD</c>, <c>DEVELOPER_TEST</c>, <c>SANDBOX</c> or <c>APP_DEVELOPER</c>.</param>
/// <param name="DataHosting">The data centre, such as <c>na1</c>.</param>
public sealed record AccountDetails(long PortalId, string? AccountType, string? TimeZone, string? Currency, TimeSpan? UtcOffset, string? UiDomain, string? DataHosting);

/// <summary>Facts of a private app's token or a service key.</summary>
public sealed record TokenInformation(long HubId, long AppId, long UserId, IReadOnlyList<string> Scopes);

/// <summary>The account and the token in use.</summary>
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

    /// <summary>What a private app's token or a service key may do; no scope needed.</summary>
    /// <param name="token">The token itself: it travels in the body.</param>
    public async Task<TokenInformation> GetTokenInformationAsync(string token, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", "/oauth/v2/private-apps/get/access-token-info") { Body = CrmJson.Write(json => json.WriteString("tokenKey", token.Trim())), Repeatable = true };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        var root = document.RootElement;
        long Number(string name) => root.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
        return new TokenInformation(Number("hubId"), Number("appId"), Number("userId"), [.. CrmJson.Items(root, "scopes").Select(s => s.GetString() ?? "")]);
    }
}
