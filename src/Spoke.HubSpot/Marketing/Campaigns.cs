using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Marketing campaigns. Scopes: <c>marketing.campaigns.read</c> and <c>.write</c>. HubSpot's reports (metrics, revenue, contacts) have no members of their own.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class Campaigns
{
    private const int MostRead = 50, MostWritten = 100;
    private readonly Answers _answers;

    internal Campaigns(HubSpotClient client)
    {
        _answers = new Answers(client);
        Budget = new CampaignItems(client, "budget");
        Spend = new CampaignItems(client, "spend");
    }

    /// <summary>What campaigns may cost.</summary>
    public CampaignItems Budget { get; }

    /// <summary>What campaigns did cost.</summary>
    public CampaignItems Spend { get; }

    /// <summary>Campaigns that meet the query, 100 a call.</summary>
    public IAsyncEnumerable<Campaign> ListAsync(CampaignQuery? query = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        query ??= new CampaignQuery();
        var path = $"{Root}?limit=100{Properties(query.Properties, '&')}";
        if (query.Name is { } name) path += "&name=" + CrmPaths.Escape(name);
        if (query.Sort is { } sort) path += "&sort=" + CrmPaths.Escape(sort);
        return _answers.PagesAsync(path, Campaign.Read, options, cancellationToken);
    }

    /// <summary>One campaign with what belongs to it; one call.</summary>
    /// <param name="campaignId">Its GUID.</param>
    /// <param name="properties">Properties to return; null for the name alone.</param>
    /// <returns>Null when there is none of that id.</returns>
    public Task<Campaign?> GetAsync(string campaignId, IReadOnlyList<string>? properties = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(campaignId) + Properties(properties ?? ["hs_name"], '?')), Campaign.Read, options, cancellationToken);

    /// <summary>Makes a campaign. Sent once only.</summary>
    /// <param name="properties"><c>hs_name</c> and whatever else is known; dates as <c>YYYY-MM-DD</c>.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: there is no name, no such property, or a value it does not take.</exception>
    public Task<Campaign> CreateAsync(IReadOnlyDictionary<string, string?> properties, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => CrmJson.WriteProperties(json, properties)) }, Campaign.Read, options, cancellationToken);

    /// <summary>Changes the given properties; "" or null clears.</summary>
    public Task<Campaign> UpdateAsync(string campaignId, IReadOnlyDictionary<string, string?> properties, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", One(campaignId)) { Body = CrmJson.Write(json => CrmJson.WriteProperties(json, properties)) }, Campaign.Read, options, cancellationToken);

    /// <summary>Deletes a campaign, not what belongs to it; already gone is fine.</summary>
    public Task DeleteAsync(string campaignId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(campaignId)), options, cancellationToken);

    /// <summary>Makes campaigns, 100 a call, each call wholly or not at all. Sent once only.</summary>
    public Task<CampaignBatch> BatchCreateAsync(IReadOnlyList<IReadOnlyDictionary<string, string?>> campaigns, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync("create", campaigns, MostWritten, CrmJson.WriteProperties, options, cancellationToken);

    /// <summary>Reads campaigns with what belongs to them, 50 a call. Ids nobody has stand in <see cref="CampaignBatch.Errors"/>.</summary>
    public Task<CampaignBatch> BatchReadAsync(IReadOnlyList<string> campaignIds, IReadOnlyList<string>? properties = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync("read" + Properties(properties ?? ["hs_name"], '?'), campaignIds, MostRead, static (json, id) => json.WriteString("id", id), options, cancellationToken);

    /// <summary>Changes campaigns by id, 100 a call. Harmless to repeat. Ids nobody has stand in <see cref="CampaignBatch.Errors"/>.</summary>
    public Task<CampaignBatch> BatchUpdateAsync(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> propertiesById, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(propertiesById);
        return BatchAsync("update", propertiesById, MostWritten, static (json, one) =>
        {
            json.WriteString("id", one.Key);
            CrmJson.WriteProperties(json, one.Value);
        }, options, cancellationToken);
    }

    /// <summary>Deletes campaigns, 100 a call. Harmless to repeat; HubSpot does not say which ids it did not know.</summary>
    public Task BatchDeleteAsync(IReadOnlyList<string> campaignIds, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync("archive", campaignIds, MostWritten, static (json, id) => json.WriteString("id", id), options, cancellationToken);

    /// <summary>What of one kind belongs to a campaign, 100 a call.</summary>
    /// <param name="campaignId">Its GUID.</param>
    /// <param name="kind">HubSpot's word, such as <c>FORM</c>, <c>OBJECT_LIST</c>, <c>MARKETING_EMAIL</c>, <c>AUTOMATION_PLATFORM_FLOW</c>.</param>
    /// <param name="from">With <paramref name="until"/>: return <see cref="CampaignAsset.Metrics"/> of this span.</param>
    /// <param name="until">The last day of the span.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: there is no such campaign; <see cref="HubSpotErrorKind.Validation"/>: no such kind.</exception>
    public IAsyncEnumerable<CampaignAsset> ListAssetsAsync(string campaignId, string kind, DateOnly? from = null, DateOnly? until = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync($"{Assets(campaignId, kind)}?limit=100{Day("startDate", from)}{Day("endDate", until)}", CampaignAsset.Read, options, cancellationToken);

    /// <summary>Makes a thing belong to a campaign. Harmless to repeat.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: there is no such campaign or thing.</exception>
    public Task AddAssetAsync(string campaignId, string kind, string assetId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("PUT", $"{Assets(campaignId, kind)}/{CrmPaths.Escape(assetId)}"), options, cancellationToken);

    /// <summary>Takes a thing out of a campaign; already out is fine.</summary>
    public Task RemoveAssetAsync(string campaignId, string kind, string assetId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", $"{Assets(campaignId, kind)}/{CrmPaths.Escape(assetId)}"), options, cancellationToken);

    private string Root => CrmPaths.Campaigns(_answers.Version);

    private string One(string campaignId) => $"{Root}/{CrmPaths.Escape(campaignId)}";

    private string Assets(string campaignId, string kind) => $"{One(campaignId)}/assets/{CrmPaths.Escape(kind)}";

    private async Task<CampaignBatch> BatchAsync<T>(string verb, IEnumerable<T> inputs, int most, Action<Utf8JsonWriter, T> write, RequestOptions? options, CancellationToken cancellationToken)
    {
        var (campaigns, errors) = await _answers.BatchAsync($"{Root}/batch/{verb}", inputs, most, write, Campaign.Read, options, cancellationToken).ConfigureAwait(false);
        return new CampaignBatch(campaigns, errors);
    }

    private static string Properties(IReadOnlyList<string> names, char before) => names.Count == 0 ? "" : $"{before}properties={CrmPaths.Escape(string.Join(',', names))}";

    private static string Day(string name, DateOnly? day) => day is { } given ? $"&{name}={given:yyyy-MM-dd}" : "";
}
