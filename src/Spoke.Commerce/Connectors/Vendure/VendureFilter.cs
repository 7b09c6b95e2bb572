using System.Globalization;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>The filters we ask for lists by.</summary>
internal static class VendureFilter
{
    /// <summary>Carts are active orders; what has been placed or given up is not active.</summary>
    public static JsonObject Active(bool value) => new() { ["active"] = new JsonObject { ["eq"] = value } };

    public static JsonObject Updated(DateTimeOffset after) => new() { ["updatedAt"] = After(after) };

    public static JsonObject Ids(IEnumerable<string> ids) => new() { ["id"] = new JsonObject { ["in"] = Texts(ids) } };

    public static JsonObject ChangedCarts(DateTimeOffset after) => All(Active(true), Updated(after));

    /// <summary>Placed or edited since, and all of the watched time that are open, or all of it.</summary>
    public static JsonObject ChangedOrders(DateTimeOffset after, DateTimeOffset watched, bool openOnly) =>
        All(Active(false), Any(Placed(after), Updated(after), openOnly ? All(Placed(watched), new JsonObject { ["state"] = new JsonObject { ["notIn"] = Texts(VendureStates.Final) } }) : Placed(watched)));

    private static JsonObject Placed(DateTimeOffset after) => new() { ["orderPlacedAt"] = After(after) };

    private static JsonObject After(DateTimeOffset moment) => new() { ["after"] = moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonObject All(params JsonObject[] filters) => new() { ["_and"] = new JsonArray(filters) };

    private static JsonObject Any(params JsonObject[] filters) => new() { ["_or"] = new JsonArray(filters) };
}
