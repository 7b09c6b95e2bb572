using Spoke.Shop.Api;

namespace Spoke.Shop.Store;

/// <summary>Products with their variants, as they stand in the window.</summary>
internal static class Catalogue
{
    public static async Task<List<ProductOnSale>> ListAsync(ShopDatabase database, CancellationToken cancellationToken)
    {
        var variants = (await database.ListAsync("variant", ShopJson.Default.ShopVariant, cancellationToken).ConfigureAwait(false)).ToLookup(v => v.ProductId);
        return [.. (await database.ListAsync("product", ShopJson.Default.ShopProduct, cancellationToken).ConfigureAwait(false)).Select(product => new ProductOnSale(product, [.. variants[product.Id].OrderBy(v => v.Prices["EUR"])]))];
    }

    public static async Task<ProductOnSale?> FindAsync(ShopDatabase database, string id, CancellationToken cancellationToken) =>
        (await ListAsync(database, cancellationToken).ConfigureAwait(false)).FirstOrDefault(p => p.Product.Id == id);
}
