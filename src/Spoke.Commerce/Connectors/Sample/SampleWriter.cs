using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Sample;

/// <summary>Writes into the sample shop by its admin API, which takes each write once and says whether it changed anything.</summary>
internal sealed class SampleWriter(SampleConnector shop) : IStoreWriter
{
    public IReadOnlySet<StoreWriteKind> Takes { get; } = new HashSet<StoreWriteKind>(Enum.GetValues<StoreWriteKind>());

    public async Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var kind = write switch { TagsWrite tags => tags.Of, NoteWrite note => note.Of, FulfilmentWrite => EntityKind.Order, _ => EntityKind.Customer };
        var entity = $"/admin/{kind.Word()}s/{Uri.EscapeDataString(write.PlatformId)}";
        var (method, path, body) = write switch
        {
            CustomerFieldsWrite fields => (HttpMethod.Patch, entity, new JsonObject(fields.Fields.Select(field => KeyValuePair.Create(Name(field.Key), (JsonNode?)field.Value)))),
            ConsentWrite consent => (HttpMethod.Put, $"{entity}/consent/{(consent.Channel == ConsentChannel.Email ? "email" : "sms")}", Consent(consent.Consent)),
            TagsWrite tags => (HttpMethod.Post, entity + "/tags", new JsonObject { ["add"] = Texts(tags.Add), ["remove"] = Texts(tags.Remove) }),
            NoteWrite note => (HttpMethod.Post, entity + "/notes", new JsonObject { ["key"] = note.Key, ["text"] = note.Text }),
            FulfilmentWrite shipment => (HttpMethod.Put, $"{entity}/shipments/{Uri.EscapeDataString(shipment.ShipmentId)}", Shipment(shipment)),
            _ => throw new ArgumentOutOfRangeException(nameof(write), write.GetType(), null),
        };
        var answer = await shop.SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound) return new StoreWriteOutcome(StoreWriteResult.Gone);
        if (answer.Status != HttpStatusCode.OK)
            return new StoreWriteOutcome(StoreWriteResult.Refused, null, shop.Read(path, answer, "detail").Text("detail"), "Correct the value, or the order in the shop, and try again.");
        var result = shop.Read(path, answer, "item");
        return new StoreWriteOutcome(result.Flag("changed") ? StoreWriteResult.Written : StoreWriteResult.Unchanged, SampleConnector.Change(kind, result.GetProperty("item"), null));
    }

    private static JsonObject Consent(Consent consent) => new()
    {
        // A person who is to be forgotten is at least not to be written to.
        ["state"] = consent.State switch { ConsentState.Granted => "granted", ConsentState.Pending => "pending", ConsentState.Denied or ConsentState.Redacted => "denied", _ => "none" },
        ["at"] = consent.At,
        ["source"] = consent.Source,
    };

    private static JsonObject Shipment(FulfilmentWrite write) => new()
    {
        ["lines"] = new JsonArray([.. write.Lines.Select(line => (JsonNode)new JsonObject { ["lineId"] = line.LineId, ["quantity"] = line.Quantity })]),
        ["carrier"] = write.Carrier,
        ["tracking"] = write.TrackingNumber,
        ["url"] = write.TrackingUrl,
        ["delivered"] = write.Delivered,
    };

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string Name(CustomerField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());
}
