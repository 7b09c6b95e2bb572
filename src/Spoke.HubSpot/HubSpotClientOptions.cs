namespace Spoke.HubSpot;

/// <summary>How a <see cref="HubSpotClient"/> reaches its portal. Read once when the client is made.</summary>
public sealed class HubSpotClientOptions
{
    /// <summary>Where HubSpot is. Default <c>https://api.hubapi.com</c>; an emulator's address in tests. Plain HTTP is accepted for loopback only.</summary>
    public Uri BaseUrl { get; set; } = new("https://api.hubapi.com");

    /// <summary>
    /// Supplies the access token, asked before every call so that a rotated token is picked up without a restart.
    /// Must be quick: read a variable or a cached value.
    /// </summary>
    public Func<string?>? Token { get; set; }

    /// <summary>What to call the token's source in messages, such as <c>variable HUBSPOT_ACCESS_TOKEN</c>.</summary>
    public string TokenSource { get; set; } = "the configured token";

    /// <summary>What authenticates, where it is more than a function that returns a token: <see cref="OAuthCredential"/> or one of your own. Takes the place of <see cref="Token"/>; disposed by whoever made it.</summary>
    public ICredential? Credential { get; set; }

    /// <summary>
    /// Share the rate limits with the other clients of the same account and app on this machine, through small files in <see cref="BudgetFolder"/>.
    /// Default true. A portal on loopback, or a clock of your own, is shared only where <see cref="BudgetFolder"/> is set.
    /// </summary>
    public bool ShareBudget { get; set; } = true;

    /// <summary>Folder on this machine through which limits are shared; null: <c>spoke/budget</c> in the user's cache folder. It holds no token. Where it cannot be written, the limits are not shared, which is logged.</summary>
    public string? BudgetFolder { get; set; }

    /// <summary>Which paths to use. Default <see cref="ApiVersion.V2026_09"/>.</summary>
    public ApiVersion Version { get; set; } = ApiVersion.V2026_09;

    /// <summary>The longest a call may take in all, waits for the rate budget and repeats included. Default 100 s.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The longest one attempt may take. Default 30 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is sent at most when repeating is harmless. Default 6.</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Calls in ten seconds until HubSpot's headers say otherwise. Default 100, the smallest limit HubSpot gives. Associations have a part of it that goes by the same tiers.</summary>
    public int TenSecondLimit { get; set; } = 100;

    /// <summary>Searches in one second, over all clients of the portal. Default 5, HubSpot's limit.</summary>
    public int SearchesPerSecond { get; set; } = 5;

    /// <summary>Jitter for repeats. Set a seeded one for a repeatable run.</summary>
    public Random Random { get; set; } = new();

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it and the remedy.</exception>
    public void Validate()
    {
        if (Token is null && Credential is null) throw new ArgumentException("HubSpotClientOptions.Token is not set: give a function that returns the access token, for example () => Environment.GetEnvironmentVariable(\"HUBSPOT_ACCESS_TOKEN\").");
        if (BaseUrl is null || !BaseUrl.IsAbsoluteUri || BaseUrl.Scheme is not ("http" or "https")) throw new ArgumentException($"HubSpotClientOptions.BaseUrl must be an absolute http(s) address, not '{BaseUrl}'.");
        if (BaseUrl.Scheme == "http" && !BaseUrl.IsLoopback) throw new ArgumentException($"HubSpotClientOptions.BaseUrl is plain HTTP to {BaseUrl.Host}: a token would travel in clear. Use https; plain HTTP is for loopback only.");
        if (BaseUrl.PathAndQuery != "/" || BaseUrl.UserInfo.Length > 0) throw new ArgumentException("HubSpotClientOptions.BaseUrl is scheme, host and port alone, such as https://api.hubapi.com; paths are given with each call.");
        if (Random is null) throw new ArgumentException("HubSpotClientOptions.Random is not set.");
        if (Deadline <= TimeSpan.Zero || AttemptTimeout <= TimeSpan.Zero) throw new ArgumentException("HubSpotClientOptions.Deadline and AttemptTimeout must be longer than nothing.");
        if (MaxAttempts < 1) throw new ArgumentException("HubSpotClientOptions.MaxAttempts must be 1 or more.");
        if (TenSecondLimit < 1 || SearchesPerSecond < 1) throw new ArgumentException("HubSpotClientOptions.TenSecondLimit and SearchesPerSecond must be 1 or more.");
        if (BudgetFolder is { } folder && string.IsNullOrWhiteSpace(folder)) throw new ArgumentException("HubSpotClientOptions.BudgetFolder is empty: name a folder, or leave it null for the user's cache folder. ShareBudget = false shares nothing.");
    }

    internal ICredential TakeCredential() => Credential ?? new SuppliedToken(Token!, TokenSource);
}
