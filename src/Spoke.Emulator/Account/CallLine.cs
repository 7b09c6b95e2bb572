using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>One changing call as a line of the log: a checksum in eight hexadecimal digits, a space, JSON.</summary>
internal static class CallLine
{
    private const int PrefixLength = 9;

    public static byte[] Write(EmulatorCall call)
    {
        using var memory = new MemoryStream(call.Body.Length * 4 / 3 + 512);
        memory.Write("00000000 "u8);
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("method", call.Method);
            json.WriteStartArray("path");
            foreach (var segment in call.Segments) json.WriteStringValue(segment);
            json.WriteEndArray();
            json.WriteStartArray("query");
            foreach (var (name, value) in call.Query)
            {
                json.WriteStringValue(name);
                json.WriteStringValue(value);
            }
            json.WriteEndArray();
            json.WriteNumber("at", call.At.UtcTicks);
            json.WriteNumber("hub", call.Caller.HubId);
            json.WriteNumber("app", call.Caller.AppId);
            json.WriteNumber("user", call.Caller.UserId);
            json.WriteBase64String("body", call.Body.Span);
            if (call.ContentType is not null) json.WriteString("type", call.ContentType);
            json.WriteEndObject();
        }
        memory.WriteByte((byte)'\n');
        var line = memory.ToArray();
        Checksum(line.AsSpan(PrefixLength, line.Length - PrefixLength - 1)).TryFormat(line, out _, "x8", CultureInfo.InvariantCulture);
        return line;
    }

    /// <summary>The call of a line without its end.</summary>
    /// <exception cref="FormatException">The line is not what was written.</exception>
    public static EmulatorCall Read(ReadOnlyMemory<byte> line)
    {
        if (line.Length <= PrefixLength
            || !uint.TryParse(line.Span[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var sum)
            || sum != Checksum(line.Span[PrefixLength..]))
            throw new FormatException("The checksum does not fit.");
        using var document = JsonDocument.Parse(line[PrefixLength..]);
        var root = document.RootElement;
        return new EmulatorCall
        {
            Method = root.GetProperty("method").GetString()!,
            Segments = [.. root.GetProperty("path").EnumerateArray().Select(segment => segment.GetString()!)],
            Query = [.. root.GetProperty("query").EnumerateArray().Select(text => text.GetString()!).Chunk(2).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]))],
            At = new DateTimeOffset(root.GetProperty("at").GetInt64(), TimeSpan.Zero),
            Caller = new Caller(root.GetProperty("hub").GetInt64(), root.GetProperty("app").GetInt64(), root.GetProperty("user").GetInt64(), new HashSet<string>(), ""),
            Body = root.GetProperty("body").GetBytesFromBase64(),
            ContentType = root.TryGetProperty("type", out var type) ? type.GetString() : null,
        };
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes) sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }
}
