namespace Spoke.Emulator.Auth;

/// <summary>A published endpoint as the gate needs it.</summary>
internal sealed class Route
{
    public required string Method { get; init; }
    public required string Template { get; init; }

    /// <summary>The part of HubSpot it belongs to, such as <c>CRM/Objects</c>.</summary>
    public string Area { get; init; } = "";
    public RouteAccess Access { get; init; } = RouteAccess.Account;

    /// <summary>Alternatives of which one suffices; each is a list of scopes that are needed together. Empty: any token will do.</summary>
    public string[][] Scopes { get; init; } = [];

    /// <summary>A v1 or v2 endpoint that takes no token any more and says so in the old words.</summary>
    public bool Legacy { get; init; }

    /// <summary>A scope no app of a customer can be granted: its absence has words of its own.</summary>
    public bool ScopeNotPublic { get; init; }
    public bool IsSearch { get; init; }
    public bool IsAssociation { get; init; }

    /// <summary>Counted by no limit.</summary>
    public bool Unlimited { get; init; }

    /// <summary>Position of the parameter that names the object type, whose own scopes are the ones that count; -1 for none.</summary>
    public int ObjectTypeAt { get; init; } = -1;

    /// <summary>Every scope of every alternative, once.</summary>
    public IEnumerable<string> ScopeNames => Scopes.SelectMany(alternative => alternative).Distinct();

    public static string[][] ParseScopes(string text) =>
        text is "-" or "" ? [] : [.. text.Split(',').Select(alternative => alternative.Split('+'))];
}
