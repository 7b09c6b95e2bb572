using System.Text.Json;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>What has to be known of the shop as a whole.</summary>
internal sealed class WooShopFacts(WooApi api, WooStoreOptions options)
{
    /// <summary>Since this version the shop can be asked by time of change.</summary>
    private static readonly Version ModifiedAfter = new(5, 8);
    private WooPrices? _prices;
    private bool? _asksByChange;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => InfoAsync(cancellationToken).CheckedAsync(api.Store, "what shop it is");

    private async Task<StoreInfo> InfoAsync(CancellationToken cancellationToken)
    {
        const string path = "wc/v3/system_status";
        var status = (await api.ReadAsync(path, [new("_fields", "environment,settings")], cancellationToken).ConfigureAwait(false))?.Body ?? throw api.Strange(path);
        var (environment, settings) = (status.Object("environment") ?? throw api.Strange(path), status.Object("settings") ?? throw api.Strange(path));
        var version = environment.Text("version");
        var index = (await api.ReadAsync("", [new("_fields", "name,timezone_string")], cancellationToken).ConfigureAwait(false))?.Body ?? throw api.Strange("/");
        var notices = new List<string>();
        if (Version.TryParse(version.Split('-')[0], out var known) && known < ModifiedAfter)
            notices.Add($"WooCommerce {version} cannot be asked for what changed since a time (that came with 5.8): the newest orders are compared at each poll and older ones come by in rounds, so a change of an old order may take hours. Update WooCommerce, or rely on webhooks.");
        if (!await HasDraftsAsync(cancellationToken).ConfigureAwait(false))
            notices.Add("The shop keeps no drafts of its checkout (that needs the block checkout), so baskets are only known if the Spoke plugin pushes them.");
        if (options.WebhookSecret is null) notices.Add("Without webhookSecret no push is accepted; changes are found by polling.");
        return new StoreInfo(index.Filled("name") ?? options.Url.Host, options.Url.ToString(), settings.Text("currency"), index.Filled("timezone_string")) { Version = version, Notices = notices };
    }

    public async Task<WooPrices> PricesAsync(CancellationToken cancellationToken) => _prices ??= new WooPrices(
        await SettingAsync("general/woocommerce_currency", cancellationToken).ConfigureAwait(false),
        await SettingAsync("tax/woocommerce_prices_include_tax", cancellationToken).ConfigureAwait(false) == "yes");

    /// <summary>Asked for changes of the far future, a shop that does not understand the question gives what it has.</summary>
    public async Task<bool> AsksByChangeAsync(CancellationToken cancellationToken)
    {
        if (_asksByChange is { } known) return known;
        var answer = await api.ReadAsync("wc/v3/orders", [new("modified_after", "2200-01-01T00:00:00"), new("dates_are_gmt", "true"), new("per_page", "1"), new("_fields", "id")], cancellationToken).ConfigureAwait(false);
        if (answer?.Body.ValueKind != JsonValueKind.Array) throw api.Strange("wc/v3/orders");
        var understood = answer.Body.GetArrayLength() == 0;
        if (!understood) _asksByChange = false;
        return understood;   // an old shop without an order looks like a new one, so only the other answer is kept
    }

    /// <summary>Whether the status checkout-draft exists at all.</summary>
    public async Task<bool> HasDraftsAsync(CancellationToken cancellationToken)
    {
        const string path = "wc/v3/orders";
        try
        {
            await api.GetAsync(path, [new("status", "checkout-draft"), new("per_page", "1"), new("_fields", "id")], cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (WooRefusal refusal) when (refusal.Code == "rest_invalid_param")
        {
            return false;
        }
        catch (WooRefusal refusal)
        {
            throw api.Refused(path, refusal);
        }
    }

    private async Task<string> SettingAsync(string name, CancellationToken cancellationToken) =>
        (await api.ReadAsync($"wc/v3/settings/{name}", [new("_fields", "id,value")], cancellationToken).ConfigureAwait(false))?.Body.TextOrNull("value") ?? throw api.Strange($"wc/v3/settings/{name}");
}
