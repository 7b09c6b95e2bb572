using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

public sealed record CustomerRequest(string? Email, string? FirstName, string? LastName, string? Phone, ShopAddress? Address);

public sealed record CartRequest(string? Currency, string? Email, string? CustomerId);

/// <summary>What is left out stays as it is; an empty coupon takes it off.</summary>
public sealed record CartChange(string? Email, string? Coupon);

public sealed record LineRequest(string? VariantId, int? Quantity);

public sealed record CheckoutRequest(string? CartId, string? Email, string? FirstName, string? LastName, string? Card, string? Coupon, ShopAddress? Address);

public sealed record PayRequest(string? Card);

/// <summary>Without lines all that is left is sent.</summary>
public sealed record ShipRequest(List<ShopShipped>? Lines, string? Carrier, string? Tracking);

public sealed record CancelRequest(string? Reason);

/// <param name="Amount">In minor units of the order's currency.</param>
public sealed record RefundRequest(long Amount, string? Reason);
