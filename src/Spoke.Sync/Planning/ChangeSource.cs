using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>A change of the store as the reason for what follows from it: what changed, in which version, and how we heard.</summary>
/// <param name="Kind">variant, customer, order, cart, company.</param>
/// <param name="DeliveryId">The webhook's delivery; null: we read it from the store.</param>
public sealed record ChangeSource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("version")] long Version,
    [property: JsonPropertyName("delivery")] string? DeliveryId,
    [property: JsonPropertyName("receivedAt")] DateTimeOffset ReceivedAt)
{
    private const int Longest = 1500;

    internal static ChangeSource Of(WaitingChange change) =>
        new(((EntityKind)change.Kind).Word(), change.Platform_Id, change.Version, change.Delivery_Id, DateTimeOffset.FromUnixTimeMilliseconds(change.Received_At));

    /// <summary>The reasons a record has gathered, newest first.</summary>
    internal static IReadOnlyList<ChangeSource> Read(string? text)
    {
        var reasons = new List<ChangeSource>();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.EndsWith('}')) reasons.Add(JsonSerializer.Deserialize(line, ExplainJson.Default.ChangeSource)!);   // the oldest may have been cut off
        return reasons;
    }

    /// <summary>A line of the reasons of a record.</summary>
    internal string ToText() => JsonSerializer.Serialize(this, ExplainJson.Default.ChangeSource) + "\n";

    /// <summary>Says of every mark that has no reason yet that this is it; null: nobody knows. Called in the transaction that made the marks, so they are this change's.</summary>
    internal static void Claim(DbConnection db, DbTransaction transaction, string connection, string? because) => db.ExecuteLater(
        because is null
            ? "update record set unclaimed = 0 where connection = @connection and unclaimed = 1"
            : $"update record set unclaimed = 0, because = {Joined("@because", "because")} where connection = @connection and unclaimed = 1",
        new { connection, because }, transaction);

    /// <summary>A reason in front of those there are, once, as SQL.</summary>
    internal static string Joined(string reason, string reasons) => $"case when substr({reasons}, 1, length({reason})) = {reason} then {reasons} else substr({reason} || {reasons}, 1, {Longest}) end";
}

/// <summary>How reasons and written values lie in the database: property -> value, or value before and value.</summary>
[JsonSerializable(typeof(ChangeSource))]
[JsonSerializable(typeof(Dictionary<string, string?[]>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ExplainJson : JsonSerializerContext;
