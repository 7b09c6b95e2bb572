namespace Spoke.Shop.Store;

/// <summary>A request the shop refuses: what, and how to mend it.</summary>
/// <param name="errors">Where several fields are wrong: what is wrong with each.</param>
internal sealed class ShopRefusal(int status, string title, string detail, IReadOnlyDictionary<string, string>? errors = null) : Exception(detail)
{
    public int Status { get; } = status;
    public string Title { get; } = title;
    public IReadOnlyDictionary<string, string>? Errors { get; } = errors;

    public static ShopRefusal NotFound(string kind, string? id) => new(404, $"No such {kind}", $"There is no {kind} '{id}'.");

    public static ShopRefusal NotNow(ShopOrder order, string wanted) => new(409, "Not now", $"Order {order.Number} is {order.Status.Replace('_', ' ')} and cannot be {wanted}.");
}
