using System.Text;
using System.Text.Json;

namespace Spoke.Configuration;

/// <summary>A member of an object, with where its name stands.</summary>
internal sealed record ConfigurationMember(string Name, ConfigurationNode Value, string Place);

/// <summary>A value of the file. Unlike a parsed JSON document it remembers where everything stands, and every member, also one that stands there twice.</summary>
internal sealed record ConfigurationNode(JsonTokenType Kind, string? Text, IReadOnlyList<ConfigurationMember> Members)
{
    public bool IsObject => Kind == JsonTokenType.StartObject;

    public ConfigurationMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <exception cref="JsonException">It is not JSON; the exception has the place.</exception>
    public static ConfigurationNode Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        var root = Value(ref reader, bytes);
        reader.Read();   // finds what stands behind the end
        return root;
    }

    private static ConfigurationNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var kind = reader.TokenType;
        if (kind == JsonTokenType.String) return new ConfigurationNode(kind, reader.GetString(), []);
        if (kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return new ConfigurationNode(kind, Encoding.UTF8.GetString(reader.ValueSpan), []);
        var members = new List<ConfigurationMember>();
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                Value(ref reader, bytes);   // an element of a list: no key of ours takes one
                continue;
            }
            var (name, place) = (reader.GetString()!, Place(bytes, (int)reader.TokenStartIndex));
            reader.Read();
            members.Add(new ConfigurationMember(name, Value(ref reader, bytes), place));
        }
        return new ConfigurationNode(kind, null, members);
    }

    private static string Place(ReadOnlySpan<byte> bytes, int offset)
    {
        var before = Encoding.UTF8.GetString(bytes[..offset]);
        return $"line {before.Count(c => c == '\n') + 1}, column {before.Length - before.LastIndexOf('\n')}";
    }
}
