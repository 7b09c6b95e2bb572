using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Privacy;

/// <summary>What is left of an erased person: a number under which the orders keep their amounts.</summary>
internal static class Erased
{
    private const string Prefix = "erased-";

    public static string Key(long number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a contact's key is that of an erased person. Keys of others have a connection's name and colons in them.</summary>
    public static bool Is(string? key) => key is not null && key.StartsWith(Prefix, StringComparison.Ordinal) && !key.Contains(':');

    /// <summary>The order without its person: amounts, lines, times and states stay. The same order gives the same, so that a repeat is known.</summary>
    public static Order Strip(Order order) => order with
    {
        CustomerId = null,
        Email = null,
        Phone = null,
        CompanyId = null,
        CartId = null,
        CancelReason = null,
        Url = null,
        Coupons = [],
        Tags = [],
        Note = null,
        AcceptsMarketing = null,
        LandingPage = null,
        Referrer = null,
        BillingAddress = null,
        ShippingAddress = null,
        Refunds = [.. order.Refunds.Select(refund => refund with { Reason = null })],
        Fulfilments = [.. order.Fulfilments.Select(fulfilment => fulfilment with { TrackingNumber = null, TrackingUrl = null, ShipmentId = null })],
    };
}
