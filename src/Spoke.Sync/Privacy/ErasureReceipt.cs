using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spoke.Sync.Privacy;

/// <summary>What an erasure has removed, in numbers. It says nothing of the person.</summary>
/// <param name="Orders">Kept with their amounts, without the person.</param>
/// <param name="Contacts">Of HubSpot; what became of them says the policy.</param>
/// <param name="Shared">Contacts of HubSpot left alone, because another store of the account knows the person too.</param>
/// <param name="Texts">Other rows that told of the person: deliveries, history of writes, consent, audit.</param>
public sealed record ErasureReceipt(
    [property: JsonPropertyName("people")] int People,
    [property: JsonPropertyName("customers")] int Customers,
    [property: JsonPropertyName("orders")] int Orders,
    [property: JsonPropertyName("carts")] int Carts,
    [property: JsonPropertyName("contacts")] int Contacts,
    [property: JsonPropertyName("shared")] int Shared,
    [property: JsonPropertyName("texts")] int Texts,
    [property: JsonPropertyName("tombstones")] int Tombstones,
    [property: JsonPropertyName("policy")] string Policy)
{
    internal static ErasureReceipt None(ErasurePolicy policy) => new(0, 0, 0, 0, 0, 0, 0, 0, policy.ToString().ToLowerInvariant());

    internal ErasureReceipt Plus(ErasureReceipt more) => new(People + more.People, Customers + more.Customers, Orders + more.Orders, Carts + more.Carts, Contacts + more.Contacts, Shared + more.Shared, Texts + more.Texts, Tombstones + more.Tombstones, Policy);

    internal string ToText() => JsonSerializer.Serialize(this, PrivacyJson.Default.ErasureReceipt);

    internal static ErasureReceipt? Read(string? text) => text is null ? null : JsonSerializer.Deserialize(text, PrivacyJson.Default.ErasureReceipt);
}

[JsonSerializable(typeof(ErasureReceipt))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
