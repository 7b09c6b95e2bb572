namespace Spoke.Commerce.Ledger;

/// <summary>
/// The canonical parts of an order, all before tax. <see cref="Total"/> is what the platform says;
/// <see cref="Sum"/> is what the parts give, and <see cref="Mismatch"/> says whether they differ by more than one minor unit a line.
/// </summary>
public sealed record OrderAmounts
{
    public required Money ItemsGross { get; init; }
    public required Money Discounts { get; init; }
    public required Money Shipping { get; init; }
    public required Money Fees { get; init; }
    public required Money Tips { get; init; }

    /// <summary>Gift cards sold: paid with the order, but owed until they are redeemed, so in no revenue.</summary>
    public required Money GiftCards { get; init; }
    public required Money Tax { get; init; }

    /// <summary>The platform's total, tax included, after later edits, before refunds.</summary>
    public required Money Total { get; init; }

    /// <summary>The platform's own sum of the discounts, to compare with; null: it says none.</summary>
    public Money? StatedDiscounts { get; init; }

    public Money ItemsNet => ItemsGross - Discounts;
    public Money Sum => ItemsNet + Shipping + Fees + Tips + GiftCards + Tax;

    /// <summary>The lines are added up at their own precision and rounded once.</summary>
    public static OrderAmounts Of(IReadOnlyList<OrderLine> lines, Money shipping, Money fees, Money tips, Money tax, Money total)
    {
        Money Rounded(Func<OrderLine, LineMoney> part, bool giftCards) => LineMoney.Sum(lines.Where(line => line.GiftCard == giftCards).Select(part), total.Currency).Rounded();
        var gross = Rounded(line => line.Gross, giftCards: false);
        return new OrderAmounts
        {
            ItemsGross = gross,
            Discounts = gross - Rounded(line => line.Net, giftCards: false),
            Shipping = shipping,
            Fees = fees,
            Tips = tips,
            GiftCards = Rounded(line => line.Net, giftCards: true),
            Tax = tax,
            Total = total,
        };
    }

    public bool Mismatch(int lines) => Differ(Sum, Total, lines);

    /// <summary>As <see cref="Mismatch"/>, for the discounts alone: a total may be right and still hide that a discount was taken for a lower price.</summary>
    public bool DiscountMismatch(int lines) => StatedDiscounts is { } stated && Differ(Discounts, stated, lines);

    private static bool Differ(Money ours, Money theirs, int lines) => Math.Abs((ours - theirs).Minor) > Math.Max(1, lines);
}
