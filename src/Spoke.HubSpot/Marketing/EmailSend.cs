using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>An e-mail to one person, from a template of the account's.</summary>
/// <param name="EmailId">Id of the published e-mail.</param>
/// <param name="To">Who gets it; becomes a contact.</param>
public sealed record EmailSend(long EmailId, string To)
{
    /// <summary>Sender, such as <c>Shop &lt;shop@example.com&gt;</c>; null: the template's.</summary>
    public string? From { get; init; }

    /// <summary>A key of the caller's: HubSpot sends each key once only for one e-mail. With it the call is harmless to repeat, and a lost answer is made good.</summary>
    public string? SendId { get; init; }

    /// <summary>Who gets a copy.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>Who gets a copy unseen.</summary>
    public IReadOnlyList<string> Bcc { get; init; } = [];

    /// <summary>Where answers go.</summary>
    public IReadOnlyList<string> ReplyTo { get; init; } = [];

    /// <summary>Values set on the contact before sending; the template shows them as <c>{{ contact.name }}</c>.</summary>
    public IReadOnlyDictionary<string, string?> ContactProperties { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty;

    /// <summary>Values for this e-mail alone; the template shows them as <c>{{ custom.name }}</c>.</summary>
    public IReadOnlyDictionary<string, string?> CustomProperties { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("emailId", EmailId);
        json.WriteStartObject("message");
        json.WriteString("to", To);
        if (From is not null) json.WriteString("from", From);
        if (SendId is not null) json.WriteString("sendId", SendId);
        if (Cc.Count > 0) CrmJson.WriteStrings(json, "cc", Cc);
        if (Bcc.Count > 0) CrmJson.WriteStrings(json, "bcc", Bcc);
        if (ReplyTo.Count > 0) CrmJson.WriteStrings(json, "replyTo", ReplyTo);
        json.WriteEndObject();
        if (ContactProperties.Count > 0) CrmJson.WriteBag(json, "contactProperties", ContactProperties);
        if (CustomProperties.Count > 0) CrmJson.WriteBag(json, "customProperties", CustomProperties);
    }
}

/// <summary>Where a send stands.</summary>
/// <param name="StatusId">Asks about it again.</param>
/// <param name="Status"><c>PENDING</c>, <c>PROCESSING</c>, <c>CANCELED</c> or <c>COMPLETE</c>.</param>
/// <param name="SendResult">What came of it, once complete: <c>SENT</c>, or why not, such as <c>PREVIOUSLY_UNSUBSCRIBED_MESSAGE</c>, <c>PREVIOUSLY_BOUNCED</c>, <c>INVALID_TO_ADDRESS</c>, <c>IDEMPOTENT_IGNORE</c>.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="CompletedAt">When it ended; null while it hasn't.</param>
public sealed record EmailSendStatus(string StatusId, string Status, string? SendResult, DateTimeOffset? RequestedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>Nothing more will happen.</summary>
    public bool HasEnded => Status is "COMPLETE" or "CANCELED";

    /// <summary>It went out. What the receiving server did with it HubSpot tells as e-mail events, not here.</summary>
    public bool WasSent => Status == "COMPLETE" && SendResult == "SENT";

    internal static EmailSendStatus Read(JsonElement root) =>
        new(CrmJson.Text(root, "statusId") ?? "", CrmJson.Text(root, "status") ?? "", CrmJson.Text(root, "sendResult"), CrmJson.Moment(root, "requestedAt"), CrmJson.Moment(root, "completedAt"));
}
