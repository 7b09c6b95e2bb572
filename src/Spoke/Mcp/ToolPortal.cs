using ModelContextProtocol;
using Spoke.Commands;
using Spoke.HubSpot;

namespace Spoke.Mcp;

/// <summary>The portal the tools work on: the address and the token of the environment, or a token the emulator made for them.</summary>
internal sealed class ToolPortal(Uri baseUrl, string variable, bool allowsWrites) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _kept = [];
    private HubSpotClient? _client;
    private string? _chosen;
    private ICredential? _configured;

    public Uri BaseUrl => baseUrl;

    public bool AllowsWrites => allowsWrites;

    public string Source => _chosen is null ? Configured()?.Source ?? "variable " + variable : "the emulator, by emulator_token";

    /// <summary>The stored grant, when the tools go by one.</summary>
    public OAuthCredential? Grant => _chosen is null ? Configured() as OAuthCredential : null;

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

    /// <summary>Writes a token to a file that only this user can read, as long as the server lives.</summary>
    /// <returns>The file's name.</returns>
    public async Task<string> KeepAsync(string token, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"spoke-emulator-token-{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        lock (_gate) _kept.Add(file);
        await using var written = new StreamWriter(file, options);
        await written.WriteAsync(token.AsMemory(), cancellationToken).ConfigureAwait(false);
        return file;
    }

    public void DeleteKept()
    {
        lock (_gate)
        {
            foreach (var file in _kept)
            {
                try
                {
                    File.Delete(file);
                }
                catch (Exception held) when (held is IOException or UnauthorizedAccessException)
                {
                    // Somebody has it open or took its folder away; nothing of value is in it once the emulator is gone.
                }
            }
            _kept.Clear();
        }
    }

    public void Dispose()
    {
        DeleteKept();
        _client?.Dispose();
    }

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
