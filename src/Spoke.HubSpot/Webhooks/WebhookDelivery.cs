namespace Spoke.HubSpot;

/// <summary>A delivery as it arrived, as far as its signature needs it.</summary>
/// <param name="Method">Of the request, in capitals.</param>
/// <param name="Uri">The whole address HubSpot called. Behind a proxy that is the public one, not the one this process sees.</param>
/// <param name="Body">Byte for byte: a body that was parsed and written again has another signature.</param>
public sealed record WebhookDelivery(string Method, string Uri, ReadOnlyMemory<byte> Body)
{
    /// <summary>Header X-HubSpot-Signature, of version 1 or 2.</summary>
    public string? Signature { get; init; }

    /// <summary>Header X-HubSpot-Signature-Version: v1 or v2.</summary>
    public string? SignatureVersion { get; init; }

    /// <summary>Header X-HubSpot-Signature-v3.</summary>
    public string? SignatureV3 { get; init; }

    /// <summary>Header X-HubSpot-Request-Timestamp, unix milliseconds.</summary>
    public string? Timestamp { get; init; }
}
