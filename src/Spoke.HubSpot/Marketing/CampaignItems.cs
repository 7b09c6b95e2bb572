using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>An amount a campaign may cost, or did cost.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Amount">How much, in the campaign's currency (<c>hs_currency_code</c>).</param>
public sealed record CampaignItem(string Id, string Name, decimal Amount)
{
    /// <summary>Its place among the campaign's, from 0.</summary>
    public int Order { get; init; }

    /// <summary>More about it.</summary>
    public string? Description { get; init; }

    internal static CampaignItem Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", Decimal(item, "amount"))
    {
        Order = CrmJson.Int(item, "order"),
        Description = CrmJson.Text(item, "description"),
    };

    internal static decimal Decimal(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var amount) ? amount : 0;
}

/// <summary>An amount to be written.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Amount">How much, 0 or more.</param>
/// <param name="Order">Its place among the campaign's, from 0.</param>
/// <param name="Description">More about it.</param>
public sealed record CampaignItemInput(string Name, decimal Amount, int Order = 0, string? Description = null)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteNumber("amount", Amount);
        json.WriteNumber("order", Order);
        if (Description is not null) json.WriteString("description", Description);
    }
}

/// <summary>What a campaign may cost, what it did cost, and what is left.</summary>
/// <param name="CurrencyCode">Three letters, such as <c>EUR</c>.</param>
/// <param name="Budget">What it may cost.</param>
/// <param name="Spend">What it did cost.</param>
/// <param name="BudgetTotal">Sum of <paramref name="Budget"/>.</param>
/// <param name="SpendTotal">Sum of <paramref name="Spend"/>.</param>
/// <param name="Remaining">What is left; below 0 when more was spent.</param>
public sealed record CampaignTotals(string CurrencyCode, IReadOnlyList<CampaignItem> Budget, IReadOnlyList<CampaignItem> Spend, decimal BudgetTotal, decimal SpendTotal, decimal Remaining)
{
    internal static CampaignTotals Read(JsonElement root) => new(CrmJson.Text(root, "currencyCode") ?? "", [.. CrmJson.Items(root, "budgetItems").Select(CampaignItem.Read)], [.. CrmJson.Items(root, "spendItems").Select(CampaignItem.Read)],
        CampaignItem.Decimal(root, "budgetTotal"), CampaignItem.Decimal(root, "spendTotal"), CampaignItem.Decimal(root, "remainingBudget"));
}

/// <summary>
/// The amounts of campaigns: <see cref="Campaigns.Budget"/> or <see cref="Campaigns.Spend"/>. Scopes: <c>marketing.campaigns.read</c> and <c>.write</c>.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached; of kind <see cref="HubSpotErrorKind.NotFound"/> when there is no such campaign or amount.
/// </summary>
public sealed class CampaignItems
{
    private readonly Answers _answers;
    private readonly string _kind;

    internal CampaignItems(HubSpotClient client, string kind) => (_answers, _kind) = (new Answers(client), kind);

    /// <summary>All amounts of a campaign, of both kinds, and their sums; one call.</summary>
    public Task<CampaignTotals> GetTotalsAsync(string campaignId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("GET", $"{Campaign(campaignId)}/budget/totals"), CampaignTotals.Read, options, cancellationToken);

    /// <summary>One amount; one call.</summary>
    /// <returns>Null when the campaign has none of that id, or is not there.</returns>
    public Task<CampaignItem?> GetAsync(string campaignId, string itemId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(campaignId, itemId)), CampaignItem.Read, options, cancellationToken);

    /// <summary>Adds an amount. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the amount is below 0.</exception>
    public Task<CampaignItem> CreateAsync(string campaignId, CampaignItemInput item, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _answers.OneAsync(new HubSpotRequest("POST", $"{Campaign(campaignId)}/{_kind}") { Body = CrmJson.Write(item.Write) }, CampaignItem.Read, options, cancellationToken);
    }

    /// <summary>Writes an amount anew, all of it. Harmless to repeat.</summary>
    public Task<CampaignItem> UpdateAsync(string campaignId, string itemId, CampaignItemInput item, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _answers.OneAsync(new HubSpotRequest("PUT", One(campaignId, itemId)) { Body = CrmJson.Write(item.Write) }, CampaignItem.Read, options, cancellationToken);
    }

    /// <summary>Deletes an amount.</summary>
    public Task DeleteAsync(string campaignId, string itemId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(campaignId, itemId)), options, cancellationToken);

    private string Campaign(string campaignId) => $"{CrmPaths.Campaigns(_answers.Version)}/{CrmPaths.Escape(campaignId)}";

    private string One(string campaignId, string itemId) => $"{Campaign(campaignId)}/{_kind}/{CrmPaths.Escape(itemId)}";
}
