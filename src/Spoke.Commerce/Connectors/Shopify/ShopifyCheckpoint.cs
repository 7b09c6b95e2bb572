using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Until when each kind has been read, by the shop's own clock. A kind that is being read has the time of the last of its changes that came.</summary>
internal sealed record ShopifyCheckpoint(IReadOnlyDictionary<EntityKind, DateTimeOffset> Until)
{
    public static ShopifyCheckpoint Parse(string text) => new(text.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2))
        .ToDictionary(part => Enum.Parse<EntityKind>(part[0]), part => DateTimeOffset.Parse(part[1], CultureInfo.InvariantCulture)));

    public static ShopifyCheckpoint From(DateTimeOffset since) => new(EntityKinds.All.ToDictionary(kind => kind, _ => since));

    public ShopifyCheckpoint With(EntityKind kind, DateTimeOffset until) => new(new Dictionary<EntityKind, DateTimeOffset>(Until) { [kind] = until });

    public override string ToString() => string.Join('|', Until.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value:O}"));
}
