using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// Writes into a Medusa store. Each write first looks at what is there, so that doing it again changes nothing.
/// Consent and notes go into the metadata, tags are customer groups, shipments are fulfilments; for tags of orders there is no place.
/// </summary>
internal sealed class MedusaWriter(MedusaApi api, MedusaConsent consent, Func<EntityKind, string, CancellationToken, Task<StoreChange?>> read) : IStoreWriter
{
    private readonly MedusaShipments _shipments = new(api);
    private readonly MedusaCustomers _customers = new(api);

    public IReadOnlySet<StoreWriteKind> Takes { get; } = new HashSet<StoreWriteKind>
    {
        StoreWriteKind.CustomerFields, StoreWriteKind.EmailConsent, StoreWriteKind.SmsConsent, StoreWriteKind.CustomerTags, StoreWriteKind.CustomerNote, StoreWriteKind.OrderNote, StoreWriteKind.Fulfilment,
    };

    public async Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var kind = write switch { TagsWrite tags => tags.Of, NoteWrite note => note.Of, FulfilmentWrite => EntityKind.Order, _ => EntityKind.Customer };
        if (write is TagsWrite { Of: not EntityKind.Customer })
            return new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "Medusa's orders have no tags.", Fix: "Write the tag to the customer, where it becomes a customer group, or write a note to the order.");
        if (kind is not (EntityKind.Customer or EntityKind.Order))
            return new StoreWriteOutcome(StoreWriteResult.Refused, Problem: $"Medusa takes no notes on a {kind.Word()}.", Fix: "Write it to the customer or the order.");
        if (await read(kind, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return new StoreWriteOutcome(StoreWriteResult.Gone);
        using var document = JsonDocument.Parse(now.Payload);
        var result = await WriteAsync(write, kind == EntityKind.Customer ? document.RootElement.GetProperty("item") : document.RootElement, cancellationToken).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return refusal;
        return result.Changed
            ? new StoreWriteOutcome(StoreWriteResult.Written, await read(kind, write.PlatformId, cancellationToken).ConfigureAwait(false))
            : new StoreWriteOutcome(StoreWriteResult.Unchanged, now);
    }

    private Task<MedusaWritten> WriteAsync(StoreWrite write, JsonElement now, CancellationToken cancellationToken) => write switch
    {
        CustomerFieldsWrite fields => _customers.SetAsync(fields, now, cancellationToken),
        TagsWrite tags => _customers.TagAsync(tags, now, cancellationToken),
        ConsentWrite said => MetadataAsync("customers", now, consent.Write(said.Channel, said.Consent), cancellationToken),
        // The key of the write names the note, so a repeat finds its own.
        NoteWrite note => MetadataAsync(note.Of == EntityKind.Order ? "orders" : "customers", now, new JsonObject { [NoteKey(note.Key)] = note.Text }, cancellationToken),
        FulfilmentWrite shipment => _shipments.WriteAsync(shipment, now, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(write), write, null),
    };

    /// <summary>Medusa keeps the keys that are not named.</summary>
    private async Task<MedusaWritten> MetadataAsync(string path, JsonElement now, JsonObject wanted, CancellationToken cancellationToken)
    {
        var there = now.Object("metadata") ?? default;
        bool Same(KeyValuePair<string, JsonNode?> key) => there.ValueKind == JsonValueKind.Object && there.TryGetProperty(key.Key, out var value) ? JsonNode.DeepEquals(JsonNode.Parse(value.GetRawText()), key.Value) : key.Value?.ToString() is "";
        if (wanted.All(Same)) return MedusaWritten.Unchanged;
        return MedusaWritten.Of(await api.PostAsync($"/admin/{path}/{now.Text("id")}?fields=id", new JsonObject { ["metadata"] = wanted }, cancellationToken).ConfigureAwait(false));
    }

    private static string NoteKey(string key) => "spoke_note_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..12];
}

/// <summary>What came of one or more calls.</summary>
internal readonly record struct MedusaWritten(bool Changed, StoreWriteOutcome? Refusal)
{
    public static MedusaWritten Unchanged => default;

    public static MedusaWritten Done => new(true, null);

    public static MedusaWritten Refused(string problem, string fix) => new(false, new StoreWriteOutcome(StoreWriteResult.Refused, Problem: problem, Fix: fix));

    /// <exception cref="StoreException">The store failed; whether it was carried out is not known.</exception>
    public static MedusaWritten Of(MedusaAnswer answer) => answer.Status switch
    {
        HttpStatusCode.OK => Done,
        HttpStatusCode.NotFound => new MedusaWritten(false, new StoreWriteOutcome(StoreWriteResult.Gone)),
        _ => Refused($"Medusa does not take it: {answer.Problem}", "Mend it in the Medusa Admin, or change what is written; then try again."),
    };
}
