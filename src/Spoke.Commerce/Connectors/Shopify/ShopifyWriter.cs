using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Writes back into a shop. Each write reads first what is there, so that one that was carried out, or is not needed, is known and not repeated.</summary>
internal sealed class ShopifyWriter(ShopifyApi api, ShopifyConnector connector) : IStoreWriter
{
    private const string CustomerNow = "query($id: ID!) { customer(id: $id) { " + ShopifyQueries.Customer + " } }";
    private const string Update = "mutation($input: CustomerInput!) { customerUpdate(input: $input) { customer { " + ShopifyQueries.Customer + " } userErrors { field message } } }";
    private const string UpdateAddress = "mutation($customer: ID!, $id: ID!, $address: MailingAddressInput!) { customerAddressUpdate(customerId: $customer, addressId: $id, address: $address, setAsDefault: true) { userErrors { field message } } }";
    private const string CreateAddress = "mutation($customer: ID!, $address: MailingAddressInput!) { customerAddressCreate(customerId: $customer, address: $address, setAsDefault: true) { userErrors { field message } } }";
    private const string EmailConsent = "mutation($input: CustomerEmailMarketingConsentUpdateInput!) { customerEmailMarketingConsentUpdate(input: $input) { customer { " + ShopifyQueries.Customer + " } userErrors { field message } } }";
    private const string SmsConsent = "mutation($input: CustomerSmsMarketingConsentUpdateInput!) { customerSmsMarketingConsentUpdate(input: $input) { customer { " + ShopifyQueries.Customer + " } userErrors { field message } } }";
    private const string OrderNow = "query($id: ID!) { order(id: $id) { id tags note } }";
    private const string OrderUpdate = "mutation($input: OrderInput!) { orderUpdate(input: $input) { userErrors { field message } } }";
    private const string TagsAdd = "mutation($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { field message } } }";
    private const string TagsRemove = "mutation($id: ID!, $tags: [String!]!) { tagsRemove(id: $id, tags: $tags) { userErrors { field message } } }";

    /// <summary>Everything that is sent, for the check against Shopify's schema.</summary>
    internal static IReadOnlyList<string> Operations { get; } = [CustomerNow, Update, UpdateAddress, CreateAddress, EmailConsent, SmsConsent, OrderNow, OrderUpdate, TagsAdd, TagsRemove];

    private static readonly StoreWriteOutcome Gone = new(StoreWriteResult.Gone);
    private static readonly StoreWriteOutcome Unchanged = new(StoreWriteResult.Unchanged);
    private readonly ShopifyFulfilment _fulfilment = new(api);

    public IReadOnlySet<StoreWriteKind> Takes { get; } = Enum.GetValues<StoreWriteKind>().ToHashSet();

    public Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken) => write switch
    {
        CustomerFieldsWrite fields => FieldsAsync(fields, cancellationToken),
        ConsentWrite consent => ConsentAsync(consent, cancellationToken),
        TagsWrite tags => TagsAsync(tags, cancellationToken),
        NoteWrite note => NoteAsync(note, cancellationToken),
        FulfilmentWrite fulfilment => _fulfilment.WriteAsync(fulfilment, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(write), write.GetType().Name, null),
    };

    /// <summary>What a mutation refused, and what somebody can do; null: it was carried out.</summary>
    internal static StoreWriteOutcome? Refusal(JsonElement payload)
    {
        var error = payload.Items("userErrors").FirstOrDefault();
        if (error.ValueKind == JsonValueKind.Undefined) return null;
        var field = error.Items("field").Select(part => part.GetString()).LastOrDefault();
        var problem = error.TextOrNull("message") ?? "Shopify gave no reason.";
        return new StoreWriteOutcome(StoreWriteResult.Refused, null, field is null ? problem : $"{field}: {problem}", field switch
        {
            "email" => "Correct the e-mail address, or merge with the customer who has it already.",
            "phone" => "Give the number with its country code, or clear it at the customer who has it already.",
            "countryCode" or "provinceCode" or "zip" or "address" => "Correct the address: country and state are two-letter codes that belong together.",
            _ => "Correct the value in HubSpot, or make the change in the shop's admin, and try again.",
        });
    }

    private async Task<StoreWriteOutcome> FieldsAsync(CustomerFieldsWrite write, CancellationToken cancellationToken)
    {
        if (await CustomerAsync(write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return Gone;
        var id = now.Text("id");
        var input = new JsonObject { ["id"] = id };
        var address = new JsonObject();
        var home = now.Object("defaultAddress");
        foreach (var (field, value) in write.Fields)
        {
            var wanted = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
            var (into, name, there) = field switch
            {
                CustomerField.Email => (input, "email", now.Object("defaultEmailAddress")?.Filled("emailAddress")),
                CustomerField.FirstName => (input, "firstName", now.Filled("firstName")),
                CustomerField.LastName => (input, "lastName", now.Filled("lastName")),
                CustomerField.Phone => (input, "phone", now.Object("defaultPhoneNumber")?.Filled("phoneNumber")),
                CustomerField.Company => (address, "company", home?.Filled("company")),
                CustomerField.Street => (address, "address1", ShopifyMapping.ReadAddress(home)?.Street),
                CustomerField.City => (address, "city", home?.Filled("city")),
                CustomerField.State => (address, "provinceCode", home?.Filled("provinceCode")),
                CustomerField.PostalCode => (address, "zip", home?.Filled("zip")),
                _ => (address, "countryCode", home?.Filled("countryCodeV2")),
            };
            if (wanted == there) continue;
            into[name] = wanted;
            if (field == CustomerField.Street) address["address2"] = null;   // the whole street is in the first line now
        }
        if (input.Count == 1 && address.Count == 0) return Unchanged;
        if (address.Count > 0 && !(home is null && address.All(part => part.Value is null)))
        {
            var variables = new JsonObject { ["customer"] = id, ["address"] = address };
            if (home is { } known) variables["id"] = known.Text("id");
            var answer = home is null ? await api.OnceAsync(CreateAddress, variables, cancellationToken).ConfigureAwait(false) : await api.QueryAsync(UpdateAddress, variables, cancellationToken).ConfigureAwait(false);
            if (Refusal(answer.GetProperty(home is null ? "customerAddressCreate" : "customerAddressUpdate")) is { } refused) return refused;
        }
        if (input.Count == 1) return new StoreWriteOutcome(StoreWriteResult.Written, await connector.ReadOneAsync(EntityKind.Customer, write.PlatformId, cancellationToken).ConfigureAwait(false));
        return await CustomerWrittenAsync((await api.QueryAsync(Update, new JsonObject { ["input"] = input }, cancellationToken).ConfigureAwait(false)).GetProperty("customerUpdate"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoreWriteOutcome> ConsentAsync(ConsentWrite write, CancellationToken cancellationToken)
    {
        if (await CustomerAsync(write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return Gone;
        var wanted = write.Consent.State switch { ConsentState.Granted => "SUBSCRIBED", ConsentState.Pending => "PENDING", ConsentState.Denied => "UNSUBSCRIBED", _ => null };
        if (wanted is null)
            return new StoreWriteOutcome(StoreWriteResult.Refused, null, $"Shopify does not let consent be set to '{write.Consent.State}'.", "Grant or deny it; to erase a person, use the shop's own 'Erase personal data'.");
        var email = write.Channel == ConsentChannel.Email;
        var there = email ? now.Object("defaultEmailAddress")?.TextOrNull("marketingState") : now.Object("defaultPhoneNumber")?.Object("smsMarketingConsent")?.TextOrNull("state");
        if (there == wanted) return Unchanged;
        // Shopify keeps the statement with the later time, so ours is sent along.
        var consent = new JsonObject { ["marketingState"] = wanted };
        if (write.Consent.At is { } at) consent["consentUpdatedAt"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (wanted != "UNSUBSCRIBED") consent["marketingOptInLevel"] = write.Consent.Evidence?.Contains("confirmed", StringComparison.OrdinalIgnoreCase) == true || wanted == "PENDING" ? "CONFIRMED_OPT_IN" : "SINGLE_OPT_IN";
        var input = new JsonObject { ["customerId"] = now.Text("id"), [email ? "emailMarketingConsent" : "smsMarketingConsent"] = consent };
        var answer = await api.QueryAsync(email ? EmailConsent : SmsConsent, new JsonObject { ["input"] = input }, cancellationToken).ConfigureAwait(false);
        return await CustomerWrittenAsync(answer.GetProperty(email ? "customerEmailMarketingConsentUpdate" : "customerSmsMarketingConsentUpdate"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoreWriteOutcome> TagsAsync(TagsWrite write, CancellationToken cancellationToken)
    {
        if (await NowAsync(write.Of, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return Gone;
        var there = ShopifyMapping.Texts(now, "tags").ToHashSet(StringComparer.OrdinalIgnoreCase);   // 'VIP' and 'vip' are one tag to Shopify
        var add = write.Add.Where(tag => !there.Contains(tag)).ToList();
        var remove = write.Remove.Where(tag => there.Contains(tag) && !write.Add.Contains(tag, StringComparer.OrdinalIgnoreCase)).ToList();
        if (add.Count == 0 && remove.Count == 0) return Unchanged;
        foreach (var (mutation, name, tags) in new[] { (TagsAdd, "tagsAdd", add), (TagsRemove, "tagsRemove", remove) })
        {
            if (tags.Count == 0) continue;
            var variables = new JsonObject { ["id"] = now.Text("id"), ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]) };
            if (Refusal((await api.QueryAsync(mutation, variables, cancellationToken).ConfigureAwait(false)).GetProperty(name)) is { } refused) return refused;
        }
        return new StoreWriteOutcome(StoreWriteResult.Written, await connector.ReadOneAsync(write.Of, write.PlatformId, cancellationToken).ConfigureAwait(false));
    }

    // An entity has one note, a text people write in: ours is added at its end with a mark by which it is known again.
    private async Task<StoreWriteOutcome> NoteAsync(NoteWrite write, CancellationToken cancellationToken)
    {
        if (await NowAsync(write.Of, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return Gone;
        var mark = $"[{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(write.Key)))[..8]}]";
        var there = now.Filled("note");
        if (there?.Contains(mark, StringComparison.Ordinal) == true) return Unchanged;
        var input = new JsonObject { ["id"] = now.Text("id"), ["note"] = (there is null ? "" : there + "\n") + $"{write.Text.Trim()} {mark}" };
        var customer = write.Of == EntityKind.Customer;
        var answer = await api.QueryAsync(customer ? Update : OrderUpdate, new JsonObject { ["input"] = input }, cancellationToken).ConfigureAwait(false);
        if (Refusal(answer.GetProperty(customer ? "customerUpdate" : "orderUpdate")) is { } refused) return refused;
        return new StoreWriteOutcome(StoreWriteResult.Written, await connector.ReadOneAsync(write.Of, write.PlatformId, cancellationToken).ConfigureAwait(false));
    }

    private async Task<StoreWriteOutcome> CustomerWrittenAsync(JsonElement payload, CancellationToken cancellationToken) =>
        Refusal(payload) ?? new StoreWriteOutcome(StoreWriteResult.Written, payload.Object("customer") is { } now ? await connector.ChangeAsync(EntityKind.Customer, now, cancellationToken).ConfigureAwait(false) : null);

    private Task<JsonElement?> NowAsync(EntityKind of, string id, CancellationToken cancellationToken) => of switch
    {
        EntityKind.Customer => CustomerAsync(id, cancellationToken),
        EntityKind.Order => ReadAsync(OrderNow, "order", ShopifyId.Global("Order", id), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(of), of, "Tags and notes are of customers and orders."),
    };

    private Task<JsonElement?> CustomerAsync(string id, CancellationToken cancellationToken) => ReadAsync(CustomerNow, "customer", ShopifyId.Global("Customer", id), cancellationToken);

    private async Task<JsonElement?> ReadAsync(string query, string member, string id, CancellationToken cancellationToken) =>
        ShopifyId.Number(id).All(char.IsAsciiDigit) ? (await api.QueryAsync(query, new JsonObject { ["id"] = id }, cancellationToken).ConfigureAwait(false)).Object(member) : null;
}
