namespace Spoke.HubSpot.Tests.Mapping;

/// <summary>A contact as a shop sees it.</summary>
[HubSpotRecord("contacts")]
public sealed partial record ShopContact
{
    [HubSpotId]
    public RecordId? Id { get; init; }

    [HubSpotProperty("email")]
    public required string Email { get; init; }

    [HubSpotProperty("firstname")]
    public string? FirstName { get; init; }

    [HubSpotProperty("lifecyclestage")]
    public Stage? Stage { get; init; }

    [HubSpotProperty("createdate", ReadOnly = true)]
    public DateTimeOffset? CreatedAt { get; init; }

    [HubSpotProperty("test_points")]
    public int Points { get; init; }

    [HubSpotProperty("test_spent")]
    public decimal? Spent { get; init; }

    [HubSpotProperty("test_birthday")]
    public DateOnly? Birthday { get; init; }

    [HubSpotProperty("test_colours")]
    public IReadOnlyList<Colour> Colours { get; init; } = [];

    [HubSpotProperty("test_club")]
    public bool? Club { get; init; }

    /// <summary>Not HubSpot's.</summary>
    public string? Note { get; init; }
}

public enum Stage
{
    [HubSpotOption("lead")] Lead,
    [HubSpotOption("customer")] Customer,
}

public enum Colour
{
    [HubSpotOption("red")] Red,
    [HubSpotOption("deep \"blue\"")] DeepBlue,
}
