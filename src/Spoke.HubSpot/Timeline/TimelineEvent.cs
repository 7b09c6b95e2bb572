using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Something an app tells about a record, shown on the record's timeline. Whom it is about is told by <see cref="RecordId"/>, <see cref="Email"/>, <see cref="Domain"/> or <see cref="UserToken"/>.</summary>
/// <param name="TemplateId">The template it is made from.</param>
/// <param name="Tokens">Values by the names of the template's tokens, as HubSpot's text; unknown names are refused.</param>
public sealed record TimelineEventInput(string TemplateId, IReadOnlyDictionary<string, string?> Tokens)
{
    /// <summary>An id of the app's own: an event of the same id and template takes the place of the one before, so that sending it twice is harmless. Null: HubSpot makes one.</summary>
    public string? Id { get; init; }

    /// <summary>The record, by HubSpot's id.</summary>
    public RecordId? RecordId { get; init; }

    /// <summary>A contact by e-mail address; made when there is none.</summary>
    public string? Email { get; init; }

    /// <summary>A company by domain.</summary>
    public string? Domain { get; init; }

    /// <summary>A contact by the cookie <c>hubspotutk</c> of its browser.</summary>
    public string? UserToken { get; init; }

    /// <summary>When it happened; null for now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>More for the template's texts, a JSON object of at most 500 KB; null for none.</summary>
    public string? ExtraJson { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("eventTemplateId", TemplateId);
        if (Id is not null) json.WriteString("id", Id);
        if (RecordId is { } record) json.WriteString("objectId", record.Value);
        if (Email is not null) json.WriteString("email", Email);
        if (Domain is not null) json.WriteString("domain", Domain);
        if (UserToken is not null) json.WriteString("utk", UserToken);
        if (OccurredAt is { } moment) json.WriteString("timestamp", moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        CrmJson.WriteBag(json, "tokens", Tokens);
        if (ExtraJson is null) return;
        json.WritePropertyName("extraData");
        json.WriteRawValue(ExtraJson);
    }
}

/// <summary>An event on a timeline.</summary>
/// <param name="Id">The app's id, or the one HubSpot made.</param>
/// <param name="TemplateId">The template it is made from.</param>
/// <param name="Tokens">Values by the names of the template's tokens.</param>
public sealed record TimelineEvent(string Id, string TemplateId, IReadOnlyDictionary<string, string?> Tokens)
{
    /// <summary>HubSpot's id of the record; null while it is known by its browser alone.</summary>
    public RecordId? RecordId { get; init; }

    /// <summary>The type of the record, as its template names it.</summary>
    public string? ObjectType { get; init; }

    /// <summary>The address it was sent for.</summary>
    public string? Email { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>What was sent beside the tokens, as JSON.</summary>
    public string? ExtraJson { get; init; }

    internal static TimelineEvent Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "eventTemplateId") ?? "", CrmJson.Bag(item, "tokens"))
    {
        RecordId = CrmJson.Text(item, "objectId") is { } record ? new RecordId(record) : default(RecordId?),
        ObjectType = CrmJson.Text(item, "objectType"),
        Email = CrmJson.Text(item, "email"),
        OccurredAt = CrmJson.Time(item, "timestamp"),
        ExtraJson = item.TryGetProperty("extraData", out var extra) && extra.ValueKind != JsonValueKind.Null ? extra.GetRawText() : null,
    };
}

/// <summary>What came of a batch of events.</summary>
/// <param name="Events">Those that were taken.</param>
/// <param name="Errors">What was refused.</param>
public sealed record TimelineBatch(IReadOnlyList<TimelineEvent> Events, IReadOnlyList<HubSpotException> Errors);
