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
        var command = new Command("status", "Says which token the verbs use, from which source, and what HubSpot says of it. Example: spoke auth status") { name, variable, config };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(name), parsed.GetValue(variable)!, parsed.GetValue(config)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string variable, string configuration, CancellationToken cancellationToken)
    {
        var folder = AuthCommand.Folder(configuration);
        if (name is null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return await TextAsync(folder, "variable " + variable, value, null, cancellationToken).ConfigureAwait(false);
        var grant = AuthCommand.Named(name ?? PortalOptions.DefaultGrant);
        if (folder.HasToken(grant)) return await TextAsync(folder, "stored:" + grant, folder.Tokens.Read(grant), grant, cancellationToken).ConfigureAwait(false);
        if (folder.HasGrant(grant)) return await StoredAsync(folder, grant, cancellationToken).ConfigureAwait(false);
        await Terminal.Error.WriteLineAsync((name is null
            ? $"spoke: there is no token: the variable {variable} is not set and no grant is stored as {grant}. Set the variable, or run spoke auth login."
            : $"spoke: nothing is stored as {grant}. Run spoke auth login --name {grant}, or spoke auth store --name {grant} for a token.") + (folder.Names is { Count: > 0 } names ? $" Stored are: {string.Join(", ", names)}." : "")).ConfigureAwait(false);
        return ExitCode.Usage;
    }

    /// <summary>A token that is a text: of a variable, or stored as it is.</summary>
    private static async Task<int> TextAsync(SecretFolder folder, string source, string value, string? storedAs, CancellationToken cancellationToken)
    {
        var token = AccessToken.Parse(value, source);
        Say("source", source);
        Others(folder, storedAs);
        Say("token", $"{token.Masked}, {(token.Kind == CredentialKind.PrivateApp ? "private app token or service key" : "OAuth access token, which is not renewed when it is stored alone")}");
        Say("address", PortalOptions.BaseUrl().GetLeftPart(UriPartial.Authority));
        using var client = PortalOptions.Client(new GivenToken(value, source));
        if (token.Kind == CredentialKind.OAuth)
        {
            Say("hub", Number((await client.Account.GetDetailsAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).PortalId));
            Say("scopes", "HubSpot tells those of an OAuth token only to its app");
            return ExitCode.Done;
        }
        var known = await client.Account.GetTokenInformationAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        Say("hub", Number(known.HubId));
        Say("app", Number(known.AppId));
        Scopes(known.Scopes);
        Say("expires", "not by time");
        return ExitCode.Done;
    }

    private static async Task<int> StoredAsync(SecretFolder folder, string name, CancellationToken cancellationToken)
    {
        var options = folder.Options(name);
        Say("source", $"stored:{name}");
        Others(folder, name);
        Say("address", options.BaseUrl.GetLeftPart(UriPartial.Authority));
        Say("app", "client id " + options.ClientId);
        using var credential = folder.Credential(name, options.BaseUrl, "stored:" + name, null);
        var token = (await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false))!;
        var grant = (await folder.Store(name).ReadAsync(cancellationToken).ConfigureAwait(false))!;
        Say("token", AccessToken.Parse(token, credential.Source).Masked + ", OAuth access token, renewed by itself");
        using var endpoints = new OAuthEndpoints(options);
        var state = await endpoints.IntrospectAsync(token, cancellationToken).ConfigureAwait(false);
        Say("hub", Number(state.IsActive ? state.HubId : grant.HubId));
        if (state.User is { } user) Say("user", user);
        Scopes(state.IsActive && state.Scopes.Count > 0 ? state.Scopes : grant.Scopes);
        Say("expires", state.IsActive ? grant.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC" : "HubSpot no longer knows it: the app was uninstalled or the grant revoked. Run spoke auth login again.");
        return state.IsActive ? ExitCode.Done : ExitCode.NotWell;
    }

    /// <summary>What else is stored and could have been meant.</summary>
    private static void Others(SecretFolder folder, string? shown)
    {
        if (folder.Names.Where(name => name != shown).ToList() is { Count: > 0 } others) Say("others", string.Join(", ", others.Select(name => "stored:" + name)) + "; --name NAME shows one");
    }

    private sealed class GivenToken(string value, string source) : ICredential
    {
        public string Source => source;

        public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => new(value);

        public ValueTask RefusedAsync(string token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private static void Say(string what, string value) => Terminal.WriteLine($"{what,-8} {value}");

    private static void Scopes(IReadOnlyList<string> scopes) => Say("scopes", scopes.Count == 0 ? "not told" : string.Join(' ', scopes));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
