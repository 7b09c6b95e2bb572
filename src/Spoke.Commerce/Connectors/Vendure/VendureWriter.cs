using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>
/// Writes into a Vendure store. Each write first looks how it is, so that a repeated one changes nothing; what leaves a trace of its own, a note or a shipment, carries its key.
/// </summary>
internal sealed class VendureWriter(VendureConnector store, VendureApi api) : IStoreWriter
{
    private const int NotesAtOnce = 100;
    private readonly VendureCustomerEdit _customers = new(api);
    private readonly VendureShipping _shipping = new(api);

    public IReadOnlySet<StoreWriteKind> Takes { get; } = new HashSet<StoreWriteKind>(Enum.GetValues<StoreWriteKind>());

    public async Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var kind = write switch { TagsWrite tags => tags.Of, NoteWrite note => note.Of, FulfilmentWrite => EntityKind.Order, _ => EntityKind.Customer };
        try
        {
            if (await store.ReadOneAsync(kind, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } before || before.Kind != kind) return new StoreWriteOutcome(StoreWriteResult.Gone);
            using var document = JsonDocument.Parse(before.Payload);
            var item = document.RootElement.GetProperty("item");
            var entity = store.Normalise(before)[0];
            var changed = write switch
            {
                CustomerFieldsWrite fields => await _customers.WriteAsync(fields, item, (Customer)entity, cancellationToken).ConfigureAwait(false),
                ConsentWrite consent => await WriteConsentAsync(consent, (Customer)entity, cancellationToken).ConfigureAwait(false),
                TagsWrite tags => await WriteTagsAsync(tags, entity, cancellationToken).ConfigureAwait(false),
                NoteWrite note => await WriteNoteAsync(note, cancellationToken).ConfigureAwait(false),
                FulfilmentWrite shipment => await _shipping.WriteAsync(shipment, item, (Order)entity, cancellationToken).ConfigureAwait(false),
                _ => throw new ArgumentOutOfRangeException(nameof(write), write.GetType(), null),
            };
            return changed
                ? new StoreWriteOutcome(StoreWriteResult.Written, await store.ReadOneAsync(kind, write.PlatformId, cancellationToken).ConfigureAwait(false))
                : new StoreWriteOutcome(StoreWriteResult.Unchanged, before);
        }
        catch (VendureRefusal refusal)
        {
            return refusal.IsGone ? new StoreWriteOutcome(StoreWriteResult.Gone) : new StoreWriteOutcome(StoreWriteResult.Refused, null, refusal.Message, refusal.Fix);
        }
    }

    private async Task<bool> WriteConsentAsync(ConsentWrite write, Customer customer, CancellationToken cancellationToken)
    {
        var fields = await store.FieldsAsync(cancellationToken).ConfigureAwait(false);
        var (name, present) = write.Channel == ConsentChannel.Email ? (fields.Options.EmailConsentField, customer.EmailConsent) : (fields.Options.SmsConsentField, customer.SmsConsent);
        Need(fields.OfCustomer, "Customer", name, "string");
        // A person who is to be forgotten is at least not to be written to.
        var state = write.Consent.State == ConsentState.Redacted ? ConsentState.Denied : write.Consent.State;
        if ((present?.State ?? ConsentState.None) == state) return false;
        var custom = new JsonObject { [name] = state switch { ConsentState.Granted => "granted", ConsentState.Pending => "pending", ConsentState.Denied => "denied", _ => null } };
        if (fields.OfCustomer.Contains(VendureFields.MomentOf(name))) custom[VendureFields.MomentOf(name)] = write.Consent.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await api.MutateAsync(VendureQueries.UpdateCustomer, Input(new JsonObject { ["id"] = write.PlatformId, ["customFields"] = custom }), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> WriteTagsAsync(TagsWrite write, LedgerEntity entity, CancellationToken cancellationToken)
    {
        var fields = await store.FieldsAsync(cancellationToken).ConfigureAwait(false);
        var ofOrder = write.Of == EntityKind.Order;
        Need(ofOrder ? fields.OfOrder : fields.OfCustomer, ofOrder ? "Order" : "Customer", fields.Options.TagsField, "string, list: true");
        var present = (entity is Order order ? order.Tags : ((Customer)entity).Tags) ?? [];
        List<string> tags = [.. present.Except(write.Remove).Union(write.Add)];
        if (tags.SequenceEqual(present)) return false;
        var input = new JsonObject { ["id"] = write.PlatformId, ["customFields"] = new JsonObject { [fields.Options.TagsField] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) } };
        await api.MutateAsync(ofOrder ? VendureQueries.OrderFields : VendureQueries.UpdateCustomer, Input(input), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> WriteNoteAsync(NoteWrite write, CancellationToken cancellationToken)
    {
        var ofOrder = write.Of == EntityKind.Order;
        var (list, mark) = (VendureQueries.Notes(ofOrder ? "order" : "customer", ofOrder ? "ORDER_NOTE" : "CUSTOMER_NOTE"), $"(Spoke {write.Key})");
        for (var (skip, total) = (0, 1); skip < total; skip += NotesAtOnce)
        {
            var answer = await api.QueryAsync(list, new JsonObject { ["id"] = write.PlatformId, ["skip"] = skip }, cancellationToken).ConfigureAwait(false);
            var history = answer.Object(ofOrder ? "order" : "customer")?.Object("history") ?? throw VendureRefusal.Gone();
            if (history.Items("items").Any(note => note.Object("data")?.TextOrNull("note")?.EndsWith(mark, StringComparison.Ordinal) == true)) return false;
            total = history.Count("totalItems");
        }
        var input = new JsonObject { ["id"] = write.PlatformId, ["note"] = $"{write.Text}\n{mark}", ["isPublic"] = false };
        await api.MutateAsync(ofOrder ? VendureQueries.OrderNote : VendureQueries.CustomerNote, Input(input), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static void Need(IReadOnlySet<string> fields, string entity, string name, string type)
    {
        if (!fields.Contains(name))
            throw new VendureRefusal($"The store has no custom field {entity}.{name} to keep it in.", $"Install the plugin of connectors/vendure in the store, or add {{ name: '{name}', type: {type} }} to customFields.{entity} of its configuration; then migrate its database.");
    }

    private static JsonObject Input(JsonObject input) => new() { ["i"] = input };
}

/// <summary>The store does not carry a write out.</summary>
internal sealed class VendureRefusal(string problem, string fix) : Exception(problem)
{
    public string Fix => fix;

    /// <summary>What was to be changed is not there any more.</summary>
    public bool IsGone { get; private init; }

    public static VendureRefusal Gone() => new("It is not there any more.", "") { IsGone = true };
}
