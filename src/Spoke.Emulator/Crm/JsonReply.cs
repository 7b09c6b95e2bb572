using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Builds answers straight into UTF-8, and writes the value shapes that recur in them.</summary>
internal static class JsonReply
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static EmulatorReply Write<TState>(int status, TState state, Action<Utf8JsonWriter, TState> body, bool changed = false, int sizeHint = 1024)
    {
        var buffer = new ArrayBufferWriter<byte>(sizeHint);
        using (var json = new Utf8JsonWriter(buffer, Options))
            body(json, state);
        return new EmulatorReply(status, buffer.WrittenMemory) { Changed = changed };
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
        Span<byte> text = stackalloc byte[24];
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime
            .TryFormat(text, out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..written]);
    }

    public static void WriteId(this Utf8JsonWriter json, string name, long id)
    {
        Span<byte> text = stackalloc byte[20];
        id.TryFormat(text, out var written, default, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..written]);
    }

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
