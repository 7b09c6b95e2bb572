using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.Shop.Api;

namespace Spoke.Shop.Store;

/// <summary>How the shop's facts are kept and sent.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ShopProduct))]
[JsonSerializable(typeof(ShopVariant))]
[JsonSerializable(typeof(ShopCustomer))]
[JsonSerializable(typeof(ShopCart))]
[JsonSerializable(typeof(ShopOrder))]
[JsonSerializable(typeof(ShopPage<ShopVariant>))]
[JsonSerializable(typeof(ShopPage<ShopCustomer>))]
[JsonSerializable(typeof(ShopPage<ShopCart>))]
[JsonSerializable(typeof(ShopPage<ShopOrder>))]
[JsonSerializable(typeof(ShopEvent))]
[JsonSerializable(typeof(ShopSummary))]
[JsonSerializable(typeof(ShopInfo))]
[JsonSerializable(typeof(List<ProductOnSale>))]
[JsonSerializable(typeof(CustomerRequest))]
[JsonSerializable(typeof(CartRequest))]
[JsonSerializable(typeof(CartChange))]
[JsonSerializable(typeof(LineRequest))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(PayRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(ConsentRequest))]
[JsonSerializable(typeof(TagsRequest))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(ShipmentRequest))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(ShopWritten<ShopCustomer>))]
[JsonSerializable(typeof(ShopWritten<ShopOrder>))]
[JsonSerializable(typeof(ShopProblem))]
internal sealed partial class ShopJson : JsonSerializerContext;
