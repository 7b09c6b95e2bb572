using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>An app and its user at the emulator's door.</summary>
internal sealed class OAuthDrive(EmulatorClient emulator)
{
    public const string Redirect = "http://localhost:3000/oauth-callback";
    public const string Verifier = "a-verifier-of-at-least-forty-three-characters-0123";

    public string ClientId { get; set; } = EmulatorServer.DefaultClientId;
    public string ClientSecret { get; set; } = EmulatorServer.DefaultClientSecret;

    public static string Challenge => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public async Task<Reply> FormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        using var response = await emulator.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }

    public string Link(string scope = "oauth crm.objects.contacts.read", string? optional = null, string? hub = null, string redirect = Redirect, string extra = "&state=s%2F1") =>
        $"/oauth/{(hub is null ? "" : hub + "/")}authorize?client_id={ClientId}&redirect_uri={Uri.EscapeDataString(redirect)}&scope={Uri.EscapeDataString(scope)}{(optional is null ? "" : "&optional_scope=" + Uri.EscapeDataString(optional))}{extra}";

    /// <summary>What the app is told at its address.</summary>
    public static Dictionary<string, string> Told(Reply reply)
    {
        var location = new Uri(reply.Expect(302).Headers.Location!.ToString());
        var query = HttpUtility.ParseQueryString(location.Query);
        return query.AllKeys.ToDictionary(name => name!, name => query[name]!);
    }

    public async Task<string> CodeAsync(string link, string portal = "1000001", params (string, string)[] more) =>
        Told(await FormAsync(link, [("decision", "approve"), ("portal", portal), .. more]))["code"];

    public Task<Reply> ExchangeAsync(string code, string version = "2026-03", params (string, string)[] more) => FormAsync($"/oauth/{version}/token",
        [("grant_type", "authorization_code"), ("client_id", ClientId), ("client_secret", ClientSecret), ("redirect_uri", Redirect), ("code", code), .. more]);

    public Task<Reply> RefreshAsync(string refreshToken, string version = "2026-03") => FormAsync($"/oauth/{version}/token",
        ("grant_type", "refresh_token"), ("client_id", ClientId), ("client_secret", ClientSecret), ("refresh_token", refreshToken));

    public async Task<(string Access, string Refresh)> InstallAsync(string scope = "oauth crm.objects.contacts.read", string portal = "1000001")
    {
        var tokens = (await ExchangeAsync(await CodeAsync(Link(scope), portal))).Expect(200).Json;
        return (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
    }

    public Task<Reply> AboutAsync(string token, string what = "introspect", string version = "2026-03") =>
        FormAsync($"/oauth/{version}/token/{what}", ("client_id", ClientId), ("client_secret", ClientSecret), ("token", token));

    public Task<Reply> ContactsAsync(string accessToken) => emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, "Bearer " + accessToken);

    /// <summary>Goes on as an app that was made for it.</summary>
    public async Task<JsonElement> MakeAppAsync(string body)
    {
        var app = await emulator.ControlAsync("POST", "apps", body);
        (ClientId, ClientSecret) = (app.GetProperty("clientId").GetString()!, app.GetProperty("clientSecret").GetString()!);
        return app;
    }
}
