using System.Text.Json;
using Spoke.Sync.Connections;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>Who may do what in the account: the token of the engine's app, its scopes, the data centre where the account is, and tokens of people's own.</summary>
internal sealed class PortalAccess(Func<string, object, Task<JsonElement>> control, SimClock clock, long hub)
{
    private const long App = 7_000_001;
    private static readonly string[] s_scopes = ["oauth", .. SyncScopes.Needed.Concat(SyncScopes.Companies).SelectMany(any => any), "communication_preferences.read_write", "communication_preferences.statuses.batch.read", "communication_preferences.statuses.batch.write"];
    private string[]? _scopes;   // null: all there are
    private string? _nextToken;
    private string _hublet = "na1";
    private DateTimeOffset _movedAt;
    private long _peoplesApps;

    /// <summary>The token that the engine knows.</summary>
    public string Token { get; private set; } = "";

    public async Task BeginAsync() => Token = await TokenAsync();

    /// <summary>The old token is refused from now on. The new one is known to the engine at once, or once <see cref="Tell"/> is called.</summary>
    public async Task RotateAsync(bool told)
    {
        await control("tokens", new { token = Token, state = "rotated", appId = App, portal = hub });
        _nextToken = await TokenAsync();
        if (told) Tell();
    }

    public void Tell() => (Token, _nextToken) = (_nextToken ?? Token, null);

    /// <summary>The engine's app has all scopes but these, by the token it has and by those that come after it.</summary>
    public Task WithholdAsync(params string[] scopes)
    {
        _scopes = scopes.Length == 0 ? null : [.. s_scopes.Except(scopes)];
        return control("tokens", new { token = _nextToken ?? Token, appId = App, portal = hub, hublet = _hublet, scopes = _scopes });
    }

    /// <summary>HubSpot moves the account to its other data centre; tokens that name the old one are of no use afterwards.</summary>
    /// <returns>False: it is on its way already, which HubSpot lets nobody begin anew.</returns>
    public async Task<bool> MoveAsync(int seconds)
    {
        if (clock.Now < _movedAt) return false;
        _movedAt = clock.Now.AddSeconds(seconds);
        _hublet = _hublet == "na1" ? "eu1" : "na1";
        await control($"portals/{hub}/move", new { to = _hublet, seconds });
        _nextToken = await TokenAsync();
        return true;
    }

    /// <summary>A token of a person. Each time another app's: people in HubSpot's own pages go by no limit.</summary>
    public async Task<string> OfPeopleAsync() => Of(await control("tokens", new { portal = hub, appId = App + ++_peoplesApps, hublet = _hublet }));

    private async Task<string> TokenAsync() => Of(await control("tokens", new { portal = hub, appId = App, hublet = _hublet, scopes = _scopes }));

    private static string Of(JsonElement answer) => answer.GetProperty("token").GetString()!;
}
