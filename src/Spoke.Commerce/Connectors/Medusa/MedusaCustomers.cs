using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Writes to customers: their fields, their main address, their groups.</summary>
internal sealed class MedusaCustomers(MedusaApi api)
{
    public async Task<MedusaWritten> SetAsync(CustomerFieldsWrite write, JsonElement now, CancellationToken cancellationToken)
    {
        var (own, address) = (new JsonObject(), new JsonObject());
        var main = MedusaMapping.MainAddress(now);
        foreach (var (field, value) in write.Fields)
        {
            var (of, name) = field switch
            {
                CustomerField.Email => (own, "email"),
                CustomerField.FirstName => (own, "first_name"),
                CustomerField.LastName => (own, "last_name"),
                CustomerField.Phone => (own, "phone"),
                CustomerField.Company => (own, "company_name"),
                CustomerField.Street => (address, "address_1"),
                CustomerField.City => (address, "city"),
                CustomerField.State => (address, "province"),
                CustomerField.PostalCode => (address, "postal_code"),
                _ => (address, "country_code"),
            };
            var wanted = string.IsNullOrWhiteSpace(value) ? null : name == "country_code" ? value.Trim().ToLowerInvariant() : value.Trim();
            if ((of == own ? now : main ?? default).Filled(name) != wanted) of[name] = wanted;
        }
        if (own.ContainsKey("email") && now.Flag("has_account"))
            return MedusaWritten.Refused("The customer has an account and logs in by the e-mail address; Medusa would change the address and leave the log-in.", "Let the customer change it in the shop, or keep the shop's address for this contact.");
        if (address["address_1"] is JsonValue && main?.Filled("address_2") is not null) address["address_2"] = null;   // one street is written; the second line belonged to the other
        var result = MedusaWritten.Unchanged;
        if (own.Count > 0) result = MedusaWritten.Of(await api.PostAsync($"/admin/customers/{now.Text("id")}?fields=id", own, cancellationToken).ConfigureAwait(false));
        if (result.Refusal is not null || address.Count == 0) return result;
        if (main is { } there) return MedusaWritten.Of(await api.PostAsync($"/admin/customers/{now.Text("id")}/addresses/{there.Text("id")}?fields=id", address, cancellationToken).ConfigureAwait(false));
        (address["is_default_billing"], address["is_default_shipping"]) = (true, true);
        foreach (var name in (string[])["first_name", "last_name"]) address[name] = own[name]?.DeepClone() ?? now.Filled(name);
        return MedusaWritten.Of(await api.PostAsync($"/admin/customers/{now.Text("id")}/addresses?fields=id", address, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A tag is a customer group: the Admin shows it and filters by it, and promotions and price lists can go by it. A group that is not there is made.</summary>
    public async Task<MedusaWritten> TagAsync(TagsWrite write, JsonElement now, CancellationToken cancellationToken)
    {
        var groups = now.Items("groups").ToDictionary(group => group.Text("name"), group => group.Text("id"), StringComparer.Ordinal);
        var add = new JsonArray();
        foreach (var tag in write.Add.Where(tag => !groups.ContainsKey(tag)).Distinct())
        {
            if (await FindAsync(tag, cancellationToken).ConfigureAwait(false) is not { } id)
            {
                // Somebody else may make it at the same moment; then it is there.
                var made = await api.PostAsync("/admin/customer-groups?fields=id", new JsonObject { ["name"] = tag }, cancellationToken).ConfigureAwait(false);
                if ((made.Body.Object("customer_group")?.Filled("id") ?? await FindAsync(tag, cancellationToken).ConfigureAwait(false)) is not { } group) return MedusaWritten.Of(made);
                id = group;
            }
            add.Add(id);
        }
        var remove = new JsonArray([.. write.Remove.Where(groups.ContainsKey).Distinct().Select(tag => (JsonNode)groups[tag])]);
        if (add.Count + remove.Count == 0) return MedusaWritten.Unchanged;
        return MedusaWritten.Of(await api.PostAsync($"/admin/customers/{now.Text("id")}/customer-groups?fields=id", new JsonObject { ["add"] = add, ["remove"] = remove }, cancellationToken).ConfigureAwait(false));
    }

    private async Task<string?> FindAsync(string group, CancellationToken cancellationToken) =>
        (await api.GetAsync($"/admin/customer-groups?limit=1&fields=id,name&name={Uri.EscapeDataString(group)}", "customer_groups", cancellationToken).ConfigureAwait(false)).Items("customer_groups").Select(g => g.Text("id")).FirstOrDefault();
}
