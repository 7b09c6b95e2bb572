using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Spoke.Sync.Storage;

/// <summary>Rows as one parameter: a JSON list of lists, of which <see cref="ISqlDialect.Rows"/> makes a table. A statement for each row costs more than what it does.</summary>
internal static class Rows
{
    /// <param name="rows">Of strings, whole numbers and nulls, in the order of the columns.</param>
    public static string ToText(IEnumerable<object?[]> rows)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var value in row) Write(json, value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            default: throw new ArgumentException($"A {value.GetType().Name} is no value of a row.", nameof(value));
        }
    }
}
