using System.CommandLine;
using Spoke.Configuration;

namespace Spoke.Commands;

/// <summary><c>spoke auth</c>: an OAuth grant from the browser, and which token the other verbs use.</summary>
internal static class AuthCommand
{
    public static Command Create() => new("auth", "Logs in to HubSpot in the browser, says which token is in use, logs out.\n\nExamples:\n  HUBSPOT_CLIENT_ID=… HUBSPOT_CLIENT_SECRET=… spoke auth login\n  spoke auth status")
    {
        AuthLogin.Create(),
        AuthStatus.Create(),
        AuthLogout.Create(),
    };

    public static Option<string> NameOption() => new("--name") { Description = "Name of the grant: stored:NAME in spoke.json; the verbs use the grant main", DefaultValueFactory = _ => PortalOptions.DefaultGrant };

    public static string Named(string name) => SecretFolder.IsName(name) ? name : throw new UsageException($"'{name}' is no name for a grant: take up to 40 letters, digits, - and _.");
}
