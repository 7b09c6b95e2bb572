using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A kind of e-mail a person may want or not. The account's people make them; the API can't.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="Name">What people see.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Purpose">Such as <c>Marketing</c>.</param>
/// <param name="IsActive">It can be subscribed to.</param>
public sealed record SubscriptionDefinition(string Id, string Name, string? Description, string? Purpose, bool IsActive)
{
    internal static SubscriptionDefinition Read(JsonElement item) =>
        new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "description"), CrmJson.Text(item, "purpose"), CrmJson.Bool(item, "isActive"));
}

/// <summary>Whether a person wants a kind of e-mail. Known states are members.</summary>
/// <param name="Name">HubSpot's word.</param>
public readonly record struct SubscriptionState(string Name)
{
    /// <summary>The person opted in.</summary>
    public static SubscriptionState Subscribed { get; } = new("SUBSCRIBED");

    /// <summary>The person opted out.</summary>
    public static SubscriptionState Unsubscribed { get; } = new("UNSUBSCRIBED");

    /// <summary>Nobody said.</summary>
    public static SubscriptionState NotSpecified { get; } = new("NOT_SPECIFIED");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What holds of one address and one kind of e-mail.</summary>
/// <param name="Email">The address.</param>
/// <param name="SubscriptionId">The kind's id.</param>
/// <param name="SubscriptionName">What people see of the kind.</param>
/// <param name="State">What holds.</param>
public sealed record SubscriptionStatus(string Email, string SubscriptionId, string? SubscriptionName, SubscriptionState State)
{
    /// <summary>Who or what said so, such as <c>API</c> or <c>FORM</c>.</summary>
    public string? Source { get; init; }

    /// <summary>The legal ground given for it, such as <c>CONSENT_WITH_NOTICE</c>.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    internal static SubscriptionStatus Read(JsonElement item) => new(CrmJson.Text(item, "subscriberIdString") ?? "", CrmJson.Text(item, "subscriptionId") ?? "", CrmJson.Text(item, "subscriptionName"), new SubscriptionState(CrmJson.Text(item, "status") ?? ""))
    {
        Source = CrmJson.Text(item, "source"),
        LegalBasis = CrmJson.Text(item, "legalBasis"),
        Since = CrmJson.Moment(item, "timestamp"),
    };
}

/// <summary>A state to be set.</summary>
/// <param name="Email">The address.</param>
/// <param name="SubscriptionId">The kind's id.</param>
/// <param name="State">What shall hold.</param>
public sealed record SubscriptionInput(string Email, string SubscriptionId, SubscriptionState State)
{
    /// <summary>
    /// The legal ground, demanded for opting in where the account has data privacy turned on: <c>LEGITIMATE_INTEREST_PQL</c>, <c>LEGITIMATE_INTEREST_CLIENT</c>,
    /// <c>PERFORMANCE_OF_CONTRACT</c>, <c>CONSENT_WITH_NOTICE</c>, <c>NON_GDPR</c>, <c>PROCESS_AND_STORE</c>, <c>LEGITIMATE_INTEREST_OTHER</c>.
    /// </summary>
    public string? LegalBasis { get; init; }

    /// <summary>How the person came to agree; goes with <see cref="LegalBasis"/>.</summary>
    public string? LegalBasisExplanation { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("subscriberIdString", Email);
        json.WriteString("channel", "EMAIL");
        if (long.TryParse(SubscriptionId, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)) json.WriteNumber("subscriptionId", id);
        else throw new ArgumentException($"A subscription's id is a number, not '{SubscriptionId}'.", nameof(SubscriptionId));
        json.WriteString("statusState", State.Name);
        if (LegalBasis is not null) json.WriteString("legalBasis", LegalBasis);
        if (LegalBasisExplanation is not null) json.WriteString("legalBasisExplanation", LegalBasisExplanation);
    }
}
