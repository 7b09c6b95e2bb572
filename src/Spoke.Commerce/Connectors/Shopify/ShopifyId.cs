namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Shopify's global ids, <c>gid://shopify/Order/1001</c>, and the plain numbers that people and pushes know.</summary>
internal static class ShopifyId
{
    private const string Prefix = "gid://shopify/";

    public static string Global(string type, string number) => Prefix + type + "/" + number;

    /// <summary>The number; what follows a question mark is no part of it.</summary>
    public static string Number(string gid) => gid[(gid.LastIndexOf('/') + 1)..].Split('?')[0];

    public static string? NumberOrNull(string? gid) => gid is null ? null : Number(gid);

    public static string TypeOf(string gid) => gid.StartsWith(Prefix, StringComparison.Ordinal) && gid.LastIndexOf('/') is var slash && slash > Prefix.Length ? gid[Prefix.Length..slash] : "";

    /// <summary>
    /// What a checkout is known by. Orders name the checkout they came from by its token and not by its id, and a list gives the token only as part of the address
    /// at which the checkout is taken up again: <c>…/checkouts/TOKEN/recover?key=…</c>.
    /// </summary>
    public static string OfCheckout(string id, string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url)) return Number(id);
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(segments, "recover");
        return at > 0 ? segments[at - 1] : Number(id);
    }
}
