using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spoke.Proxy.Access;

/// <summary>An answer of the proxy's own, in HubSpot's envelope so that every client can read it, and plainly not HubSpot's.</summary>
/// <param name="Code">The envelope's <c>subCategory</c> behind <c>SpokeProxy.</c>.</param>
/// <param name="Fix">What to do, in a sentence.</param>
internal sealed record ProxyRefusal(int Status, string Code, string Message, string Fix)
{
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The cause in the catalogue where there is one; else <see cref="Code"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>The limit's name, as HubSpot gives it.</summary>
    public string? PolicyName { get; init; }

    public string SpokeCause => Cause ?? Code;

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            json.WriteString("status", "error");
            json.WriteString("message", Message.EndsWith(Fix, StringComparison.Ordinal) ? Message : $"{Message} {Fix}");
            json.WriteString("correlationId", Guid.NewGuid());
            if (PolicyName is not null) json.WriteString("policyName", PolicyName);
            json.WriteString("category", Status == 429 ? "RATE_LIMITS" : "SPOKE_PROXY");
            json.WriteString("subCategory", "SpokeProxy." + Code);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
