using System.Net;
using System.Security.Cryptography.X509Certificates;
using Spoke.Proxy.Tls;

namespace Spoke.Proxy;

/// <summary>How the proxy starts. Read once.</summary>
public sealed class ProxyOptions
{
    /// <summary>Port; 0 picks a free one.</summary>
    public int Port { get; set; }

    /// <summary>A second port that speaks HTTP/2 without TLS (prior knowledge); 0 picks a free one, null: none.</summary>
    public int? Http2Port { get; set; }

    /// <summary>Where it listens. Default the loopback address; any other needs <see cref="Key"/>.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>What callers are shown by TLS; <see cref="Port"/> then speaks https, with HTTP/2 for those who offer it. Null: plain HTTP.</summary>
    public ProxyCertificate? Certificate { get; set; }

    /// <summary>Authorities that are trusted for portals beside the machine's own.</summary>
    public X509Certificate2Collection TrustedAuthorities { get; set; } = [];

    /// <summary>What callers have to send as <c>Spoke-Proxy-Key</c>; null: nothing, for loopback only.</summary>
    public string? Key { get; set; }

    /// <summary>The portals calls go to. The first is meant where a call names none.</summary>
    public IReadOnlyList<ProxyPortal> Portals { get; set; } = [];

    /// <summary>Lets only reads through, see <see cref="ReadCalls"/>.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Lets only these calls through; empty: all.</summary>
    public IReadOnlyList<AllowedCall> Allow { get; set; } = [];

    /// <summary>Longest request body that is held in memory so that the call can be repeated, in bytes; longer ones are streamed and sent once. Default 1 MiB.</summary>
    public int RepeatableBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>What all held bodies may take together, in bytes; beyond it bodies are streamed. Default 64 MiB.</summary>
    public long HeldBodiesBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many calls the journal keeps. Default 1,000.</summary>
    public int JournalCalls { get; set; } = 1000;

    /// <summary>How much of each body the journal keeps, in bytes; 0: nothing. Default 4,096.</summary>
    public int JournalBodyBytes { get; set; } = 4096;

    /// <summary>The clock of limits, repeats and journal.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it and the remedy.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65535) throw new ArgumentException($"The port is 0 to 65535, not {Port}.");
        if (Http2Port is < 0 or > 65535) throw new ArgumentException($"The HTTP/2 port is 0 to 65535, not {Http2Port}.");
        if (Http2Port is > 0 && Http2Port == Port) throw new ArgumentException($"The HTTP/2 port needs a number of its own, not {Port} again.");
        if (Http2Port is not null && Certificate is not null) throw new ArgumentException("The HTTP/2 port speaks without TLS. With a certificate it is not needed: the port itself offers HTTP/2.");
        Certificate?.Validate(TimeProvider.GetUtcNow());
        if (Portals.Count == 0) throw new ArgumentException("The proxy has no portal to go to: name one with its token.");
        foreach (var portal in Portals) portal.Validate();
        if (Portals.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"Two portals are called '{twice.Key}'. Give each a name of its own.");
        if (Key is not null && Key.Trim().Length == 0) throw new ArgumentException("The proxy's key is empty. Put a long random text there.");
        if (!IPAddress.IsLoopback(Address) && Key is null) throw new ArgumentException($"Listening on {Address} lets other machines use the portal's token: that needs a key of the proxy's own, which callers send as Spoke-Proxy-Key. Give one, or listen on 127.0.0.1.");
        if (RepeatableBodyBytes < 0 || HeldBodiesBytes < 0 || JournalBodyBytes < 0) throw new ArgumentException("Sizes of bodies are 0 or more bytes.");
        if (JournalBodyBytes > 1024 * 1024) throw new ArgumentException("The journal keeps at most 1,048,576 bytes of a body.");
        if (JournalCalls is < 1 or > 100_000) throw new ArgumentException($"The journal keeps 1 to 100,000 calls, not {JournalCalls}.");
    }
}
