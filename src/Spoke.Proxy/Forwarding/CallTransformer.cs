using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Spoke.Proxy.Forwarding;

/// <summary>Makes the outgoing message: everything of the caller's but credentials and what is meant for the proxy.</summary>
internal sealed class CallTransformer : HttpTransformer
{
    private static readonly UriCreationOptions s_asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // Encodings: the answer is read on its way (links, causes, journal), so what travels compressed is HubSpot's affair and ours, not the caller's.
    private static readonly string[] s_stay =
        ["Authorization", "Proxy-Authorization", "Cookie", "Origin", "Accept-Encoding", "Expect", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "hapikey", Access.ProxyKey.Header, CallDoor.PortalHeader, CallDoor.CallerHeader];

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        var call = httpContext.Features.Get<ForwardedCall>()!;   // set by the door, for every call it forwards
        var sent = httpContext.Request.Headers;
        foreach (var name in s_stay)
            if (sent.ContainsKey(name)) proxyRequest.Headers.Remove(name);
        proxyRequest.Headers.Host = null;
        if (!proxyRequest.Headers.NonValidated.Contains("User-Agent")) proxyRequest.Headers.TryAddWithoutValidation("User-Agent", "Spoke.Proxy");   // HubSpot's edge refuses calls without one
        proxyRequest.RequestUri = new Uri(call.Portal.Origin + call.Target, in s_asWritten);
        call.Attach(proxyRequest);
    }
}
