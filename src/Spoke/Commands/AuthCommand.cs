using System.CommandLine;
using Spoke.Configuration;

namespace Spoke.Commands;

/// <summary><c>spoke auth</c>: an OAuth grant from the browser or a token that was made elsewhere, and which of them the other verbs use.</summary>
internal static class AuthCommand
{
    public static Command Create() => new("auth", "Logs in to HubSpot in the browser or stores a token, says which is in use, logs out.\n\nExamples:\n  HUBSPOT_CLIENT_ID=… HUBSPOT_CLIENT_SECRET=… spoke auth login\n  spoke auth store --name shop < token.txt\n  spoke auth status")
    {
        AuthLogin.Create(),
        AuthStore.Create(),
        AuthStatus.Create(),
        AuthLogout.Create(),
    };

    public static Option<string> NameOption() => new("--name") { Description = "Name it is stored under: stored:NAME in spoke.json; the verbs use main", DefaultValueFactory = _ => PortalOptions.DefaultGrant };

    public static Option<string> ConfigurationOption() => new("--config") { Description = "The configuration that says where grants are kept (grants.store); where there is none, in files", DefaultValueFactory = _ => PortalOptions.DefaultConfiguration };

    public static SecretFolder Folder(string configuration) => SecretFolder.OfUser(ConfigurationFile.Grants(configuration));

    public static string Named(string name) => SecretFolder.IsName(name) ? name : throw new UsageException($"'{name}' is no name: take up to 40 letters, digits, - and _.");
}
