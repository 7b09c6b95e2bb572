using System.CommandLine;
using System.Net;
using Spoke.Configuration;
using Spoke.HubSpot;
using Spoke.Proxy;
using Spoke.Proxy.Tls;

namespace Spoke.Commands;

/// <summary><c>spoke proxy</c>: a local HubSpot without the token in the caller's code.</summary>
internal static class ProxyCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port; 0 picks a free one", DefaultValueFactory = _ => 4020 };
        var http2 = new Option<int?>("--http2-port") { Description = "A second port that speaks HTTP/2 without TLS" };
        var listen = new Option<string>("--listen") { Description = "Address to listen on; beyond this machine it needs --key", DefaultValueFactory = _ => "127.0.0.1" };
        var key = new Option<string?>("--key") { Description = "Where the proxy's own key is: env:NAME, file:PATH or exec:COMMAND. Callers send it as Spoke-Proxy-Key" };
        var config = new Option<string?>("--config") { Description = "Take the portals from this spoke.json; callers name one in the header Spoke-Portal or the path /_portal/NAME" };
        var certificate = new Option<string?>("--certificate") { Description = "Speak https with this certificate and its private key: .pfx, .p12 or PEM" };
        var certificateKey = new Option<string?>("--certificate-key") { Description = "PEM file of the private key, if it is not in the certificate's file" };
        var certificatePassword = new Option<string?>("--certificate-password") { Description = "Where the password of the certificate's file or key is: env:NAME, file:PATH or exec:COMMAND" };
        var trust = new Option<string?>("--trust") { Description = "PEM file of authorities to trust for HubSpot's address beside this machine's own, such as those of a company's TLS inspection" };
        var readOnly = new Option<bool>("--read-only") { Description = "Let only reads through" };
        var allow = new Option<string[]>("--allow") { Description = "METHOD PATH: let only this through, and what further --allow name; * is one segment of the path, ** at its end all that follow", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
        var limit = new Option<int>("--limit") { Description = "Calls in ten seconds until HubSpot's headers say otherwise", DefaultValueFactory = _ => 100 };
        var bodies = new Option<int>("--journal-body") { Description = "Bytes of each body that the journal keeps; 0: none", DefaultValueFactory = _ => 4096 };
        var variable = PortalOptions.TokenVariable();
        var command = new Command("proxy", "A local HubSpot without the token in your code: it attaches the token, keeps the limits, repeats what is safe and says why a call failed.\n\nExamples:\n  HUBSPOT_ACCESS_TOKEN=… spoke proxy --port 4020\n  spoke proxy --read-only --allow GET '/crm/v3/objects/**'") { port, http2, listen, key, certificate, certificateKey, certificatePassword, trust, config, readOnly, allow, limit, bodies, variable };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ProxyOptions options;
            try
            {
                options = new ProxyOptions
                {
                    Port = parsed.GetValue(port),
                    Http2Port = parsed.GetValue(http2),
                    Address = Address(parsed.GetValue(listen)!),
                    Key = parsed.GetValue(key) is { } reference ? Secret("--key", reference) : null,
                    Certificate = parsed.GetValue(certificate) is { } own ? Own(own, parsed.GetValue(certificateKey), parsed.GetValue(certificatePassword) is { } password ? Secret("--certificate-password", password) : null) : null,
                    TrustedAuthorities = parsed.GetValue(trust) is { } authorities ? TrustedAuthorities.FromFile(authorities) : [],
                    ReadOnly = parsed.GetValue(readOnly),
                    Allow = Allowed(parsed.GetValue(allow) ?? []),
                    JournalBodyBytes = parsed.GetValue(bodies),
                    Portals = parsed.GetValue(config) is { } file ? Portals(file, parsed.GetValue(limit)) : [FromEnvironment(parsed.GetValue(variable)!, parsed.GetValue(limit))],
                };
                options.Validate();
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message.Replace("HubSpotClientOptions.BaseUrl", "HUBSPOT_BASE_URL", StringComparison.Ordinal));
            }
            foreach (var portal in options.Portals) AccessToken.Parse(await portal.Client.Credential!.GetTokenAsync(cancellationToken).ConfigureAwait(false), portal.Client.Credential.Source);   // one that cannot be a token is said at once, not at the first call
            await using var proxy = await Ports.BindAsync(options.Port, () => ProxyServer.StartAsync(options, cancellationToken), (options.Http2Port, "--http2-port")).ConfigureAwait(false);
            Terminal.WriteLine("ready " + Shown(proxy.BaseUrl));
            if (proxy.Http2Url is { } second) Terminal.Error.WriteLine("HTTP/2 " + Shown(second));
            await Waiting.UntilAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Interrupted;
        });
        return command;
    }

    // Every address of this machine: the one that surely works is shown.
    private static string Shown(Uri url) => new UriBuilder(url) { Host = url.Host is "0.0.0.0" or "[::]" ? "127.0.0.1" : url.Host }.Uri.GetLeftPart(UriPartial.Authority);

    private static IPAddress Address(string text) =>
        text == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(text.Trim('[', ']'), out var address) ? address : throw new UsageException($"--listen is '{text}', which is no IP address. Example: 0.0.0.0");

    private static string Secret(string option, string text) =>
        SecretReference.Problem(text) is { } problem ? throw new UsageException($"{option} {problem}.") : new SecretReference(text, Environment.CurrentDirectory).Read().Trim();

    private static ProxyCertificate Own(string file, string? key, string? password)
    {
        if (key is null && File.Exists(file) && File.ReadAllText(file) is var text && text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) && !text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new UsageException($"The certificate {file} has no private key in it. Add --certificate-key with the PEM file that has it.");
        return ProxyCertificate.FromFile(file, key, password);
    }

    /// <summary>Pairs of words, or both in one word.</summary>
    private static List<AllowedCall> Allowed(string[] words)
    {
        var parts = words.SelectMany(word => word.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (parts.Count % 2 != 0) throw new UsageException("--allow takes a method and a path, such as --allow GET '/crm/v3/objects/**'.");
        return [.. parts.Chunk(2).Select(pair => AllowedCall.Parse(pair[0], pair[1]))];
    }

    private static ProxyPortal FromEnvironment(string variable, int limit) =>
        new("main", PortalOptions.Shared(new HubSpotClientOptions { BaseUrl = PortalOptions.BaseUrl(), Credential = PortalOptions.Credential(variable), TenSecondLimit = limit }));

    private static List<ProxyPortal> Portals(string file, int limit)
    {
        var (configuration, problems) = ConfigurationFile.Read(file);
        if (configuration is null) throw new UsageException(string.Join(Environment.NewLine, problems));
        if (configuration.Portals.Count == 0) throw new UsageException($"{file} names no portal. Add one under \"portals\".");
        return [.. configuration.Portals.Select(portal => new ProxyPortal(portal.Key, PortalOptions.Shared(new HubSpotClientOptions
        {
            BaseUrl = portal.Value.BaseUrl,
            Credential = portal.Value.Token.Credential(portal.Value.BaseUrl, $"{portal.Value.Token.Text} of portal {portal.Key}"),
            TenSecondLimit = limit,
        })))];
    }
}
