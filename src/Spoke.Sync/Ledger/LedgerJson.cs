using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>How ledger entities lie in the database.</summary>
[JsonSerializable(typeof(LedgerEntity))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<string>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    private const string Nul = @"\u0000";

    /// <summary>Without NUL characters, as no other text of the database has any.</summary>
    public static string Write(LedgerEntity entity)
    {
        var body = JsonSerializer.Serialize(entity, Default.LedgerEntity);
        return body.Contains(Nul, StringComparison.Ordinal) ? Nuls().Replace(body, "$1") : body;
    }

    public static LedgerEntity Read(string body) => JsonSerializer.Deserialize(body, Default.LedgerEntity) ?? throw new JsonException("An empty ledger row.");

    public static string Hash(string body) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)).AsSpan(0, 16));

    // A backslash before it may be the second of two, that stand for one.
    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)\\u0000")]
    private static partial Regex Nuls();
}
