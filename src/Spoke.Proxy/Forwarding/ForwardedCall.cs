using Spoke.HubSpot;
using Spoke.Proxy.Journal;

namespace Spoke.Proxy.Forwarding;

/// <summary>A call on its way through.</summary>
/// <param name="Facts">Method and path as the limits and the rules of repeating see them.</param>
/// <param name="Caller">Whose turn it takes in line.</param>
/// <param name="OwnBase">The proxy's own address as the caller wrote it, for links that lead on.</param>
internal sealed record ForwardedCall(Portal Portal, HubSpotRequest Facts, string Target, string Caller, string OwnBase, JournalEntry Entry)
{
    private static readonly HttpRequestOptionsKey<ForwardedCall> s_key = new("spoke");

    /// <summary>The whole body, held so that the call can be repeated; null: none, or it is streamed.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body comes straight from the caller and can be sent once.</summary>
    public bool IsStreamed { get; init; }

    public void Attach(HttpRequestMessage message) => message.Options.Set(s_key, this);

    public static ForwardedCall Of(HttpRequestMessage message) => message.Options.TryGetValue(s_key, out var call) ? call : throw new InvalidOperationException("The message was not made by the proxy.");
}
