using System.Text;

namespace Spoke.HubSpot;

/// <summary>What came back, whole.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Headers">Header values by name; names are compared without regard to case.</param>
/// <param name="Body">The bytes of the body, decompressed.</param>
public sealed record HubSpotResponse(int StatusCode, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>2xx.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>How often the call was sent; more than once means that an earlier answer was lost or a refusal.</summary>
    public int Attempts { get; init; } = 1;
}
