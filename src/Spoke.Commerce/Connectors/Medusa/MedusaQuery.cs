using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>A list of the Admin API: where it is, the member of the answer, and the fields we ask for, because by default little is given.</summary>
internal sealed record MedusaQuery(string Path, string Member, string Fields)
{
    public static MedusaQuery Of(EntityKind kind) => kind switch
    {
        EntityKind.Variant => Variants,
        EntityKind.Customer => Customers,
        EntityKind.Order => Orders,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static readonly MedusaQuery Variants = new("product-variants", "variants", "id,title,sku,thumbnail,product_id,created_at,updated_at,prices.*,product.title,product.status,product.description,product.thumbnail,product.updated_at");

    /// <summary>What becomes of a product moves its own time only, so changed products bring their variants along; deleted ones too.</summary>
    public static readonly MedusaQuery Products = new("products", "products", "id,updated_at,deleted_at,variants.id,variants.deleted_at&with_deleted=true");

    public static readonly MedusaQuery Customers = new("customers", "customers", "id,email,first_name,last_name,phone,company_name,has_account,metadata,created_at,updated_at,addresses.*,groups.id,groups.name");

    public static readonly MedusaQuery Orders = new("orders", "orders", "id,display_id,status,version,email,customer_id,currency_code,created_at,updated_at,canceled_at,metadata,payment_status,fulfillment_status,total,credit_line_total,"
        + "items.*,items.detail.*,cart.id,customer.phone,sales_channel.name,promotions.code,shipping_methods.*,credit_lines.*,shipping_address.*,billing_address.*,"
        + "payment_collections.payments.*,payment_collections.payments.captures.*,payment_collections.payments.refunds.*,payment_collections.payments.refunds.refund_reason.*,fulfillments.*,fulfillments.items.*,fulfillments.labels.*");

    /// <summary>A capture moves the payment's time and not the order's.</summary>
    public static readonly MedusaQuery Payments = new("payments", "payments", "id,updated_at,payment_collection.order.id");

    public static string Updated(DateTimeOffset after) => "&updated_at[$gte]=" + Moment(after);

    public static string Created(DateTimeOffset after) => "&created_at[$gte]=" + Moment(after);

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
