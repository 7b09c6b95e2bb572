using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A currency HubSpot knows.</summary>
/// <param name="Code">ISO 4217.</param>
/// <param name="Name">What people see.</param>
public sealed record Currency(string Code, string Name);

/// <summary>What one unit of a currency is worth in the account's own, from a moment on.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="From">The other currency, ISO 4217.</param>
/// <param name="To">The account's own.</param>
/// <param name="Rate">An amount in <paramref name="From"/> times this is one in <paramref name="To"/>; above 0.</param>
/// <param name="EffectiveAt">From when on.</param>
/// <param name="IsVisible">People can choose it.</param>
public sealed record ExchangeRate(string Id, string From, string To, decimal Rate, DateTimeOffset EffectiveAt, bool IsVisible)
{
    internal static ExchangeRate Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "fromCurrencyCode") ?? "", CrmJson.Text(item, "toCurrencyCode") ?? "",
        decimal.TryParse(CrmJson.Text(item, "conversionRate"), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var rate) ? rate : 0,
        CrmJson.Time(item, "effectiveAt"), CrmJson.Bool(item, "visibleInUI"));
}

/// <summary>
/// The account's currencies and exchange rates. Scopes: <c>settings.currencies.read</c> and <c>.write</c>.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached; <see cref="HubSpotErrorKind.Validation"/> for a code HubSpot does not know.
/// </summary>
public sealed class Currencies
{
    private readonly Answers _answers;

    internal Currencies(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>All currencies an account may use; one call.</summary>
    public async IAsyncEnumerable<Currency> ListCodesAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var codes = await _answers.OneAsync(new HubSpotRequest("GET", Root + "/codes"), root => CrmJson.Items(root, "results")
            .Select(item => new Currency(CrmJson.Text(item, "currencyCode") ?? "", CrmJson.Text(item, "currencyName") ?? "")).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var code in codes) yield return code;
    }

    /// <summary>The account's own currency by its code; one call.</summary>
    public Task<string> GetCompanyCurrencyAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("GET", Root + "/company-currency"), CodeOf, options, cancellationToken);

    /// <summary>Makes another currency the account's own. What is converted from then on is converted to it.</summary>
    public Task<string> SetCompanyCurrencyAsync(string code, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PUT", Root + "/company-currency") { Body = CrmJson.Write(json => json.WriteString("currencyCode", code)) }, CodeOf, options, cancellationToken);

    /// <summary>All exchange rates there are and were, 100 a call.</summary>
    /// <param name="from">Of this currency only.</param>
    public IAsyncEnumerable<ExchangeRate> ListRatesAsync(string? from = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync($"{Rates}?limit=100{(from is null ? "" : "&fromCurrencyCode=" + CrmPaths.Escape(from))}", ExchangeRate.Read, options, cancellationToken);

    /// <summary>The rates that hold now, one for each currency the account has besides its own; one call.</summary>
    public async IAsyncEnumerable<ExchangeRate> ListCurrentRatesAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var rates = await _answers.OneAsync(new HubSpotRequest("GET", Rates + "/current"), root => CrmJson.Items(root, "results").Select(ExchangeRate.Read).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var rate in rates) yield return rate;
    }

    /// <summary>One exchange rate; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<ExchangeRate?> GetRateAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", $"{Rates}/{CrmPaths.Escape(id)}"), ExchangeRate.Read, options, cancellationToken);

    /// <summary>Sets what a currency is worth in the account's own, and gives the account that currency if it has not. Sent once only.</summary>
    /// <param name="effectiveAt">From when on; null for now.</param>
    public Task<ExchangeRate> CreateRateAsync(string from, decimal rate, DateTimeOffset? effectiveAt = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", Rates)
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("fromCurrencyCode", from);
                WriteRate(json, rate, effectiveAt);
            }),
        }, ExchangeRate.Read, options, cancellationToken);

    /// <summary>Corrects an exchange rate.</summary>
    /// <param name="effectiveAt">From when on; null leaves as it is.</param>
    public Task<ExchangeRate> UpdateRateAsync(string id, decimal rate, DateTimeOffset? effectiveAt = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", $"{Rates}/{CrmPaths.Escape(id)}") { Body = CrmJson.Write(json => WriteRate(json, rate, effectiveAt)) }, ExchangeRate.Read, options, cancellationToken);

    private string Root => CrmPaths.Currencies(_answers.Version);

    private string Rates => Root + "/exchange-rates";

    private static string CodeOf(JsonElement root) => CrmJson.Text(root, "currencyCode") ?? CrmJson.Text(root, "id") ?? "";

    private static void WriteRate(Utf8JsonWriter json, decimal rate, DateTimeOffset? effectiveAt)
    {
        json.WriteNumber("conversionRate", rate);
        if (effectiveAt is { } at) json.WriteString("effectiveAt", at.UtcDateTime);
    }
}
