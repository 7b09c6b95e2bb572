namespace Spoke.Commerce.Ledger;

/// <summary>One line of an order or cart. Amounts are before tax unless the name says otherwise, and as precise as the store gives them.</summary>
public sealed record OrderLine
{
    public required string Id { get; init; }
    public string? VariantId { get; init; }
    public string? Sku { get; init; }
    public required string Name { get; init; }

    /// <summary>What is on the line now: falls when units are cancelled.</summary>
    public required int Quantity { get; init; }

    /// <summary>What was ordered at placement.</summary>
    public int OrderedQuantity { get; init; }
    public required LineMoney UnitPrice { get; init; }

    /// <summary>Unit price times quantity, before any discount.</summary>
    public required LineMoney Gross { get; init; }

    /// <summary>Line discounts and the line's share of order discounts; not negative.</summary>
    public required LineMoney Discount { get; init; }

    /// <summary>Tax on what is left after the discount.</summary>
    public required LineMoney Tax { get; init; }

    /// <summary>A gift card that is sold: money held for its owner, no revenue.</summary>
    public bool GiftCard { get; init; }

    public LineMoney Net => Gross - Discount;
}
