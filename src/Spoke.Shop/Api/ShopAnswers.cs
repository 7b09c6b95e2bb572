using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

public sealed record ShopInfo(string Name, string Currency, string TimeZone);

/// <summary>A product with what of it can be bought.</summary>
public sealed record ProductOnSale(ShopProduct Product, List<ShopVariant> Variants);

/// <summary>A page of the admin API. <c>cursor</c> is the <c>after</c> of the next.</summary>
public sealed record ShopPage<T>(List<T> Items, long Cursor, bool More, int Total);

public sealed record OrderSum(string Id, string Number, string Currency, long Total, string Status);

public sealed record ShopSummary(Dictionary<string, long> Totals, List<OrderSum> Orders, int Customers, int Variants, int Carts);

/// <summary>A refusal, after RFC 9457; <c>errors</c> names each wrong field.</summary>
public sealed record ShopProblem(string Title, int Status, string Detail, IReadOnlyDictionary<string, string>? Errors);

/// <summary>What a write led to.</summary>
/// <param name="Changed">False: it was so already.</param>
public sealed record ShopWritten<T>(bool Changed, T Item);
