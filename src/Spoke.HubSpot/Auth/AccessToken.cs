namespace Spoke.HubSpot;

/// <summary>What a credential is, judged by its shape.</summary>
public enum CredentialKind
{
    /// <summary>A private app's token or a service key: <c>pat-REGION-</c> and a UUID. The two look alike.</summary>
    PrivateApp,

    /// <summary>An OAuth access token: a long run of base64url.</summary>
    OAuth,
}

/// <summary>A token that can stand behind <c>Bearer</c>. Never prints itself.</summary>
public readonly record struct AccessToken
{
    private readonly string _value;

    private AccessToken(string value, CredentialKind kind, string? region)
    {
        _value = value;
        Kind = kind;
        Region = region;
    }

    /// <summary>What it is, by its shape.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The data centre named in a private app token or service key, such as <c>eu1</c>; null for OAuth.</summary>
    public string? Region { get; }

    /// <summary>White space or a line end was around it and was taken off.</summary>
    public bool WasTrimmed { get; private init; }

    /// <summary>Enough to recognise it by, not enough to use it.</summary>
    public string Masked => _value is null ? "" : SecretMask.Token(_value);

    /// <inheritdoc/>
    public override string ToString() => Masked;

    /// <summary>The one place where the header's value is made.</summary>
    internal string HeaderValue => "Bearer " + _value;

    /// <summary>Account and app as an OAuth token names them itself; null for other tokens.</summary>
    internal PortalIdentity? Signed => Kind == CredentialKind.OAuth && SignedToken.Read(_value) is { HubId: > 0, AppId: > 0 } signed ? new PortalIdentity(signed.HubId, signed.AppId) : null;

    private static readonly string[] s_otherSchemes = ["Token ", "OAuth ", "JWT ", "ApiKey ", "Key "];

    internal bool IsIn(string text) => _value is not null && text.Contains(_value, StringComparison.Ordinal);

    /// <summary>Recognises a token by its shape. White space and line ends around it are taken off.</summary>
    /// <param name="text">What was configured. Not a header: no <c>Bearer</c> in front.</param>
    /// <param name="source">Where it came from, for the message.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.TokenInvalid"/>: it cannot be an access token; <see cref="HubSpotException.Cause"/> and <see cref="HubSpotException.Fix"/> say why and what to do.</exception>
    public static AccessToken Parse(string? text, string source = "the configured token")
    {
        if (string.IsNullOrWhiteSpace(text)) throw Refused("V06", source, "is empty");
        var token = text.Trim();
        RefuseHeader(token, source);
        var judgement = TokenJudgement.Of(token);
        if (judgement.Faults.FirstOrDefault(fault => fault.Sure || judgement.Kind is null) is { } fault) throw Refused(fault.Cause, source, fault.Shows);
        return new AccessToken(token, judgement.Kind!.Value, judgement.Region) { WasTrimmed = token.Length != text.Length };
    }

    /// <summary>A whole header value, or part of one, where only its token belongs.</summary>
    private static void RefuseHeader(string token, string source)
    {
        if (token.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) throw Refused("V06", source, "is only the word Bearer");
        if (token.StartsWith("Bearer:", StringComparison.OrdinalIgnoreCase)) throw Refused("H03", source, "begins with 'Bearer:'");
        if (token.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) throw Refused("H05", source, "is a Basic header");
        if (s_otherSchemes.Any(scheme => token.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))) throw Refused("H04", source, "begins with the word of another scheme");
        if (token.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase)) throw Refused("H06", source, "already begins with Bearer, which is added by the client");
    }

    private static HubSpotException Refused(string cause, string source, string what)
    {
        var entry = Causes.Get(cause);
        return new HubSpotException(HubSpotErrorKind.TokenInvalid, $"The access token from {source} {what}. {entry.Fix}") { Cause = cause, Fix = entry.Fix };
    }
}
