using System.Buffers;
using System.Text.Json;

namespace Spoke.Emulator.Http;

/// <summary>HubSpot's error envelope. Each area of the emulator has one factory that builds its errors through this.</summary>
internal sealed record ErrorBody(int Status, string? Category, string Message)
{
    public string? SubCategory { get; init; }
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Context { get; init; } = [];
    public IReadOnlyList<ErrorDetail> Errors { get; init; } = [];
    public IReadOnlyList<KeyValuePair<string, string>> Links { get; init; } = [];

    /// <summary>HubSpot writes the category last; in this one family of answers it comes before the context.</summary>
    public bool CategoryBeforeContext { get; init; }

    public EmulatorReply ToReply()
    {
        var correlationId = CorrelationId.Next();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, correlationId);
        return new EmulatorReply(Status, buffer.WrittenMemory)
        {
            CorrelationId = correlationId,
            Why = Message,
        };
    }

    private void Write(Utf8JsonWriter json, string correlationId)
    {
        json.WriteStartObject();
        json.WriteString("status", "error");
        json.WriteString("message", Message);
        json.WriteString("correlationId", correlationId);
        if (CategoryBeforeContext) json.WriteString("category", Category);
        WriteContext(json, Context);
        if (Errors.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var error in Errors)
            {
                json.WriteStartObject();
                json.WriteString("message", error.Message);
                if (error.Code is not null) json.WriteString("code", error.Code);
                if (error.In is not null) json.WriteString("in", error.In);
                if (error.SubCategory is not null) json.WriteString("subCategory", error.SubCategory);
                WriteContext(json, error.Context);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (Links.Count > 0)
        {
            json.WriteStartObject("links");
            foreach (var (name, url) in Links) json.WriteString(name, url);
            json.WriteEndObject();
        }
        if (Category is not null && !CategoryBeforeContext) json.WriteString("category", Category);
        if (SubCategory is not null) json.WriteString("subCategory", SubCategory);
        json.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> context)
    {
        if (context.Count == 0) return;
        json.WriteStartObject("context");
        foreach (var (name, values) in context)
        {
            json.WriteStartArray(name);
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}

/// <summary>One entry of the envelope's <c>errors</c>.</summary>
internal sealed record ErrorDetail(string Message)
{
    public string? Code { get; init; }
    public string? In { get; init; }
    public string? SubCategory { get; init; }
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Context { get; init; } = [];
}
