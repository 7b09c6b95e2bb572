using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

/// <summary>The part of the admin API by which other systems write. Each may be repeated.</summary>
internal static class ShopOfficeApi
{
    public static void Map(RouteGroupBuilder admin, ShopOffice office)
    {
        admin.MapPatch("/customers/{id}", (string id, Dictionary<string, string?> request, CancellationToken token) => office.EditAsync(id, request, token));
        admin.MapPut("/customers/{id}/consent/{channel}", (string id, string channel, ConsentRequest request, CancellationToken token) => office.ConsentAsync(id, channel, request, token));
        admin.MapPost("/customers/{id}/tags", (string id, TagsRequest request, CancellationToken token) => office.TagCustomerAsync(id, request, token));
        admin.MapPost("/customers/{id}/notes", (string id, NoteRequest request, CancellationToken token) => office.NoteCustomerAsync(id, request, token));
        admin.MapPost("/orders/{id}/tags", (string id, TagsRequest request, CancellationToken token) => office.TagOrderAsync(id, request, token));
        admin.MapPost("/orders/{id}/notes", (string id, NoteRequest request, CancellationToken token) => office.NoteOrderAsync(id, request, token));
        admin.MapPut("/orders/{id}/shipments/{shipment}", (string id, string shipment, ShipmentRequest request, CancellationToken token) => office.ShipAsync(id, shipment, request, token));
    }
}
