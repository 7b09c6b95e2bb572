using System.CommandLine;
using System.Diagnostics;
using Spoke.Configuration;
using Spoke.HubSpot;
using Spoke.Sync.Connections;

namespace Spoke.Commands;

/// <summary><c>spoke auth login</c>: the person agrees in the browser, the code comes back to this machine, the grant is stored encrypted.</summary>
internal static class AuthLogin
{
    private sealed record Arguments(string Name, string ClientId, string ClientSecret, string? Scopes, string? OptionalScopes, int Port, string? AuthorizeUrl, bool NoBrowser, int TimeoutSeconds, string Configuration);

    public static Command Create()
    {
        var name = AuthCommand.NameOption();
        var id = new Option<string>("--client-id") { Description = "Where the app's client id is: env:NAME, file:PATH or exec:COMMAND", DefaultValueFactory = _ => "env:HUBSPOT_CLIENT_ID" };
        var secret = new Option<string>("--client-secret") { Description = "Where the app's client secret is, likewise; this reference is stored, the secret is not", DefaultValueFactory = _ => "env:HUBSPOT_CLIENT_SECRET" };
        var scopes = new Option<string?>("--scopes") { Description = "Scopes the account has to grant, separated by spaces. Default: what a sync needs, and companies where the configuration makes any" };
        var optional = new Option<string?>("--optional-scopes") { Description = "Scopes that are granted where the account can" };
        var port = new Option<int>("--port") { Description = "Port of the redirect address http://localhost:PORT/oauth/callback, which must be registered with the app; 0 picks a free one", DefaultValueFactory = _ => 4021 };
        var page = new Option<string?>("--authorize-url") { Description = "The authorize page. Default: HubSpot's; with HUBSPOT_BASE_URL set, /oauth/authorize there" };
        var quiet = new Option<bool>("--no-browser") { Description = "Only print the address to open" };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait for the answer", DefaultValueFactory = _ => 300 };
        var config = AuthCommand.ConfigurationOption();
        var command = new Command("login", "Logs in to HubSpot in the browser and stores the grant, encrypted.\n\nExample:\n  HUBSPOT_CLIENT_ID=… HUBSPOT_CLIENT_SECRET=… spoke auth login --scopes \"oauth crm.objects.contacts.read\"") { name, id, secret, scopes, optional, port, page, quiet, timeout, config };
        command.SetAction((parsed, cancellationToken) => RunAsync(new Arguments(AuthCommand.Named(parsed.GetValue(name)!), parsed.GetValue(id)!, parsed.GetValue(secret)!, parsed.GetValue(scopes), parsed.GetValue(optional),
            parsed.GetValue(port), parsed.GetValue(page), parsed.GetValue(quiet), parsed.GetValue(timeout), parsed.GetValue(config)!), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Arguments login, CancellationToken cancellationToken)
    {
        if (login.TimeoutSeconds < 1) throw new UsageException("--timeout is 1 second or more.");
        if (login.Port is < 0 or > 65535) throw new UsageException($"--port is 0 to 65535, not {login.Port}.");
        var folder = AuthCommand.Folder(login.Configuration);
        if (folder.HasToken(login.Name)) throw new UsageException($"stored:{login.Name} is a token that was stored. Take another --name, or delete it first: spoke auth logout --name {login.Name}.");
        var scopes = Words(login.Scopes) ?? Default(login);
        // HubSpot's page refuses it, after the person has chosen an account, and sends nobody back.
        if (!scopes.Contains("oauth")) throw new UsageException("--scopes lacks oauth, which every OAuth app asks for: HubSpot would refuse the authorization. Write --scopes \"oauth …\".");
        var (id, secret) = (Reference("--client-id", login.ClientId), Reference("--client-secret", login.ClientSecret));
        var app = new StoredApp(id.Read().Trim(), secret.Rooted, PortalOptions.BaseUrl());
        using var endpoints = Endpoints(new OAuthOptions { BaseUrl = app.BaseUrl, ClientId = app.ClientId, ClientSecret = secret.Read });
        secret.Read();   // before a person is asked
        await using var redirect = await Ports.BindAsync(login.Port, () => AuthRedirect.StartAsync(login.Port, cancellationToken)).ConfigureAwait(false);
        var authorization = new OAuthAuthorization(Page(login.AuthorizeUrl), app.ClientId, redirect.Address, scopes, Words(login.OptionalScopes));
        await Terminal.Error.WriteLineAsync($"Open this address in a browser and agree (waiting {login.TimeoutSeconds} s; the app has to have {redirect.Address} as a redirect URL):\n{authorization.Address.AbsoluteUri}").ConfigureAwait(false);
        if (!login.NoBrowser) OpenBrowser(authorization.Address);
        var grant = await AnswerAsync(redirect, authorization, endpoints, login.TimeoutSeconds, cancellationToken).ConfigureAwait(false);
        await folder.KeepAsync(login.Name, app, grant, cancellationToken).ConfigureAwait(false);
        Terminal.WriteLine($"logged in: hub {grant.HubId}, {grant.Scopes.Count} scopes, kept as stored:{login.Name}");
        return ExitCode.Done;
    }

    private static async Task<OAuthGrant> AnswerAsync(AuthRedirect redirect, OAuthAuthorization authorization, OAuthEndpoints endpoints, int seconds, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await redirect.AnswerAsync(authorization, endpoints, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new HubSpotException(HubSpotErrorKind.Unreachable, $"nobody agreed within {seconds} s. Run it again, with a longer --timeout if need be; if HubSpot's page showed an error, compare client id, scopes and redirect URL with the app's Auth page.");
        }
    }

    private static OAuthEndpoints Endpoints(OAuthOptions options)
    {
        try
        {
            return new OAuthEndpoints(options);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message.Replace("OAuthOptions.BaseUrl", "HUBSPOT_BASE_URL", StringComparison.Ordinal));
        }
    }

    private static SecretReference Reference(string option, string text) =>
        SecretReference.Problem(text) is { } problem ? throw new UsageException($"{option} {problem}.") : new SecretReference(text, Environment.CurrentDirectory);

    private static Uri Page(string? given)
    {
        if (given is null) return PortalOptions.IsBaseUrlGiven ? new Uri(PortalOptions.BaseUrl(), "/oauth/authorize") : new Uri("https://app.hubspot.com/oauth/authorize");
        return Uri.TryCreate(given, UriKind.Absolute, out var page) && page.Scheme is "http" or "https" ? page : throw new UsageException($"--authorize-url '{given}' is no http(s) address.");
    }

    private static string[]? Words(string? text) => text?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Those for companies only where a connection with this grant makes any: nobody is asked for more than is used.</summary>
    private static string[] Default(Arguments login) =>
        [.. SyncScopes.Needed.Concat(ConfigurationFile.MakesCompanies(login.Configuration, "stored:" + login.Name) ? SyncScopes.Companies : []).Select(any => any[0]).Prepend("oauth").Distinct()];

    /// <summary>The program named by <c>BROWSER</c>, else the system's way. The address is printed in any case.</summary>
    private static void OpenBrowser(Uri address)
    {
        var given = Environment.GetEnvironmentVariable("BROWSER");
        if (string.IsNullOrEmpty(given) && OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null) return;
        var program = !string.IsNullOrEmpty(given) ? given : OperatingSystem.IsMacOS() ? "open" : OperatingSystem.IsWindows() ? null : "xdg-open";
        try
        {
            using var _ = Process.Start(program is null ? new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true } : new ProcessStartInfo(program, [address.AbsoluteUri]));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Terminal.Error.WriteLine("No browser could be started; open the address by hand.");
        }
    }
}
