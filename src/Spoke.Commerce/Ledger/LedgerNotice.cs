namespace Spoke.Commerce.Ledger;

public enum LedgerNoticeKind { MoneyMismatch, RefundOfUnpaid, StatusUnknown, InvalidEmail, SharedSku }

/// <summary>Something about an order, a customer or a variant that a person should look at. It is taken in all the same. No address stands in it: it goes to the log.</summary>
public sealed record LedgerNotice(LedgerNoticeKind Kind, string Text)
{
    public static IReadOnlyList<LedgerNotice> Of(Order order)
    {
        var notices = new List<LedgerNotice>();
        if (order.Amounts.Mismatch(order.Lines.Count))
            notices.Add(new(LedgerNoticeKind.MoneyMismatch, $"The parts of order {order.Number} come to {order.Amounts.Sum}, the store says {order.Amounts.Total}. The store's total is used; look for a part that the connector does not know."));
        if (order.Amounts.DiscountMismatch(order.Lines.Count))
            notices.Add(new(LedgerNoticeKind.MoneyMismatch, $"The discounts on the lines of order {order.Number} come to {order.Amounts.Discounts}, the store says {order.Amounts.StatedDiscounts}. Those on the lines are used; look for a discount that the store keeps elsewhere."));
        if (order.CountsUnpaid != true && order.Refunds.Any(r => r.State == SettlementState.Settled) && order.Payments.All(p => p.State != SettlementState.Settled))
            notices.Add(new(LedgerNoticeKind.RefundOfUnpaid, $"Order {order.Number} has a refund but no payment; the refund is not counted. Enter the payment in the store, or void the refund there."));
        if (order.StatusUnknown)
            notices.Add(new(LedgerNoticeKind.StatusUnknown, $"Order {order.Number} is in the state '{order.PlatformStatus}', which is the store's own; its payments and shipments decide the status."));
        if (IsNoAddress(order.Email))
            notices.Add(new(LedgerNoticeKind.InvalidEmail, $"The e-mail address of order {order.Number} is none; " + (order.CustomerId is null ? "it has no customer either, so the order has no contact. Correct the address in the store." : "its contact goes by the customer.")));
        return notices;
    }

    public static IReadOnlyList<LedgerNotice> Of(Customer customer) => !customer.Deleted && IsNoAddress(customer.Email) ? [InvalidEmail(customer.PlatformId)] : [];

    /// <param name="customer">The store's id of the customer.</param>
    public static LedgerNotice InvalidEmail(string customer) =>
        new(LedgerNoticeKind.InvalidEmail, $"The e-mail address of customer {customer} is none; the contact is kept without it, with what was typed in spoke_email_raw. Correct the address in the store.");

    /// <param name="variants">The store's ids; the first one keeps the SKU.</param>
    public static LedgerNotice SharedSku(string sku, IReadOnlyList<string> variants) =>
        new(LedgerNoticeKind.SharedSku, $"The SKU {sku} is on {variants.Count} variants of the store, {string.Join(", ", variants.Take(5))}{(variants.Count > 5 ? " and others" : "")}. HubSpot takes it once: {variants[0]} has it there, the others go without. Give each variant a SKU of its own in the store.");

    private static bool IsNoAddress(string? email) => !string.IsNullOrWhiteSpace(email) && EmailAddress.Normalise(email) is null;
}
