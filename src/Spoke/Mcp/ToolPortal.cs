using ModelContextProtocol;
using Spoke.Commands;
using Spoke.HubSpot;

namespace Spoke.Mcp;

/// <summary>The portal the tools work on: the address and the token of the environment, or a token the emulator made for them.</summary>
internal sealed class ToolPortal(Uri baseUrl, string variable, bool allowsWrites) : IDisposable
{
    private readonly Lock _gate = new();
    private HubSpotClient? _client;
    private string? _chosen;
    private ICredential? _configured;

    public Uri BaseUrl => baseUrl;

    public bool AllowsWrites => allowsWrites;

    public string Source => _chosen is null ? Configured()?.Source ?? "variable " + variable : "the emulator, by emulator_token";

    /// <summary>As it is now; empty when there is none.</summary>
    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken) =>
        _chosen ?? (Configured() is { } credential ? await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false) : null) ?? "";

    /// <summary>One client as long as the server lives, so that all tools share the portal's budget.</summary>
    /// <exception cref="McpException">There is no token, or the address will not do.</exception>
    public HubSpotClient Client()
    {
        if (_chosen is null && Configured() is null) throw new McpException($"There is no token: start 'spoke mcp' with the environment variable {variable} set, or run 'spoke auth login' first. A token is never given as an argument.");
        lock (_gate)
        {
            try
            {
                return _client ??= new HubSpotClient(new HubSpotClientOptions { BaseUrl = baseUrl, Credential = new Chosen(this) });
            }
            catch (ArgumentException wrong)
            {
                throw new McpException(wrong.Message.Replace("HubSpotClientOptions.BaseUrl", "HUBSPOT_BASE_URL", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>From now on calls are made with this token; null: the environment's again.</summary>
    public void Use(string? token) => _chosen = token;

    public void Dispose() => _client?.Dispose();

    /// <summary>The variable's token, else the stored grant; null when there is neither.</summary>
    private ICredential? Configured()
    {
        if (_configured is not null) return _configured;
        try
        {
            return _configured = PortalOptions.Credential(variable);
        }
        catch (UsageException)
        {
            return null;
        }
    }

    /// <summary>Whatever the tools go by at the moment of a call.</summary>
    private sealed class Chosen(ToolPortal portal) : ICredential
    {
        public string Source => portal.Source;

        public async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => await portal.TokenAsync(cancellationToken).ConfigureAwait(false);

        public ValueTask RefusedAsync(string token, CancellationToken cancellationToken) =>
            portal._chosen is null && portal.Configured() is { } credential ? credential.RefusedAsync(token, cancellationToken) : ValueTask.CompletedTask;
    }
}
