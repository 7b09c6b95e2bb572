using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A marketing campaign.</summary>
/// <param name="Id">Its GUID.</param>
/// <param name="Properties">The properties asked for that have a value, such as <c>hs_name</c>, <c>hs_start_date</c>, <c>hs_campaign_status</c>.</param>
public sealed record Campaign(string Id, IReadOnlyDictionary<string, string?> Properties)
{
    /// <summary>What belongs to it by kind; empty unless it was read by itself or in a batch.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CampaignAsset>> Assets { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, IReadOnlyList<CampaignAsset>>.Empty;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What people see; null when <c>hs_name</c> was not asked for.</summary>
    public string? Name => this["hs_name"];

    /// <summary>The value of a property; null when it has none or was not asked for.</summary>
    public string? this[string property] => Properties.GetValueOrDefault(property);

    internal static Campaign Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Bag(item, "properties"))
    {
        Assets = item.TryGetProperty("assets", out var assets) && assets.ValueKind == JsonValueKind.Object
            ? assets.EnumerateObject().ToDictionary(kind => kind.Name, kind => (IReadOnlyList<CampaignAsset>)[.. CrmJson.Items(kind.Value, "results").Select(CampaignAsset.Read)], StringComparer.Ordinal)
            : System.Collections.Immutable.ImmutableDictionary<string, IReadOnlyList<CampaignAsset>>.Empty,
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
    };
}

/// <summary>A thing that belongs to a campaign.</summary>
/// <param name="Id">Its id among things of its kind.</param>
/// <param name="Name">What people see; null where HubSpot names none.</param>
/// <param name="Metrics">What HubSpot measured of it, by name; empty unless a span was asked for.</param>
public sealed record CampaignAsset(string Id, string? Name, IReadOnlyDictionary<string, double> Metrics)
{
    internal static CampaignAsset Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name"), CrmJson.Numbers(item, "metrics"));
}

/// <summary>Which campaigns to list, and how.</summary>
public sealed record CampaignQuery
{
    /// <summary>A part of the name; null for any.</summary>
    public string? Name { get; init; }

    /// <summary><c>hs_name</c>, <c>createdAt</c> or <c>updatedAt</c>, with <c>-</c> in front for the other way round; null for HubSpot's order.</summary>
    public string? Sort { get; init; }

    /// <summary>Properties to return; empty: none. Unknown ones are left out without a word.</summary>
    public IReadOnlyList<string> Properties { get; init; } = ["hs_name"];
}

/// <summary>What came of a batch of campaigns.</summary>
/// <param name="Campaigns">Those that were made, changed or found.</param>
/// <param name="Errors">What was refused; each message names the campaign.</param>
public sealed record CampaignBatch(IReadOnlyList<Campaign> Campaigns, IReadOnlyList<HubSpotException> Errors);
