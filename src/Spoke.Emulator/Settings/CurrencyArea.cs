using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>Currencies: the account's own, exchange rates one by one and in batches, and central rates.</summary>
internal sealed class CurrencyArea(Portal portal) : PortalArea(portal)
{
    private const int LargestPage = 100;
    private const int MostInBatch = 100;
    private static readonly string[] Properties = ["hs_currency_code", "hs_line_item_currency_code", "hs_currency", "deal_currency_code"];

    private CurrencyBook Book => Portal.Currencies;

    public override string Name => "currencies";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 2 && path[0] == "settings" && path[1] == "currencies";

    public override void Save(Utf8JsonWriter json) => Book.Save(json);

    public override void Load(JsonElement saved)
    {
        Book.Load(saved);
        foreach (var code in Book.Additional.Append(Book.Company)) Offer(Portal, code);
    }

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, string.Join('/', call.Rest.Skip(2))) switch
    {
        ("GET", "codes") => JsonReply.Results(CurrencyTable.All, WriteCode),
        ("GET", "company-currency") => Company(changed: false),
        ("PUT", "company-currency") => SetCompany(call),
        ("GET", "central-fx-rates/information") => JsonReply.Write(200, true, static (json, enabled) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("centralExchangeRatesEnabled", enabled);
            json.WriteEndObject();
        }),
        ("GET", "central-fx-rates/unsupported-currencies") => JsonReply.Results(CurrencyTable.All.Where(currency => !CurrencyTable.InEuros.ContainsKey(currency.Code)), WriteCode),
        ("POST", "central-fx-rates/add-currency") => AddCentral(call),
        ("GET", "exchange-rates") => List(call),
        ("POST", "exchange-rates") => One(Added(Read(call.BodyObject, call.AtMs)), changed: true),
        ("GET", "exchange-rates/current") => JsonReply.Results(Book.Additional.Select(code => Book.Current(code, call.AtMs)).OfType<ExchangeRate>(), Write),
        ("POST", "exchange-rates/update-visibility") => SetVisibility(call),
        ("POST", "exchange-rates/batch/create") => Batch(call, 201, input => Read(input, call.AtMs), Added),
        ("POST", "exchange-rates/batch/update") => Batch(call, 200, input => Changed(input, input.RequiredText("ExchangeRateUpdateRequest", "id"), call.AtMs), Replaced),
        ("POST", "exchange-rates/batch/read") => Batch(call, 200, input => Require(input.RequiredText("PublicObjectId", "id")), rate => rate, changes: false),
        ("GET", _) when call.Rest is [_, _, "exchange-rates", var id] => One(Require(id), changed: false),
        ("PATCH", _) when call.Rest is [_, _, "exchange-rates", var id] => One(Replaced(Changed(call.BodyObject, id, call.AtMs)), changed: true),
        _ => null,
    };

    private EmulatorReply List(CrmCall call)
    {
        var (from, to) = (call.Http.QueryValue("fromCurrencyCode"), call.Http.QueryValue("toCurrencyCode"));
        var rates = Book.Rates.Where(rate => (string.IsNullOrEmpty(from) || rate.From == from) && (string.IsNullOrEmpty(to) || rate.To == to));
        return ListReply.Page(call, rates, rate => rate.Id, call.Limit(LargestPage, LargestPage), Write);
    }

    private EmulatorReply SetCompany(CrmCall call)
    {
        var code = Code(call.BodyObject.RequiredText("CompanyCurrencyUpdateRequest", "currencyCode"));
        Book.SetCompany(code, call.AtMs);
        Offer(Portal, code);
        Portal.Audit.Add("ACCOUNT_SETTINGS", "COMPANY_CURRENCY", "UPDATE", code);
        return Company(changed: true);
    }

    private EmulatorReply Company(bool changed) => JsonReply.Write(200, Book, static (json, book) =>
    {
        json.WriteStartObject();
        json.WriteString("id", book.Company);
        json.WriteTime("createdAt", book.CompanySinceMs);
        json.WriteEndObject();
    }, changed);

    private EmulatorReply AddCentral(CrmCall call)
    {
        var code = Other(call.BodyObject.RequiredText("CurrencyCreateRequest", "currencyCode"));
        if (!CurrencyTable.InEuros.TryGetValue(code, out var inEuros) || !CurrencyTable.InEuros.TryGetValue(Book.Company, out var own)) throw CrmErrors.Bad($"There is no central exchange rate from {code} to {Book.Company}", "currencyCode", code);
        return One(Added(new ExchangeRate(Portal.NextPartId(), code, Book.Company, decimal.Round(inEuros / own, 8), call.AtMs, call.AtMs, call.AtMs, true)), changed: true);
    }

    private EmulatorReply SetVisibility(CrmCall call)
    {
        const string request = "CurrencyPairUpdate";
        var (from, to) = (call.BodyObject.RequiredText(request, "fromCurrencyCode"), call.Body.RequiredText(request, "toCurrencyCode"));
        var visible = call.Body.Bool("visibleInUI") ?? throw CrmErrors.MissingField(request, "visibleInUI");
        var rates = Book.Rates.Where(rate => rate.From == from && rate.To == to).ToArray();
        if (rates.Length == 0) throw NotFound($"{from} to {to}");
        foreach (var rate in rates) Book.Replace(rate with { Visible = visible, UpdatedMs = call.AtMs });
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Batch(CrmCall call, int status, Func<JsonElement, ExchangeRate> check, Func<ExchangeRate, ExchangeRate> carry, bool changes = true)
    {
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField("BatchInput", "inputs");
        var inputs = call.Body.Items("inputs");
        if (inputs.Count > MostInBatch) throw CrmErrors.BatchTooLarge(MostInBatch);
        var done = new List<ExchangeRate>();
        var errors = new List<ErrorBody>();
        foreach (var input in inputs)
            try
            {
                done.Add(carry(check(input)));
            }
            catch (CrmRefusal refusal)
            {
                errors.Add(refusal.Body);
            }
        return JsonReply.Write(errors.Count == 0 ? status : 207, (done, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var rate in state.done) Write(json, rate);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: changes && done.Count > 0);
    }

    private ExchangeRate Read(JsonElement input, long atMs)
    {
        var from = Other(input.RequiredText("ExchangeRateCreateRequest", "fromCurrencyCode"));
        return new ExchangeRate(Portal.NextPartId(), from, Book.Company, RateOf(input), Effective(input) ?? atMs, atMs, atMs, true);
    }

    private ExchangeRate Changed(JsonElement input, string id, long atMs)
    {
        var rate = Require(id);
        return rate with { Rate = RateOf(input), EffectiveMs = Effective(input) ?? rate.EffectiveMs, UpdatedMs = atMs };
    }

    private ExchangeRate Added(ExchangeRate rate)
    {
        Book.Add(rate);
        Offer(Portal, rate.From);
        Portal.Audit.Add("ACCOUNT_SETTINGS", "EXCHANGE_RATE", "CREATE", $"{rate.Id}");
        return rate;
    }

    /// <summary>The account has the currency: properties that say what money is in take it. They take no other beside the usual ones that every account here begins with.</summary>
    public static void Offer(Portal portal, string code)
    {
        foreach (var type in portal.Types.All)
            foreach (var name in Properties)
                if (type.Properties.FindEvenArchived(name) is { Type: "enumeration", HubSpotDefined: true } property && property.Options.All(option => option.Value != code))
                    property.Options = [.. property.Options, new PropertyOption(code, code)];
    }

    private ExchangeRate Replaced(ExchangeRate rate)
    {
        Book.Replace(rate);
        Portal.Audit.Add("ACCOUNT_SETTINGS", "EXCHANGE_RATE", "UPDATE", $"{rate.Id}");
        return rate;
    }

    private static decimal RateOf(JsonElement input)
    {
        var text = input.RequiredText("ExchangeRateMultiplier", "conversionRate");
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate > 0 ? rate : throw CrmErrors.Bad("conversionRate must be a number above 0", "conversionRate", text);
    }

    private static long? Effective(JsonElement input) => input.Text("effectiveAt") is not { } text ? null
        : ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.Bad($"{text} is no date and time", "effectiveAt", text);

    private string Other(string code) => Code(code) != Book.Company ? code : throw CrmErrors.Bad($"{code} is the account's own currency", "currencyCode", code);

    private static string Code(string code) => CurrencyTable.Knows(code) ? code : throw CrmErrors.Bad($"{code} is not a currency code HubSpot knows", "currencyCode", code);

    private ExchangeRate Require(string id) => Book.Find(id) ?? throw NotFound(id);

    private static CrmRefusal NotFound(string what) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Exchange rate {what} not found") { Context = [new("id", [what])] });

    private static EmulatorReply One(ExchangeRate rate, bool changed) => JsonReply.Write(200, rate, Write, changed);

    private static void WriteCode(Utf8JsonWriter json, (string Code, string Name) currency)
    {
        json.WriteStartObject();
        json.WriteString("currencyCode", currency.Code);
        json.WriteString("currencyName", currency.Name);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ExchangeRate rate)
    {
        json.WriteStartObject();
        json.WriteId("id", rate.Id);
        json.WriteString("fromCurrencyCode", rate.From);
        json.WriteString("toCurrencyCode", rate.To);
        json.WriteNumber("conversionRate", rate.Rate);
        json.WriteTime("effectiveAt", rate.EffectiveMs);
        json.WriteBoolean("visibleInUI", rate.Visible);
        json.WriteTime("createdAt", rate.CreatedMs);
        json.WriteTime("updatedAt", rate.UpdatedMs);
        json.WriteEndObject();
    }
}
