using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Settings;

/// <summary>What one unit of a currency is worth in the account's own, from a moment on.</summary>
internal sealed record ExchangeRate(long Id, string From, string To, decimal Rate, long EffectiveMs, long CreatedMs, long UpdatedMs, bool Visible);

/// <summary>The account's currency, and its exchange rates in the order in which they were made.</summary>
internal sealed class CurrencyBook
{
    private readonly List<ExchangeRate> rates = [];

    private const long BeginningMs = 1_577_836_800_000;

    public string Company { get; private set; } = "EUR";
    public long CompanySinceMs { get; private set; } = BeginningMs;
    public IReadOnlyList<ExchangeRate> Rates => rates;

    /// <summary>Currencies beside the account's own in which money can be written.</summary>
    public IEnumerable<string> Additional => rates.Where(rate => rate.To == Company && rate.Visible).Select(rate => rate.From).Distinct().Order(StringComparer.Ordinal);

    public ExchangeRate? Find(string id) => rates.Find(rate => $"{rate.Id}" == id);

    /// <summary>The rate in force at a moment; null when there is none.</summary>
    public ExchangeRate? Current(string from, long atMs) => rates.Where(rate => rate.From == from && rate.To == Company && rate.EffectiveMs <= atMs).MaxBy(rate => (rate.EffectiveMs, rate.Id));

    public void Add(ExchangeRate rate) => rates.Add(rate);

    public void Replace(ExchangeRate rate) => rates[rates.FindIndex(one => one.Id == rate.Id)] = rate;

    /// <summary>The currency the account was opened with; it does not undo a change made since.</summary>
    public void Begin(string code)
    {
        if (CompanySinceMs == BeginningMs) Company = code;
    }

    public void SetCompany(string code, long atMs) => (Company, CompanySinceMs) = (code, atMs);

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("company", Company);
        json.WriteNumber("since", CompanySinceMs);
        json.WriteStartArray("rates");
        foreach (var rate in rates)
        {
            json.WriteStartArray();
            foreach (var number in (long[])[rate.Id, rate.EffectiveMs, rate.CreatedMs, rate.UpdatedMs]) json.WriteNumberValue(number);
            json.WriteStringValue(rate.From);
            json.WriteStringValue(rate.To);
            json.WriteNumberValue(rate.Rate);
            json.WriteBooleanValue(rate.Visible);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Load(JsonElement saved)
    {
        SetCompany(saved.Text("company")!, saved.GetProperty("since").GetInt64());
        rates.Clear();
        foreach (var one in saved.Items("rates"))
            rates.Add(new ExchangeRate(one[0].GetInt64(), one[4].GetString()!, one[5].GetString()!, one[6].GetDecimal(), one[1].GetInt64(), one[2].GetInt64(), one[3].GetInt64(), one[7].GetBoolean()));
    }
}
