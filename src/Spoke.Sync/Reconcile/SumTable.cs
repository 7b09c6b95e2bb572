using System.Globalization;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Reconcile;

/// <summary>Order sums by currency and day, of ledger and portal, in minor units. As large as there are days.</summary>
/// <param name="nativeTotals">Totals are without the lines that were given back.</param>
/// <param name="zone">Whose days.</param>
internal sealed class SumTable(bool nativeTotals, TimeZoneInfo zone)
{
    private const int DaysTold = 100;

    private sealed record Sums(int Orders, long Total, long Net, long Refunded)
    {
        public static Sums None { get; } = new(0, 0, 0, 0);

        public static Sums operator +(Sums a, Sums b) => new(a.Orders + b.Orders, a.Total + b.Total, a.Net + b.Net, a.Refunded + b.Refunded);

        public OrderSums In(string currency) => new(Orders, new Money(Total, currency).ToPlainText(), new Money(Net, currency).ToPlainText(), new Money(Refunded, currency).ToPlainText());
    }

    private readonly Dictionary<(string Currency, string Day), (Sums Ledger, Sums Portal)> _days = [];

    public void Add(Order order)
    {
        var figures = OrderFigures.Of(order);
        var (ledger, portal) = At(order.Currency, order.PlacedAt, out var key);
        _days[key] = (ledger + new Sums(1, (nativeTotals ? OrderFigures.CurrentTotal(order) : order.Amounts.Total).Minor, figures.NetRevenue.Minor, figures.Refunded.Minor), portal);
    }

    /// <param name="withheld">The order's currency, which the portal does not have: the record stands without money, and that is what is missing of that currency.</param>
    public void Add(CrmRecord record, string? withheld = null)
    {
        var currency = record["hs_currency_code"] is { Length: > 0 } there ? there : string.IsNullOrEmpty(record["hs_total_price"]) ? withheld ?? "" : "";
        var (ledger, portal) = At(currency, CanonicalValue.Moment(record["hs_external_created_date"]), out var key);
        _days[key] = (ledger, portal + new Sums(1, Minor(record["hs_total_price"], currency), Minor(record["spoke_net_revenue"], currency), Minor(record["spoke_refunded_total"], currency)));
    }

    public IReadOnlyList<SumDrift> Currencies() =>
        [.. _days.GroupBy(day => day.Key.Currency).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Told(group.Key, null, group.Aggregate((Sums.None, Sums.None), (sum, day) => (sum.Item1 + day.Value.Ledger, sum.Item2 + day.Value.Portal))))];

    /// <summary>The days that differ, newest first.</summary>
    public IReadOnlyList<SumDrift> Differing() =>
        [.. _days.Where(day => day.Value.Ledger != day.Value.Portal).OrderByDescending(day => day.Key.Day, StringComparer.Ordinal).ThenBy(day => day.Key.Currency, StringComparer.Ordinal).Take(DaysTold).Select(day => Told(day.Key.Currency, day.Key.Day, day.Value))];

    private (Sums Ledger, Sums Portal) At(string currency, DateTimeOffset? placed, out (string, string) key)
    {
        key = (currency, placed is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "");
        return _days.TryGetValue(key, out var sums) ? sums : (Sums.None, Sums.None);
    }

    private static SumDrift Told(string currency, string? day, (Sums Ledger, Sums Portal) sums) => new(currency, day, sums.Ledger.In(currency), sums.Portal.In(currency));

    private static long Minor(string? text, string currency) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? Money.FromMajor(amount, currency).Minor : 0;
}
