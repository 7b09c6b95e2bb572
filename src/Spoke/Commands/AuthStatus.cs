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
        var name = new Option<string?>("--name") { Description = "A stored grant. Default: whatever the other verbs would use" };
        var variable = PortalOptions.TokenVariable();
        var command = new Command("status", "Says which token the verbs use, from which source, and what HubSpot says of it. Example: spoke auth status") { name, variable };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(name), parsed.GetValue(variable)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string variable, CancellationToken cancellationToken)
    {
        if (name is null && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) return await VariableAsync(variable, cancellationToken).ConfigureAwait(false);
        var grant = AuthCommand.Named(name ?? PortalOptions.DefaultGrant);
        var folder = SecretFolder.OfUser();
        if (folder.Has(grant)) return await StoredAsync(folder, grant, cancellationToken).ConfigureAwait(false);
        await Terminal.Error.WriteLineAsync(name is null
            ? $"spoke: there is no token: the variable {variable} is not set and no grant is stored as {grant}. Set the variable, or run spoke auth login."
            : $"spoke: no grant is stored as {grant}. Run spoke auth login --name {grant}.").ConfigureAwait(false);
        return ExitCode.Usage;
    }

    private static async Task<int> VariableAsync(string variable, CancellationToken cancellationToken)
    {
        var token = AccessToken.Parse(Environment.GetEnvironmentVariable(variable), "variable " + variable);
        Say("source", "variable " + variable);
        Say("token", $"{token.Masked}, {(token.Kind == CredentialKind.PrivateApp ? "private app token or service key" : "OAuth access token, which is not renewed from a variable")}");
        Say("address", PortalOptions.BaseUrl().GetLeftPart(UriPartial.Authority));
        using var client = PortalOptions.Client(variable);
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

    private static void Say(string what, string value) => Terminal.WriteLine($"{what,-8} {value}");

    private static void Scopes(IReadOnlyList<string> scopes) => Say("scopes", scopes.Count == 0 ? "not told" : string.Join(' ', scopes));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
