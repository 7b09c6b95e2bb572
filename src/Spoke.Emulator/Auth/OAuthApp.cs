namespace Spoke.Emulator.Auth;

/// <summary>What the consent page does when it is opened.</summary>
internal enum Consent
{
    /// <summary>It is shown, and somebody decides.</summary>
    Page,
    Approve,
    Cancel,
}

/// <summary>An app that is installed by OAuth.</summary>
internal sealed record OAuthApp(long AppId)
{
    public const string DefaultClientId = "00000000-0000-4000-8000-00000000c11d";
    public const string DefaultClientSecret = "00000000-0000-4000-8000-0000005ec2e7";
    public const long DefaultAppId = 2_100_001;

    public static IReadOnlyList<string> Kinds { get; } = ["public", "private"];

    public required string ClientId { get; init; }
    public required string ClientSecret { get; init; }
    public string Name { get; init; } = "App";

    /// <summary>Must be met to the letter; one that is <see cref="AnyLoopback"/> lets every address of this machine pass.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>Every one of them must be in an install link.</summary>
    public IReadOnlySet<string> Scopes { get; init; } = new HashSet<string> { "oauth" };

    /// <summary>These may be in it.</summary>
    public IReadOnlySet<string> OptionalScopes { get; init; } = new HashSet<string>();

    /// <summary>One of <see cref="Kinds"/>: <c>private</c> is private distribution.</summary>
    public string Kind { get; init; } = "public";

    /// <summary>The portal it is developed in; tokens the app gets for itself are of this one.</summary>
    public long HomeHub { get; init; } = TokenStore.DefaultHub;

    /// <summary>A refresh gives a new refresh token, and the old one is dead. HubSpot gives the same one again.</summary>
    public bool RotatesRefreshTokens { get; init; }

    public Consent Consent { get; init; } = Consent.Page;

    /// <summary>The portal that is connected without asking, when <see cref="Consent"/> is <see cref="Consent.Approve"/> and the link names none.</summary>
    public long? ConsentHub { get; init; }

    public const string AnyLoopback = "loopback:*";

    public bool Accepts(string redirectUri) => RedirectUris.Contains(redirectUri, StringComparer.Ordinal)
        || (RedirectUris.Contains(AnyLoopback) && Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback && uri.Fragment.Length == 0);
}
