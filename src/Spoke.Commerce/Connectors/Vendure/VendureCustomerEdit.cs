using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Edits a customer's own fields, and those of the address that is taken for theirs.</summary>
internal sealed class VendureCustomerEdit(VendureApi api)
{
    /// <returns>Whether there was anything to change.</returns>
    public async Task<bool> WriteAsync(CustomerFieldsWrite write, JsonElement item, Customer customer, CancellationToken cancellationToken)
    {
        var (own, address) = (new JsonObject(), new JsonObject());
        foreach (var (field, value) in write.Fields)
        {
            if (Same(field, Present(field, customer), value)) continue;
            var filled = value?.Trim() is { Length: > 0 } text ? text : null;
            if (field == CustomerField.Email && EmailAddress.Normalise(filled) is null) throw new VendureRefusal("A customer of Vendure has to have an e-mail address, and the given one is none.", "Correct the address.");
            if (field == CustomerField.Country && filled is null) throw new VendureRefusal("An address of Vendure has to have a country.", "Give a country, or delete the address in the store.");
            (OwnName(field) is not null ? own : address)[OwnName(field) ?? AddressName(field)] = filled ?? "";   // names cannot be null there
        }
        var main = VendureMapping.MainAddress(item);
        if (address.Count > 0 && main is null && !address.ContainsKey("countryCode"))
            throw new VendureRefusal("The customer has no address in the store yet, and a new one has to have a country.", "Give the country too, or add an address in the store.");
        if (own.Count > 0)
        {
            own["id"] = write.PlatformId;
            await api.MutateAsync(VendureQueries.UpdateCustomer, new JsonObject { ["i"] = own }, cancellationToken).ConfigureAwait(false);
        }
        if (address.Count > 0) await WriteAddressAsync(write.PlatformId, main, address, cancellationToken).ConfigureAwait(false);
        return own.Count + address.Count > 0;
    }

    private Task<JsonElement> WriteAddressAsync(string customer, JsonElement? main, JsonObject address, CancellationToken cancellationToken)
    {
        if (address.ContainsKey("streetLine1")) address["streetLine2"] = "";   // the street is both lines
        if (main is { } known)
        {
            address["id"] = known.Text("id");
            return api.MutateAsync(VendureQueries.UpdateAddress, new JsonObject { ["i"] = address }, cancellationToken);
        }
        address["streetLine1"] ??= "";
        address["defaultBillingAddress"] = true;
        address["defaultShippingAddress"] = true;
        return api.MutateAsync(VendureQueries.CreateAddress, new JsonObject { ["c"] = customer, ["i"] = address }, cancellationToken);
    }

    private static bool Same(CustomerField field, string? present, string? wanted) => field switch
    {
        CustomerField.Email => EmailAddress.Normalise(present) == EmailAddress.Normalise(wanted) && wanted is not null,
        CustomerField.Country => string.Equals(present, wanted?.Trim(), StringComparison.OrdinalIgnoreCase),
        _ => (present ?? "") == (wanted?.Trim() ?? ""),
    };

    private static string? Present(CustomerField field, Customer customer) => field switch
    {
        CustomerField.Email => customer.Email,
        CustomerField.FirstName => customer.FirstName,
        CustomerField.LastName => customer.LastName,
        CustomerField.Phone => customer.Phone,
        CustomerField.Company => customer.Address?.Company,
        CustomerField.Street => customer.Address?.Street,
        CustomerField.City => customer.Address?.City,
        CustomerField.State => customer.Address?.State,
        CustomerField.PostalCode => customer.Address?.PostalCode,
        CustomerField.Country => customer.Address?.Country,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static string? OwnName(CustomerField field) => field switch
    {
        CustomerField.Email => "emailAddress",
        CustomerField.FirstName => "firstName",
        CustomerField.LastName => "lastName",
        CustomerField.Phone => "phoneNumber",
        _ => null,
    };

    private static string AddressName(CustomerField field) => field switch
    {
        CustomerField.Company => "company",
        CustomerField.Street => "streetLine1",
        CustomerField.City => "city",
        CustomerField.State => "province",
        CustomerField.PostalCode => "postalCode",
        CustomerField.Country => "countryCode",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };
}
