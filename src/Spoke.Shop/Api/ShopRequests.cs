using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

public sealed record CustomerRequest(string? Email, string? FirstName, string? LastName, string? Phone, ShopAddress? Address, bool? Newsletter = null);

public sealed record CartRequest(string? Currency, string? Email, string? CustomerId);

/// <summary>What is left out stays as it is; an empty coupon takes it off.</summary>
public sealed record CartChange(string? Email, string? Coupon);

public sealed record LineRequest(string? VariantId, int? Quantity);

public sealed record CheckoutRequest(string? CartId, string? Email, string? FirstName, string? LastName, string? Card, string? Coupon, ShopAddress? Address, bool? Newsletter = null);

public sealed record PayRequest(string? Card);

/// <summary>Without lines all that is left is sent.</summary>
public sealed record ShipRequest(List<ShopShipped>? Lines, string? Carrier, string? Tracking);

public sealed record CancelRequest(string? Reason);

/// <param name="Amount">In minor units of the order's currency.</param>
public sealed record RefundRequest(long Amount, string? Reason);

/// <param name="State">granted, pending, denied, or none to forget it.</param>
public sealed record ConsentRequest(string? State, DateTimeOffset? At, string? Source);

public sealed record TagsRequest(List<string>? Add, List<string>? Remove);

/// <param name="Key">A note whose key is there already is not written again.</param>
public sealed record NoteRequest(string? Key, string? Text);

/// <summary>A shipment by the warehouse's own id of it; without lines all that is left.</summary>
public sealed record ShipmentRequest(List<ShopShipped>? Lines, string? Carrier, string? Tracking, string? Url, bool Delivered = false);
