using System.Collections.Concurrent;

namespace Spoke.Emulator.Auth;

/// <summary>The apps there are: one from the start, and those that were made.</summary>
internal sealed class AppList
{
    private readonly IReadOnlySet<string> _allScopes;
    private volatile ConcurrentDictionary<string, OAuthApp> _byClient = new(StringComparer.Ordinal);
    private long _lastApp = OAuthApp.DefaultAppId;

    public AppList(IReadOnlySet<string> allScopes)
    {
        _allScopes = allScopes;
        Reset();
    }

    public IReadOnlyList<OAuthApp> All => [.. _byClient.Values.OrderBy(app => app.AppId)];

    public long LastApp
    {
        get => Interlocked.Read(ref _lastApp);
        set => Interlocked.Exchange(ref _lastApp, Math.Max(value, OAuthApp.DefaultAppId));
    }

    public OAuthApp? Find(string clientId) => _byClient.GetValueOrDefault(clientId);

    public OAuthApp? Find(long appId) => _byClient.Values.FirstOrDefault(app => app.AppId == appId);

    public long NextApp() => Interlocked.Increment(ref _lastApp);

    public void Put(OAuthApp app) => _byClient[app.ClientId] = app;

    public bool Remove(string clientId) => _byClient.TryRemove(clientId, out _);

    /// <summary>The one from the start asks for no more than it must and may be granted everything, at any address of this machine.</summary>
    public void Reset(params IEnumerable<OAuthApp> others)
    {
        var apps = new ConcurrentDictionary<string, OAuthApp>(StringComparer.Ordinal);
        apps[OAuthApp.DefaultClientId] = new OAuthApp(OAuthApp.DefaultAppId)
        {
            ClientId = OAuthApp.DefaultClientId,
            ClientSecret = OAuthApp.DefaultClientSecret,
            Name = "Emulator app",
            RedirectUris = [OAuthApp.AnyLoopback],
            OptionalScopes = _allScopes,
        };
        foreach (var app in others) apps[app.ClientId] = app;
        _byClient = apps;
    }
}
