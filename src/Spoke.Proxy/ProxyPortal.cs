using Spoke.HubSpot;

namespace Spoke.Proxy;

/// <summary>A portal the proxy stands before.</summary>
/// <param name="Name">What callers name it by: header <c>Spoke-Portal</c>, or a path that begins with <c>/_portal/NAME</c>. Letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Client">Address, token and limits, as of a client. <see cref="HubSpotClientOptions.Deadline"/> is the longest wait in line with repeats, <see cref="HubSpotClientOptions.AttemptTimeout"/> how long HubSpot may take to begin its answer.</param>
public sealed record ProxyPortal(string Name, HubSpotClientOptions Client)
{
    /// <exception cref="ArgumentException">The name or an option cannot work.</exception>
    internal void Validate()
    {
        if (Name.Length is 0 or > 40 || Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))) throw new ArgumentException($"A portal is named by up to 40 letters, digits, - and _, not '{Name}'.");
        Client.Validate();
    }
}
