using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Builds answers straight into UTF-8, and writes the value shapes that recur in them.</summary>
internal static class JsonReply
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A thread keeps what it builds answers in, up to this size: an answer of a hundred records made anew would be a large object, and many of those make full collections.</summary>
    private const int MostKeptBytes = 1024 * 1024;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json)? t_spare;

    public static EmulatorReply Write<TState>(int status, TState state, Action<Utf8JsonWriter, TState> body, bool changed = false)
    {
        var (bytes, json) = Spare();
        body(json, state);
        json.Flush();
        var reply = new EmulatorReply(status, bytes.WrittenSpan.ToArray()) { Changed = changed };
        if (bytes.Capacity > MostKeptBytes) return reply;
        bytes.ResetWrittenCount();
        t_spare = (bytes, json);
        return reply;
    }

    /// <summary>Taken while in use, so that an answer made within another has a writer of its own.</summary>
    private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json) Spare()
    {
        if (t_spare is { } spare)
        {
            t_spare = null;
            spare.Json.Reset();
            return spare;
        }
        var bytes = new ArrayBufferWriter<byte>(4096);
        return (bytes, new Utf8JsonWriter(bytes, Options));
    }

    public static EmulatorReply Empty(bool changed) => EmulatorReply.NoContent with { Changed = changed };

    /// <summary>An object whose only member is <c>results</c>.</summary>
    public static EmulatorReply Results<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> one, int status = 200, bool changed = false) =>
        Write(status, (items, one), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var item in state.items) state.one(json, item);
            json.WriteEndArray();
            json.WriteEndObject();
        }, changed);

    public static string Iso(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a time without making a string of it: a record answer carries four of them.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, long ms)
    {
        Span<byte> text = stackalloc byte[TimeLength];
        TimeInto(text, ms);
        json.WriteString(name, text);
    }

    /// <inheritdoc cref="WriteTime(Utf8JsonWriter, string, long)"/>
    public static void WriteTime(this Utf8JsonWriter json, JsonEncodedText name, long ms)
    {
        Span<byte> text = stackalloc byte[TimeLength];
        TimeInto(text, ms);
        json.WriteString(name, text);
    }

    public static void WriteId(this Utf8JsonWriter json, string name, long id)
    {
        Span<byte> text = stackalloc byte[20];
        id.TryFormat(text, out var written, default, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..written]);
    }

    public static void WriteId(this Utf8JsonWriter json, JsonEncodedText name, long id)
    {
        Span<byte> text = stackalloc byte[20];
        id.TryFormat(text, out var written, default, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..written]);
    }

    private const int TimeLength = 24;

    // A round-trip form has no three digits of the second, and a form of one's own is read anew for every time: ten times as slow.
    private static void TimeInto(Span<byte> text, long ms)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        Digits(text[..4], at.Year);
        text[4] = text[7] = (byte)'-';
        Digits(text[5..7], at.Month);
        Digits(text[8..10], at.Day);
        text[10] = (byte)'T';
        Digits(text[11..13], at.Hour);
        text[13] = text[16] = (byte)':';
        Digits(text[14..16], at.Minute);
        Digits(text[17..19], at.Second);
        text[19] = (byte)'.';
        Digits(text[20..23], at.Millisecond);
        text[23] = (byte)'Z';

        static void Digits(Span<byte> place, int number)
        {
            for (var i = place.Length - 1; i >= 0; i--, number /= 10) place[i] = (byte)('0' + number % 10);
        }
    }

    /// <summary>A batch's answer, its results being written already.</summary>
    public static EmulatorReply Batch(CrmCall call, int status, IReadOnlyList<JsonObject> results, IReadOnlyList<ErrorBody> errors, bool changed) => Write(status, (call, results, errors), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteString("status", "COMPLETE");
        json.WriteStartArray("results");
        foreach (var one in state.results) one.WriteTo(json);
        json.WriteEndArray();
        json.WriteBatchEnd(state.errors, state.call.AtMs);
    }, changed);

    /// <summary>The frame of every batch answer.</summary>
    public static void WriteBatchEnd(this Utf8JsonWriter json, IReadOnlyList<ErrorBody> errors, long atMs)
    {
        if (errors.Count > 0)
        {
            json.WriteNumber("numErrors", errors.Sum(CountOf));
            json.WriteStartArray("errors");
            foreach (var error in errors) WriteError(json, error);
            json.WriteEndArray();
        }
        json.WriteTime("startedAt", atMs);
        json.WriteTime("completedAt", atMs);
        json.WriteEndObject();
    }

    private static int CountOf(ErrorBody error) =>
        error.Context.Where(pair => pair.Key == "ids").Select(pair => pair.Value.Count).FirstOrDefault(1);

    private static void WriteError(Utf8JsonWriter json, ErrorBody error)
    {
        json.WriteStartObject();
        json.WriteString("status", "error");
        json.WriteString("category", error.Category);
        if (error.SubCategory is not null) json.WriteString("subCategory", error.SubCategory);
        json.WriteString("message", error.Message);
        json.WriteStartObject("context");
        foreach (var (name, values) in error.Context)
        {
            json.WriteStartArray(name);
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartArray("errors");
        foreach (var detail in error.Errors)
        {
            json.WriteStartObject();
            json.WriteString("message", detail.Message);
            if (detail.Code is not null) json.WriteString("code", detail.Code);
            json.WriteStartObject("context");
            foreach (var (name, values) in detail.Context)
            {
                json.WriteStartArray(name);
                foreach (var value in values) json.WriteStringValue(value);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("links");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
