using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>The value of <c>spoke_key</c>: connection, entity, the store's id. The connection's name is part of it, so it does not change later.</summary>
internal static class SpokeKey
{
    public const string Property = "spoke_key";

    public static string Of(string connection, EntityKind kind, string platformId) => $"{connection}:{kind.Word()}:{platformId}";

    public static string OfLine(string connection, EntityKind parent, string parentId, string lineId) => $"{connection}:{(parent == EntityKind.Cart ? "cartline" : "line")}:{parentId}/{lineId}";
}
