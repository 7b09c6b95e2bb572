namespace Spoke.HubSpot;

/// <summary>
/// What authenticates to a portal: a token that is there already, or one that is fetched and renewed (<see cref="OAuthCredential"/>).
/// The client asks for the token before every call, so that a rotated one is picked up without a restart. Must be safe for concurrent use.
/// </summary>
public interface ICredential
{
    /// <summary>What to call the token's source in messages, such as <c>variable HUBSPOT_ACCESS_TOKEN</c>; never the token.</summary>
    string Source { get; }

    /// <summary>The access token as it is now. Asked before every call: answer from memory where that is possible.</summary>
    /// <returns>Null or nothing when there is none; the client then refuses the call before anything is sent.</returns>
    /// <exception cref="HubSpotException">The token cannot be had, such as a refresh token that HubSpot no longer knows.</exception>
    ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken);

    /// <summary>HubSpot answered 401 to this token: forget what is remembered of it. The client asks once more and sends the call again if the token is another one then.</summary>
    ValueTask RefusedAsync(string token, CancellationToken cancellationToken);
}

/// <summary>The token that a function gives: <see cref="HubSpotClientOptions.Token"/>.</summary>
internal sealed class SuppliedToken(Func<string?> supply, string source) : ICredential
{
    public string Source => source;

    public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => new(supply());

    public ValueTask RefusedAsync(string token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
