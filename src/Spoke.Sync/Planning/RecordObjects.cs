namespace Spoke.Sync.Planning;

/// <summary>The HubSpot objects we write, in the order of pushing: parents first.</summary>
internal static class RecordObjects
{
    public const string Products = "products";
    public const string Companies = "companies";
    public const string Contacts = "contacts";
    public const string Orders = "orders";
    public const string LineItems = "line_items";
    public const string Carts = "carts";

    public static IReadOnlyList<string> InOrder { get; } = [Products, Companies, Contacts, Orders, Carts, LineItems];
}
