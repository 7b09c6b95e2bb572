using ModelContextProtocol;
using Spoke.HubSpot;

namespace Spoke.Mcp;

/// <summary>The portal the tools work on: the address and the token of the environment, or a token the emulator made for them.</summary>
internal sealed class ToolPortal(Uri baseUrl, string variable, bool allowsWrites) : IDisposable
{
    private readonly Lock _gate = new();
    private HubSpotClient? _client;
    private string? _chosen;

    public Uri BaseUrl => baseUrl;

    public bool AllowsWrites => allowsWrites;

    public string Source => _chosen is null ? "variable " + variable : "the emulator, by emulator_token";

    /// <summary>As it is now; empty when there is none.</summary>
    public string Token => _chosen ?? Environment.GetEnvironmentVariable(variable) ?? "";

    /// <summary>One client as long as the server lives, so that all tools share the portal's budget.</summary>
    /// <exception cref="McpException">There is no token, or the address will not do.</exception>
    public HubSpotClient Client()
    {
        if (Token.Length == 0) throw new McpException($"There is no token: start 'spoke mcp' with the environment variable {variable} set. A token is never given as an argument.");
        lock (_gate)
        {
            try
            {
                return _client ??= new HubSpotClient(new HubSpotClientOptions { BaseUrl = baseUrl, Token = () => Token, TokenSource = Source });
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
}
