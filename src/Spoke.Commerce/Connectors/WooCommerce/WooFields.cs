using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>A customer's fields as WooCommerce keeps them: names and address at the account, and again in the billing address that the next checkout is filled in with.</summary>
internal static class WooFields
{
    /// <returns>What differs; null: nothing.</returns>
    /// <exception cref="WooWriteProblem">WooCommerce cannot do without a value.</exception>
    public static JsonObject? Changes(JsonElement row, IReadOnlyDictionary<CustomerField, string?> fields)
    {
        var billing = new JsonObject();
        var body = new JsonObject();
        var old = row.Object("billing") ?? default;
        void Set(JsonObject into, JsonElement from, string name, string? value)
        {
            if ((from.TextOrNull(name) ?? "") != (value ?? "")) into[name] = value ?? "";
        }
        foreach (var (field, value) in fields)
            switch (field)
            {
                case CustomerField.Email when string.IsNullOrWhiteSpace(value):
                    throw new WooWriteProblem("A customer of WooCommerce cannot be without an e-mail address.", "Leave the address, or delete the account in the shop.");
                case CustomerField.Email:
                    Set(body, row, "email", value);
                    break;
                case CustomerField.FirstName or CustomerField.LastName:
                    var name = field == CustomerField.FirstName ? "first_name" : "last_name";
                    Set(body, row, name, value);
                    Set(billing, old, name, value);
                    break;
                case CustomerField.Street:
                    if (WooPeople.ReadAddress(old)?.Street == value) break;
                    Set(billing, old, "address_1", value);
                    Set(billing, old, "address_2", null);   // both lines are one for us
                    break;
                default:
                    Set(billing, old, Member(field), value);
                    break;
            }
        if (billing.Count > 0) body["billing"] = billing;
        return body.Count > 0 ? body : null;
    }

    private static string Member(CustomerField field) => field switch
    {
        CustomerField.Phone => "phone",
        CustomerField.Company => "company",
        CustomerField.City => "city",
        CustomerField.State => "state",
        CustomerField.PostalCode => "postcode",
        CustomerField.Country => "country",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };
}
