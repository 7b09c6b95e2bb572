using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Makes, changes and removes apps that are installed by OAuth, and says what their consent page does.</summary>
internal sealed class AppControl(PortalHost portal)
{
    public static bool Owns(string call) => call == "apps" || call.StartsWith("apps/", StringComparison.Ordinal);

    public async Task<EmulatorReply?> HandleAsync(string method, string call, JsonElement request)
    {
        switch (method, call.Split('/'))
        {
            case ("GET", ["apps"]): return List();
            case ("POST", ["apps"]): return await PutAsync(With(Fresh(request), request), 201).ConfigureAwait(false);
            case ("GET", ["apps", var client]): return Show(Known(client));
            case ("PATCH", ["apps", var client]): return await PutAsync(With(Known(client), request), 200).ConfigureAwait(false);
            case ("DELETE", ["apps", var client]): return await RemoveAsync(Known(client)).ConfigureAwait(false);
            default: return null;
        }
    }

    private OAuthApp Fresh(JsonElement request)
    {
        var client = request.Text("clientId") ?? TokenIssuer.Secret();
        if (portal.Apps.Find(client) is not null) throw new ArgumentException($"There is an app with the client id '{client}' already. PATCH apps/{client} changes it.");
        if (!request.TryGetProperty("redirectUris", out _)) throw new ArgumentException("redirectUris is missing: the addresses the app may send people back to, or [\"loopback:*\"] for any of this machine.");
        var id = portal.Apps.NextApp();
        return new OAuthApp(id) { ClientId = client, ClientSecret = request.Text("clientSecret") ?? Webhooks.WebhookApp.SecretOf(id), Name = $"App {id}" };
    }

    private async Task<EmulatorReply> PutAsync(OAuthApp app, int status)
    {
        portal.Apps.Put(app);
        await portal.KeepAccessAsync().ConfigureAwait(false);
        return Show(app) with { Status = status };
    }

    /// <summary>Its tokens and grants go with it.</summary>
    private async Task<EmulatorReply> RemoveAsync(OAuthApp app)
    {
        if (app.AppId == OAuthApp.DefaultAppId) throw new ArgumentException("This app is there from the start and stays. PATCH changes it, POST reset puts it back.");
        portal.Apps.Remove(app.ClientId);
        portal.Tokens.Remove(grant => grant.Caller.AppId == app.AppId);
        portal.Grants.Remove(grant => grant.ClientId == app.ClientId);
        portal.Grants.RemoveCodes(code => code.ClientId == app.ClientId);
        await portal.KeepAccessAsync().ConfigureAwait(false);
        return EmulatorReply.NoContent;
    }

    private OAuthApp Known(string client) => portal.Apps.Find(client) ?? throw new ArgumentException($"There is no app with the client id '{client}'. GET apps lists them.");

    private OAuthApp With(OAuthApp app, JsonElement request)
    {
        var kind = request.Text("kind") ?? app.Kind;
        if (!OAuthApp.Kinds.Contains(kind)) throw new ArgumentException($"kind is {string.Join(" or ", OAuthApp.Kinds)}, not '{kind}'.");
        var scopes = Scopes(request, "scopes") ?? app.Scopes;
        return app with
        {
            Name = request.Text("name") ?? app.Name,
            RedirectUris = request.TryGetProperty("redirectUris", out _) ? [.. request.Texts("redirectUris").Select(Address)] : app.RedirectUris,
            // HubSpot puts this one into every app, and it cannot be taken out.
            Scopes = new HashSet<string>(scopes, StringComparer.Ordinal) { "oauth" },
            OptionalScopes = Scopes(request, "optionalScopes") ?? app.OptionalScopes,
            Kind = kind,
            HomeHub = Hub(request, "homePortal") ?? app.HomeHub,
            RotatesRefreshTokens = request.Bool("rotateRefreshTokens") ?? app.RotatesRefreshTokens,
            Consent = request.Text("consent") is { } consent ? Decision(consent) : app.Consent,
            ConsentHub = Hub(request, "consentPortal") ?? app.ConsentHub,
        };
    }

    private HashSet<string>? Scopes(JsonElement request, string name)
    {
        if (!request.TryGetProperty(name, out _)) return null;
        var scopes = request.Texts(name);
        var unknown = scopes.FirstOrDefault(scope => !portal.Tokens.AllScopes.Contains(scope) && !scope.StartsWith("developer.", StringComparison.Ordinal));
        return unknown is null ? scopes.ToHashSet(StringComparer.Ordinal) : throw new ArgumentException($"{name}: HubSpot publishes no scope '{unknown}'.");
    }

    private long? Hub(JsonElement request, string name)
    {
        if (request.Text(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hub) && portal.Accounts.Find(hub) is not null
            ? hub : throw new ArgumentException($"{name}: there is no portal '{text}'.");
    }

    private static string Address(string text) => text == OAuthApp.AnyLoopback || Uri.TryCreate(text, UriKind.Absolute, out _)
        ? text : throw new ArgumentException($"redirectUris: '{text}' is no absolute address.");

    private static Consent Decision(string text) => Enum.TryParse<Consent>(text, ignoreCase: true, out var consent) && Enum.IsDefined(consent)
        ? consent : throw new ArgumentException($"consent is page, approve or cancel, not '{text}'.");

    private static EmulatorReply Show(OAuthApp app) => OwnEndpoints.Json(json => Write(json, app));

    private EmulatorReply List() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("apps");
        foreach (var app in portal.Apps.All)
        {
            json.WriteStartObject();
            Write(json, app);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, OAuthApp app)
    {
        json.WriteNumber("appId", app.AppId);
        json.WriteString("clientId", app.ClientId);
        json.WriteString("clientSecret", app.ClientSecret);
        json.WriteString("name", app.Name);
        Names(json, "redirectUris", app.RedirectUris);
        Names(json, "scopes", app.Scopes.Order(StringComparer.Ordinal));
        Names(json, "optionalScopes", app.OptionalScopes.Order(StringComparer.Ordinal));
        json.WriteString("kind", app.Kind);
        json.WriteNumber("homePortal", app.HomeHub);
        json.WriteBoolean("rotateRefreshTokens", app.RotatesRefreshTokens);
        json.WriteString("consent", app.Consent.ToString().ToLowerInvariant());
        if (app.ConsentHub is { } hub) json.WriteNumber("consentPortal", hub);
    }

    private static void Names(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var one in names) json.WriteStringValue(one);
        json.WriteEndArray();
    }
}
