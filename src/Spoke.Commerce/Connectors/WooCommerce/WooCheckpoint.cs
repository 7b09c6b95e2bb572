using System.Globalization;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>What one poll leaves for the next. All times are by the shop's own clock, as its entities are dated by that.</summary>
/// <param name="Orders">The latest change of an order that was seen.</param>
/// <param name="Products">The latest change of a product that was seen.</param>
/// <param name="Customers">The latest registration that was seen.</param>
/// <param name="CustomerSweep">How far the walk through all customers has come.</param>
/// <param name="VariableSweep">The same for products with variations, whose own times of change are not listed.</param>
/// <param name="OrderSweep">For orders of a shop that cannot be asked by time of change.</param>
/// <param name="ProductSweep">For products of such a shop.</param>
internal sealed record WooCheckpoint(DateTimeOffset Orders, DateTimeOffset Products, DateTimeOffset Customers, WooWalk CustomerSweep, WooWalk VariableSweep, WooWalk OrderSweep, WooWalk ProductSweep)
{
    public static WooCheckpoint? Parse(string? text) => text?.Split('|') is [var orders, var products, var customers, var a, var b, var c, var d]
        ? new WooCheckpoint(Moment(orders), Moment(products), Moment(customers), WooWalk.Parse(a), WooWalk.Parse(b), WooWalk.Parse(c), WooWalk.Parse(d))
        : null;

    public override string ToString() => $"{Orders:O}|{Products:O}|{Customers:O}|{CustomerSweep}|{VariableSweep}|{OrderSweep}|{ProductSweep}";

    internal static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <summary>A walk through a list, a few pages a poll, round and round.</summary>
/// <param name="Place">Where the last poll stopped.</param>
/// <param name="Began">When this round began.</param>
/// <param name="Looked">When the round before began: what has changed since then is news.</param>
internal readonly record struct WooWalk(WooPlace Place, DateTimeOffset Began, DateTimeOffset Looked)
{
    public static WooWalk Parse(string text) => text.Split(',') is [var place, var began, var looked] ? new WooWalk(WooPlace.Parse(place), WooCheckpoint.Moment(began), WooCheckpoint.Moment(looked)) : default;

    public override string ToString() => $"{Place},{Began:O},{Looked:O}";
}
