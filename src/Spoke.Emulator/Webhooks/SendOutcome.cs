using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>What became of one request that went out: a status and the beginning of the answer, or why there was none.</summary>
/// <param name="Status">0: no answer.</param>
internal sealed record SendOutcome(int Status, string? Error, long TookMs, string Answer, string? RetryAfter = null)
{
    /// <summary>A method no web server lets through, so that only the courier can report.</summary>
    public const string Method = "OUTCOME";

    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The call that tells the area; it is logged like any other, and that makes a replay independent of the network.</summary>
    public EmulatorCall ToCall(long hubId, OutgoingRequest request, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options)) Write(json);
        return new EmulatorCall
        {
            Method = Method,
            Segments = [Path(request.Area), request.Id.ToString(CultureInfo.InvariantCulture)],
            Body = buffer.WrittenMemory,
            At = at,
            Caller = new Caller(hubId, 0, 0, new HashSet<string>(), ""),
        };
    }

    /// <summary>First segment of an area's own calls, which the gate knows nothing of.</summary>
    public static string Path(string area) => "_" + area;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("status", Status);
        json.WriteString("error", Error);
        json.WriteNumber("tookMs", TookMs);
        json.WriteString("answer", Answer);
        if (RetryAfter is not null) json.WriteString("retryAfter", RetryAfter);
        json.WriteEndObject();
    }

    public static SendOutcome Read(JsonElement saved) =>
        new(saved.GetProperty("status").GetInt32(), saved.Text("error"), saved.GetProperty("tookMs").GetInt64(), saved.Text("answer") ?? "", saved.Text("retryAfter"));

    public static string Excerpt(ReadOnlySpan<byte> body, int most) => Encoding.UTF8.GetString(body.Length <= most ? body : body[..most]);
}
