namespace Spoke.StandIns.Shopify;

/// <content>What the shop sells.</content>
public sealed partial class ShopifyShop
{
    public ShopProduct AddProduct(string title, decimal price, int variants = 1, bool giftCard = false)
    {
        lock (_lock)
        {
            var product = new ShopProduct { Id = NextId(), Title = title, UpdatedAt = Now, GiftCard = giftCard };
            for (var i = 0; i < variants; i++)
                product.Variants.Add(new ShopVariant { Id = NextId(), Product = product, Title = variants == 1 ? "Default Title" : $"No {i + 1}", Sku = $"{title.ToUpperInvariant()}-{i + 1}", Price = price + i, UpdatedAt = Now });
            Products.Add(product.Id, product);
            Happened("products/create", product);
            return product;
        }
    }

    public void EditProduct(ShopProduct product, string title)
    {
        lock (_lock)
        {
            product.Title = title;
            product.UpdatedAt = Now;
            Happened("products/update", product);
        }
    }

    public ShopVariant AddVariant(ShopProduct product)
    {
        lock (_lock)
        {
            var variant = new ShopVariant { Id = NextId(), Product = product, Title = $"No {product.Variants.Count + 1}", Sku = $"{product.Title.ToUpperInvariant()}-{product.Variants.Count + 1}", Price = product.Variants[0].Price, UpdatedAt = Now };
            product.Variants.Add(variant);
            product.UpdatedAt = Now;
            Happened("products/update", product);
            return variant;
        }
    }

    /// <summary>Takes a variant off its product; no push names it.</summary>
    public void RemoveVariant(ShopVariant variant)
    {
        lock (_lock)
        {
            variant.Product.Variants.Remove(variant);
            variant.Product.UpdatedAt = Now;
            Happened("products/update", variant.Product);
        }
    }

    public void DeleteProduct(ShopProduct product)
    {
        lock (_lock)
        {
            Products.Remove(product.Id);
            Happened("products/delete", product);
        }
    }

    public ShopVariant AnyVariant()
    {
        lock (_lock) return Products.Values.First().Variants[0];
    }
}
