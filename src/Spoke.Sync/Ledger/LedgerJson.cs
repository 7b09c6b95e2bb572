using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>How ledger entities lie in the database.</summary>
[JsonSerializable(typeof(LedgerEntity))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<string>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    public static string Write(LedgerEntity entity) => JsonSerializer.Serialize(entity, Default.LedgerEntity);

    public static LedgerEntity Read(string body) => JsonSerializer.Deserialize(body, Default.LedgerEntity) ?? throw new JsonException("An empty ledger row.");

    public static string Hash(string body) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)).AsSpan(0, 16));
}
