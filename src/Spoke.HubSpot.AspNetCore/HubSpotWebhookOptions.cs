namespace Spoke.HubSpot;

/// <summary>How HubSpot's webhooks are received.</summary>
public sealed class HubSpotWebhookOptions
{
    /// <summary>Client secrets of the app, asked for at each delivery so that a rotation needs no restart. During a rotation it gives both.</summary>
    public required Func<IReadOnlyList<string>> Secrets { get; init; }

    /// <summary>
    /// Scheme and host that HubSpot calls, such as <c>https://shop.example</c>, when a proxy in front passes on another. Path and query are the request's.
    /// Null: as this process sees them.
    /// </summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>How far a timestamp may be from the clock. HubSpot's guide says five minutes.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether signatures of versions 1 and 2 count where none of version 3 is sent. True by default.</summary>
    public bool AcceptOlderVersions { get; init; } = true;

    /// <summary>Longest body that is read, in bytes. A delivery holds at most 100 events.</summary>
    public int LongestBody { get; init; } = 2 * 1024 * 1024;

    /// <summary>The clock for timestamps.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The public address has no host, a length or tolerance is not positive.</exception>
    public void Validate()
    {
        if (PublicAddress is { IsAbsoluteUri: false }) throw new ArgumentException($"HubSpotWebhookOptions.PublicAddress is '{PublicAddress}'; it is an absolute address such as https://shop.example.");
        if (LongestBody < 1) throw new ArgumentException($"HubSpotWebhookOptions.LongestBody is {LongestBody} bytes; it is 1 or more.");
        if (Tolerance <= TimeSpan.Zero) throw new ArgumentException($"HubSpotWebhookOptions.Tolerance is {Tolerance}; it is above zero.");
    }
}
