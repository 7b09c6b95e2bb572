using System.Text.Json;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>Who may do what, as one JSON object: portals, apps, tokens, grants, codes. Without encryption: it is for trying things out.</summary>
internal sealed class AccessState(AccountList accounts, AppList apps, TokenStore tokens, GrantList grants)
{
    private const string AllScopes = "*";

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastHub", accounts.LastHub);
        json.WriteNumber("lastApp", apps.LastApp);
        json.WriteNumber("lastPrivateApp", tokens.LastPrivateApp);
        List(json, "portals", accounts.All, WriteAccount);
        List(json, "apps", apps.All, WriteApp);
        List(json, "tokens", tokens.All.OrderBy(grant => grant.Token, StringComparer.Ordinal), WriteToken);
        List(json, "grants", grants.All.OrderBy(grant => grant.RefreshToken, StringComparer.Ordinal), (writer, grant) =>
        {
            writer.WriteString("refreshToken", grant.RefreshToken);
            writer.WriteString("clientId", grant.ClientId);
            writer.WriteNumber("hub", grant.HubId);
            writer.WriteNumber("user", grant.UserId);
            Scopes(writer, "scopes", grant.Scopes);
        });
        List(json, "codes", grants.Codes.OrderBy(code => code.Code, StringComparer.Ordinal), (writer, code) =>
        {
            writer.WriteString("code", code.Code);
            writer.WriteString("clientId", code.ClientId);
            writer.WriteNumber("hub", code.HubId);
            writer.WriteString("redirectUri", code.RedirectUri);
            Scopes(writer, "scopes", code.Scopes);
            writer.WriteString("challenge", code.Challenge);
            writer.WriteNumber("expires", code.ExpiresAt.UtcTicks);
        });
        json.WriteEndObject();
    }

    /// <summary>Takes the place of what there is. Nothing is changed when the text is wrong.</summary>
    /// <exception cref="Exception">A <see cref="KeyNotFoundException"/>, <see cref="InvalidOperationException"/> or <see cref="FormatException"/>: it is not what <see cref="Write"/> wrote.</exception>
    public void Read(JsonElement saved)
    {
        var (lastHub, lastApp, lastPrivateApp) = (saved.GetProperty("lastHub").GetInt64(), saved.GetProperty("lastApp").GetInt64(), saved.GetProperty("lastPrivateApp").GetInt64());
        var facts = saved.GetProperty("portals").EnumerateArray().Select(ReadAccount).ToArray();
        var known = saved.GetProperty("apps").EnumerateArray().Select(ReadApp).ToArray();
        var handed = saved.GetProperty("tokens").EnumerateArray().Select(ReadToken).ToArray();
        var granted = saved.GetProperty("grants").EnumerateArray().Select(grant => new OAuthGrant(
            Text(grant, "refreshToken"), Text(grant, "clientId"), Number(grant, "hub"), Number(grant, "user"), ReadScopes(grant, "scopes"))).ToArray();
        var codes = saved.GetProperty("codes").EnumerateArray().Select(code => new OAuthCode(Text(code, "code"), Text(code, "clientId"), Number(code, "hub"), Text(code, "redirectUri"),
            ReadScopes(code, "scopes"), code.Text("challenge"), new DateTimeOffset(Number(code, "expires"), TimeSpan.Zero))).ToArray();
        accounts.Reset(facts);
        apps.Reset(known);
        tokens.Reset(handed);
        grants.Clear();
        foreach (var one in granted) grants.Put(one);
        foreach (var one in codes) grants.Put(one);
        (accounts.LastHub, apps.LastApp, tokens.LastPrivateApp) = (Math.Max(lastHub, accounts.LastHub), Math.Max(lastApp, apps.LastApp), Math.Max(lastPrivateApp, tokens.LastPrivateApp));
    }

    private static void WriteAccount(Utf8JsonWriter json, AccountFacts facts)
    {
        json.WriteNumber("hub", facts.HubId);
        json.WriteString("name", facts.Name);
        json.WriteString("accountType", facts.AccountType);
        json.WriteString("hublet", facts.Hublet);
        json.WriteString("timeZone", facts.Zone.Name);
        json.WriteString("currency", facts.Currency);
        Names(json, "additionalCurrencies", facts.AdditionalCurrencies);
        json.WriteString("tier", facts.OwnTier?.ToString());
        Names(json, "scopesWithheld", facts.ScopesWithheld);
        json.WriteBoolean("inactive", facts.Inactive);
        json.WriteString("movesTo", facts.MovesTo);
        json.WriteNumber("movesAt", facts.MovesAtMs);
    }

    private static AccountFacts ReadAccount(JsonElement saved) => new(Number(saved, "hub"))
    {
        Name = Text(saved, "name"),
        AccountType = Text(saved, "accountType"),
        Hublet = Text(saved, "hublet"),
        Zone = AccountZone.Named(Text(saved, "timeZone")),
        Currency = Text(saved, "currency"),
        AdditionalCurrencies = saved.Texts("additionalCurrencies"),
        OwnTier = saved.Text("tier") is { } tier ? Enum.Parse<LimitTier>(tier) : null,
        ScopesWithheld = saved.Texts("scopesWithheld").ToHashSet(StringComparer.Ordinal),
        Inactive = saved.GetProperty("inactive").GetBoolean(),
        MovesTo = saved.Text("movesTo"),
        MovesAtMs = Number(saved, "movesAt"),
    };

    private void WriteApp(Utf8JsonWriter json, OAuthApp app)
    {
        json.WriteNumber("id", app.AppId);
        json.WriteString("clientId", app.ClientId);
        json.WriteString("clientSecret", app.ClientSecret);
        json.WriteString("name", app.Name);
        Names(json, "redirectUris", app.RedirectUris);
        Scopes(json, "scopes", app.Scopes);
        Scopes(json, "optionalScopes", app.OptionalScopes);
        json.WriteString("kind", app.Kind);
        json.WriteNumber("home", app.HomeHub);
        json.WriteBoolean("rotates", app.RotatesRefreshTokens);
        json.WriteString("consent", app.Consent.ToString());
        json.WriteNumber("consentHub", app.ConsentHub ?? 0);
    }

    private OAuthApp ReadApp(JsonElement saved) => new(Number(saved, "id"))
    {
        ClientId = Text(saved, "clientId"),
        ClientSecret = Text(saved, "clientSecret"),
        Name = Text(saved, "name"),
        RedirectUris = saved.Texts("redirectUris"),
        Scopes = ReadScopes(saved, "scopes"),
        OptionalScopes = ReadScopes(saved, "optionalScopes"),
        Kind = Text(saved, "kind"),
        HomeHub = Number(saved, "home"),
        RotatesRefreshTokens = saved.GetProperty("rotates").GetBoolean(),
        Consent = Enum.Parse<Consent>(Text(saved, "consent")),
        ConsentHub = Number(saved, "consentHub") is not 0 and var hub ? hub : null,
    };

    private void WriteToken(Utf8JsonWriter json, TokenGrant grant)
    {
        json.WriteString("token", grant.Token);
        json.WriteString("kind", grant.Kind.ToString());
        json.WriteString("state", grant.State.ToString());
        json.WriteNumber("hub", grant.Caller.HubId);
        json.WriteNumber("app", grant.Caller.AppId);
        json.WriteNumber("user", grant.Caller.UserId);
        json.WriteBoolean("oauth", grant.Caller.IsOAuth);
        Scopes(json, "scopes", grant.Caller.Scopes);
        json.WriteNumber("expires", grant.ExpiresAt?.UtcTicks ?? 0);
        json.WriteString("hublet", grant.Hublet);
        json.WriteBoolean("own", grant.IsPortalsOwn);
    }

    private TokenGrant ReadToken(JsonElement saved) => new(
        Text(saved, "token"), Enum.Parse<TokenKind>(Text(saved, "kind")), Enum.Parse<TokenState>(Text(saved, "state")),
        new Caller(Number(saved, "hub"), Number(saved, "app"), Number(saved, "user"), ReadScopes(saved, "scopes"), Text(saved, "token"), saved.GetProperty("oauth").GetBoolean()),
        Number(saved, "expires") is not 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null)
    {
        Hublet = Text(saved, "hublet"),
        IsPortalsOwn = saved.GetProperty("own").GetBoolean(),
    };

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> one)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            one(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Names(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var one in names) json.WriteStringValue(one);
        json.WriteEndArray();
    }

    /// <summary>All there are is one sign: they are hundreds, and later versions know more.</summary>
    private void Scopes(Utf8JsonWriter json, string name, IReadOnlySet<string> scopes)
    {
        if (scopes.Count >= tokens.AllScopes.Count && tokens.AllScopes.IsSubsetOf(scopes)) json.WriteString(name, AllScopes);
        else Names(json, name, scopes.Order(StringComparer.Ordinal));
    }

    private IReadOnlySet<string> ReadScopes(JsonElement saved, string name) =>
        saved.GetProperty(name).ValueKind == JsonValueKind.String ? tokens.AllScopes : saved.Texts(name).ToHashSet(StringComparer.Ordinal);

    private static string Text(JsonElement saved, string name) => saved.GetProperty(name).GetString() ?? throw new FormatException($"{name} is missing.");

    private static long Number(JsonElement saved, string name) => saved.GetProperty(name).GetInt64();
}
