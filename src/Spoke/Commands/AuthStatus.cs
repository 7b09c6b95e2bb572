using System.CommandLine;
using System.Globalization;
using Spoke.Configuration;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke auth status</c>: which source supplies the token, whose it is, what it may do, how long.</summary>
internal static class AuthStatus
{
    public static Command Create()
    {
        var name = new Option<string?>("--name") { Description = "A stored grant or token. Default: whatever the other verbs would use" };
        var variable = PortalOptions.TokenVariable();
        var config = AuthCommand.ConfigurationOption();
        var json = DoctorOutput.JsonOption();
        var command = new Command("status", "Says which token the verbs use, from which source, and what HubSpot says of it. Example: spoke auth status") { name, variable, config, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var status = new AuthStatusText(parsed.GetValue(json));
            var code = await RunAsync(status, parsed.GetValue(name), parsed.GetValue(variable)!, parsed.GetValue(config)!, cancellationToken).ConfigureAwait(false);
            if (code != ExitCode.Usage) status.End();
            return code;
        });
        return command;
    }

    private static async Task<int> RunAsync(AuthStatusText status, string? name, string variable, string configuration, CancellationToken cancellationToken)
    {
        var folder = AuthCommand.Folder(configuration);
        if (name is null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return await TextAsync(status, folder, "variable " + variable, value, null, cancellationToken).ConfigureAwait(false);
        var grant = AuthCommand.Named(name ?? PortalOptions.DefaultGrant);
        if (folder.HasToken(grant)) return await TextAsync(status, folder, "stored:" + grant, folder.Tokens.Read(grant), grant, cancellationToken).ConfigureAwait(false);
        if (folder.HasGrant(grant)) return await StoredAsync(status, folder, grant, cancellationToken).ConfigureAwait(false);
        await Terminal.Error.WriteLineAsync((name is null
            ? $"spoke: there is no token: the variable {variable} is not set and no grant is stored as {grant}. Set the variable, or run spoke auth login."
            : $"spoke: nothing is stored as {grant}. Run spoke auth login --name {grant}, or spoke auth store --name {grant} for a token.") + (folder.Names is { Count: > 0 } names ? $" Stored are: {string.Join(", ", names)}." : "")).ConfigureAwait(false);
        return ExitCode.Usage;
    }

    /// <summary>A token that is a text: of a variable, or stored as it is.</summary>
    private static async Task<int> TextAsync(AuthStatusText status, SecretFolder folder, string source, string value, string? storedAs, CancellationToken cancellationToken)
    {
        var token = AccessToken.Parse(value, source);
        status.Say("source", source);
        Others(status, folder, storedAs);
        status.Say("token", $"{token.Masked}, {(token.Kind == CredentialKind.PrivateApp ? "private app token or service key" : "OAuth access token, which is not renewed when it is stored alone")}");
        status.Say("address", PortalOptions.BaseUrl().GetLeftPart(UriPartial.Authority));
        using var client = PortalOptions.Client(new GivenToken(value, source));
        if (token.Kind == CredentialKind.OAuth)
        {
            status.Say("hub", Number((await client.Account.GetDetailsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).PortalId));
            status.Say("scopes", "HubSpot tells those of an OAuth token only to its app", null);
            return ExitCode.Done;
        }
        var known = await client.Account.GetTokenInformationAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        status.Say("hub", Number(known.HubId));
        status.Say("app", Number(known.AppId));
        status.Scopes(known.Scopes);
        status.Say("expires", "not by time", null);
        return ExitCode.Done;
    }

    private static async Task<int> StoredAsync(AuthStatusText status, SecretFolder folder, string name, CancellationToken cancellationToken)
    {
        var options = folder.Options(name);
        status.Say("source", $"stored:{name}");
        Others(status, folder, name);
        status.Say("address", options.BaseUrl.GetLeftPart(UriPartial.Authority));
        status.Say("app", "client id " + options.ClientId);
        using var credential = folder.Credential(name, options.BaseUrl, "stored:" + name, null);
        var token = (await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false))!;
        var grant = (await folder.Store(name).ReadAsync(cancellationToken).ConfigureAwait(false))!;
        status.Say("token", AccessToken.Parse(token, credential.Source).Masked + ", OAuth access token, renewed by itself");
        using var endpoints = new OAuthEndpoints(options);
        var state = await endpoints.IntrospectAsync(token, cancellationToken).ConfigureAwait(false);
        status.Say("hub", Number(state.IsActive ? state.HubId : grant.HubId));
        if (state.User is { } user) status.Say("user", user);
        status.Scopes(state.IsActive && state.Scopes.Count > 0 ? state.Scopes : grant.Scopes);
        if (state.IsActive) status.Say("expires", grant.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC", grant.ExpiresAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        else status.Say("expires", "HubSpot no longer knows it: the app was uninstalled or the grant revoked. Run spoke auth login again.", null);
        return state.IsActive ? ExitCode.Done : ExitCode.NotWell;
    }

    /// <summary>What else is stored and could have been meant.</summary>
    private static void Others(AuthStatusText status, SecretFolder folder, string? shown)
    {
        if (folder.Names.Where(name => name != shown).ToList() is { Count: > 0 } others) status.Others([.. others.Select(name => "stored:" + name)]);
    }

    private sealed class GivenToken(string value, string source) : ICredential
    {
        public string Source => source;

        public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => new(value);

        public ValueTask RefusedAsync(string token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
