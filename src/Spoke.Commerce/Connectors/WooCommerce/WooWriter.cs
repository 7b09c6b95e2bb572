using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Writes into a shop. What WooCommerce has no field for goes into meta data; what nobody in the shop would see is refused.</summary>
internal sealed class WooWriter(WooStoreOptions options, WooApi api, WooDetails details, TimeProvider time) : IStoreWriter
{
    private readonly WooNotes _notes = new(api);

    public IReadOnlySet<StoreWriteKind> Takes { get; } = new HashSet<StoreWriteKind> { StoreWriteKind.CustomerFields, StoreWriteKind.EmailConsent, StoreWriteKind.SmsConsent, StoreWriteKind.CustomerTags, StoreWriteKind.OrderTags, StoreWriteKind.OrderNote, StoreWriteKind.Fulfilment };

    public async Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        if (write is NoteWrite { Of: not EntityKind.Order }) return Refused("WooCommerce has no notes at a customer.", "Keep the note in HubSpot, or write it at one of the customer's orders.");
        if (!long.TryParse(write.PlatformId, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return write.PlatformId.StartsWith("guest:", StringComparison.Ordinal) ? Refused("A guest has no account in WooCommerce to write to.", "Nothing has to be done; once the person opens an account, changes flow back there.") : new StoreWriteOutcome(StoreWriteResult.Gone);
        try
        {
            return write switch
            {
                CustomerFieldsWrite fields => await CustomerAsync(fields, row => WooFields.Changes(row, fields.Fields), cancellationToken).ConfigureAwait(false),
                ConsentWrite consent => await CustomerAsync(consent, row => Consent(row, consent), cancellationToken).ConfigureAwait(false),
                TagsWrite { Of: EntityKind.Customer } tags => await CustomerAsync(tags, row => Tags(row, tags), cancellationToken).ConfigureAwait(false),
                TagsWrite tags => await OrderTagsAsync(tags, cancellationToken).ConfigureAwait(false),
                NoteWrite note => await NoteAsync(note, cancellationToken).ConfigureAwait(false),
                FulfilmentWrite shipment => await new WooFulfilment(api, details, _notes, time).WriteAsync(shipment, cancellationToken).ConfigureAwait(false),
                _ => throw new ArgumentOutOfRangeException(nameof(write), write.GetType().Name, null),
            };
        }
        catch (WooWriteProblem problem)
        {
            return Refused(problem.Message, problem.Fix);
        }
        catch (WooRefusal refusal)
        {
            return Refused($"WooCommerce does not take it ({refusal.Code}): {refusal.Message}", "Correct the value, or turn the flow back of it off.");
        }
    }

    internal static StoreWriteOutcome Refused(string problem, string fix) => new(StoreWriteResult.Refused, Problem: problem, Fix: fix);

    /// <param name="change">What to send; null: it is so already.</param>
    private async Task<StoreWriteOutcome> CustomerAsync(StoreWrite write, Func<JsonElement, JsonObject?> change, CancellationToken cancellationToken)
    {
        var path = $"wc/v3/customers/{write.PlatformId}";
        if (await api.GetAsync(path, [], cancellationToken).ConfigureAwait(false) is not { Body: var row }) return new StoreWriteOutcome(StoreWriteResult.Gone);
        if (change(row) is not { } body) return new StoreWriteOutcome(StoreWriteResult.Unchanged, WooPayload.Customer(row));
        return await api.PutAsync(path, body, cancellationToken).ConfigureAwait(false) is { } now ? new StoreWriteOutcome(StoreWriteResult.Written, WooPayload.Customer(now)) : new StoreWriteOutcome(StoreWriteResult.Gone);
    }

    private JsonObject? Consent(JsonElement row, ConsentWrite write)
    {
        var plain = WooConsent.Flag(row, options.ConsentKey) is not null;
        if (plain && write.Channel == ConsentChannel.Sms) throw new WooWriteProblem($"The meta key {options.ConsentKey} holds a plain yes or no about e-mail and has no place for SMS.", "Name a key of its own in consentKey.");
        var now = WooConsent.Read(row, options.ConsentKey, write.Channel);
        if (now?.State == write.Consent.State && (plain || now.At == write.Consent.At)) return null;
        return Meta(WooMeta.Entry(options.ConsentKey, WooConsent.Write(row, options.ConsentKey, write.Channel, write.Consent)));
    }

    private static JsonObject? Tags(JsonElement row, TagsWrite write)
    {
        var now = WooMeta.Tags(row);
        List<string> wanted = [.. now.Except(write.Remove).Union(write.Add)];
        return wanted.SequenceEqual(now) ? null : Meta(WooMeta.Entry(WooMeta.TagsKey, new JsonArray([.. wanted.Select(tag => (JsonNode)tag)])));
    }

    private async Task<StoreWriteOutcome> OrderTagsAsync(TagsWrite write, CancellationToken cancellationToken)
    {
        if (await OrderAsync(api, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } row) return new StoreWriteOutcome(StoreWriteResult.Gone);
        if (Tags(row, write) is not { } body) return new StoreWriteOutcome(StoreWriteResult.Unchanged, await NowAsync(details, row, cancellationToken).ConfigureAwait(false));
        return await api.PutAsync($"wc/v3/orders/{write.PlatformId}", body, cancellationToken).ConfigureAwait(false) is { } now
            ? new StoreWriteOutcome(StoreWriteResult.Written, await NowAsync(details, now, cancellationToken).ConfigureAwait(false))
            : new StoreWriteOutcome(StoreWriteResult.Gone);
    }

    private async Task<StoreWriteOutcome> NoteAsync(NoteWrite write, CancellationToken cancellationToken)
    {
        if (await OrderAsync(api, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } row) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var written = await _notes.WriteOnceAsync(row, write.Key, write.Text, [], null, cancellationToken).ConfigureAwait(false);
        return new StoreWriteOutcome(written ? StoreWriteResult.Written : StoreWriteResult.Unchanged);
    }

    /// <returns>Null when there is no such order, or it lies in the bin.</returns>
    internal static async Task<JsonElement?> OrderAsync(WooApi api, string id, CancellationToken cancellationToken) =>
        await api.GetAsync($"wc/v3/orders/{id}", [WooApi.Dp], cancellationToken).ConfigureAwait(false) is { Body: var row } && row.TextOrNull("status") != "trash" ? row : null;

    internal static async Task<StoreChange?> NowAsync(WooDetails details, JsonElement row, CancellationToken cancellationToken) => (await details.OrdersAsync([row], cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    private static JsonObject Meta(JsonObject entry) => new() { ["meta_data"] = new JsonArray(entry) };
}

/// <summary>We know that the shop has no place for it.</summary>
internal sealed class WooWriteProblem(string problem, string fix) : Exception(problem)
{
    public string Fix => fix;
}
