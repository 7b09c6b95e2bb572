namespace Spoke.HubSpot;

/// <summary>The app that an account installs, and where HubSpot is.</summary>
public sealed class OAuthOptions
{
    /// <summary>Where HubSpot's API is. Default <c>https://api.hubapi.com</c>; an emulator's address in tests.</summary>
    public Uri BaseUrl { get; set; } = new("https://api.hubapi.com");

    /// <summary>The app's client id.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Supplies the app's client secret, asked for each call to the token endpoint.</summary>
    public Func<string?>? ClientSecret { get; set; }

    /// <summary>How long before its end an access token is renewed, at most; never more than a quarter of its life. Default 5 minutes.</summary>
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest one call to the token endpoint may take. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">A value cannot work; the message names it and the remedy.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(ClientId)) throw new ArgumentException("OAuthOptions.ClientId is not set: it stands on the app's Auth page in HubSpot.");
        if (ClientSecret is null) throw new ArgumentException("OAuthOptions.ClientSecret is not set: give a function that returns it, for example () => Environment.GetEnvironmentVariable(\"HUBSPOT_CLIENT_SECRET\").");
        if (BaseUrl is null || !BaseUrl.IsAbsoluteUri || BaseUrl.Scheme is not ("http" or "https") || BaseUrl.PathAndQuery != "/") throw new ArgumentException("OAuthOptions.BaseUrl is scheme, host and port alone, such as https://api.hubapi.com.");
        if (BaseUrl.Scheme == "http" && !BaseUrl.IsLoopback) throw new ArgumentException($"OAuthOptions.BaseUrl is plain HTTP to {BaseUrl.Host}: secrets would travel in clear. Use https; plain HTTP is for loopback only.");
        if (RefreshAhead < TimeSpan.Zero || Timeout <= TimeSpan.Zero) throw new ArgumentException("OAuthOptions.RefreshAhead must not be negative, and Timeout longer than nothing.");
    }
}
