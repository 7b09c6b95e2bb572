using System.Globalization;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.Shopify;

/// <summary>What an app can change, refusing as Shopify does by <c>userErrors</c>.</summary>
internal sealed class ShopifyMutations(ShopifyShop shop, ShopifyRoots roots, BulkExports exports, Subscriptions subscriptions)
{
    public object? Carry(GraphCall call)
    {
        Scope(call.Name switch { "customerUpdate" or "customerAddressCreate" or "customerAddressUpdate" or "customerEmailMarketingConsentUpdate" or "customerSmsMarketingConsentUpdate" => "write_customers", "orderUpdate" => "write_orders", "fulfillmentCreate" or "fulfillmentTrackingInfoUpdate" => "write_merchant_managed_fulfillment_orders", _ => null }, call.Name);
        return call.Name switch
        {
            "bulkOperationRunQuery" => exports.Run(call.Text("query") ?? ""),
            "webhookSubscriptionCreate" => subscriptions.Create(call.Text("topic") ?? "", (string?)call["webhookSubscription"]?["uri"] ?? ""),
            "customerUpdate" => UpdateCustomer((JsonObject)call["input"]!),
            "customerAddressCreate" => Address(call.Text("customerId"), (JsonObject)call["address"]!, "CustomerAddressCreatePayload"),
            "customerAddressUpdate" => Address(call.Text("customerId"), (JsonObject)call["address"]!, "CustomerAddressUpdatePayload"),
            "customerEmailMarketingConsentUpdate" => Consent((JsonObject)call["input"]!, "emailMarketingConsent"),
            "customerSmsMarketingConsentUpdate" => Consent((JsonObject)call["input"]!, "smsMarketingConsent"),
            "tagsAdd" => Tags(call, (tags, given) => tags.AddRange(given.Where(tag => !tags.Contains(tag, StringComparer.OrdinalIgnoreCase)))),
            "tagsRemove" => Tags(call, (tags, given) => tags.RemoveAll(tag => given.Contains(tag, StringComparer.OrdinalIgnoreCase))),
            "orderUpdate" => UpdateOrder((JsonObject)call["input"]!),
            "fulfillmentCreate" => Fulfill((JsonObject)call["fulfillment"]!),
            "fulfillmentTrackingInfoUpdate" => Track(call.Text("fulfillmentId"), (JsonObject)call["trackingInfoInput"]!),
            "fulfillmentEventCreate" => Event((JsonObject)call["fulfillmentEvent"]!),
            _ => throw ShopifyFields.Unknown("Mutation", call.Name),
        };
    }

    internal static Thing Refused(string type, string? member, string field, string message) => Payload(type, member, null, new Thing("UserError") { ["field"] = new List<string> { "input", field }, ["message"] = message });

    internal static Thing Payload(string type, string? member, object? value, params Thing[] errors)
    {
        var payload = new Thing(type) { ["userErrors"] = errors.ToList() };
        if (member is not null) payload[member] = value;
        return payload;
    }

    private void Scope(string? scope, string name)
    {
        if (scope is not null && !shop.Options.Scopes.Contains(scope)) throw new GraphError($"Access denied for {name} field. Required access: `{scope}` access scope.", "ACCESS_DENIED");
    }

    private object UpdateCustomer(JsonObject input)
    {
        if (roots.Find((string?)input["id"]) is not ShopCustomer customer) return Refused("CustomerUpdatePayload", "customer", "id", "Customer does not exist");
        if (input.ContainsKey("email") && (string?)input["email"] is { } email)
        {
            if (!email.Contains('@')) return Refused("CustomerUpdatePayload", "customer", "email", "Email is invalid");
            if (shop.Customers.Values.Any(c => c != customer && string.Equals(c.Email, email, StringComparison.OrdinalIgnoreCase))) return Refused("CustomerUpdatePayload", "customer", "email", "Email has already been taken");
        }
        if ((string?)input["phone"] is { } phone && !(phone.StartsWith('+') && phone.Length is > 7 and < 17)) return Refused("CustomerUpdatePayload", "customer", "phone", "Phone is invalid");
        shop.EditCustomer(customer, c =>
        {
            if (input.ContainsKey("email")) c.Email = (string?)input["email"];
            if (input.ContainsKey("firstName")) c.FirstName = (string?)input["firstName"];
            if (input.ContainsKey("lastName")) c.LastName = (string?)input["lastName"];
            if (input.ContainsKey("phone")) c.Phone = (string?)input["phone"];
            if (input.ContainsKey("note")) c.Note = (string?)input["note"];
        });
        return Payload("CustomerUpdatePayload", "customer", customer);
    }

    private object Address(string? customerId, JsonObject input, string type)
    {
        if (roots.Find(customerId) is not ShopCustomer customer) return Refused(type, "address", "customerId", "Customer does not exist");
        if (input.ContainsKey("countryCode") && (string?)input["countryCode"] is { Length: not 2 }) return Refused(type, "address", "countryCode", "Country is invalid");
        shop.EditCustomer(customer, c =>
        {
            var address = c.Address ??= new ShopAddress { Id = shop.NextId() };
            foreach (var (name, value) in input)
            {
                var text = (string?)value;
                switch (name)
                {
                    case "company": address.Company = text; break;
                    case "address1": address.Address1 = text; break;
                    case "address2": address.Address2 = text; break;
                    case "city": address.City = text; break;
                    case "provinceCode": address.ProvinceCode = text; break;
                    case "zip": address.Zip = text; break;
                    case "countryCode": address.CountryCode = text; break;
                }
            }
        });
        return Payload(type, null, null);
    }

    private object Consent(JsonObject input, string member)
    {
        var sms = member == "smsMarketingConsent";
        var type = sms ? "CustomerSmsMarketingConsentUpdatePayload" : "CustomerEmailMarketingConsentUpdatePayload";
        if (roots.Find((string?)input["customerId"]) is not ShopCustomer customer) return Refused(type, "customer", "customerId", "Customer does not exist");
        var given = (JsonObject)input[member]!;
        var state = (string?)given["marketingState"];
        if (state is "NOT_SUBSCRIBED" or "REDACTED" or "INVALID") return Refused(type, "customer", "marketingState", $"Cannot specify {state} as a marketing state input");
        if (sms && customer.Phone is null) return Refused(type, "customer", "phone", "A phone number is required to set the SMS consent state");
        if (!sms && customer.Email is null) return Refused(type, "customer", "email", "An email address is required to set the email marketing consent state");
        var consent = sms ? customer.SmsConsent : customer.EmailConsent;
        var at = (string?)given["consentUpdatedAt"] is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : shop.Now;
        if (consent.At is null || at >= consent.At)   // the later statement stands
            shop.EditCustomer(customer, _ => (consent.State, consent.Level, consent.At) = (state!, (string?)given["marketingOptInLevel"] ?? "UNKNOWN", at));
        return Payload(type, "customer", customer);
    }

    private object Tags(GraphCall call, Action<List<string>, List<string>> change)
    {
        var given = ((JsonArray)call["tags"]!).Select(tag => (string)tag!).ToList();
        switch (roots.Find(call.Text("id")))
        {
            case ShopCustomer customer:
                Scope("write_customers", call.Name);
                shop.EditCustomer(customer, c => change(c.Tags, given));
                return Payload("TagsAddPayload", "node", customer);
            case ShopOrder order:
                Scope("write_orders", call.Name);
                shop.Do(order, "orders/updated", o => change(o.Tags, given));
                return Payload("TagsAddPayload", "node", order);
            default:
                return Refused("TagsAddPayload", "node", "id", "Resource does not exist");
        }
    }

    private object UpdateOrder(JsonObject input)
    {
        if (roots.Find((string?)input["id"]) is not ShopOrder order) return Refused("OrderUpdatePayload", "order", "id", "Order does not exist");
        shop.Do(order, "orders/updated", o =>
        {
            if (input.ContainsKey("note")) o.Note = (string?)input["note"];
        });
        return Payload("OrderUpdatePayload", "order", order);
    }

    private object Fulfill(JsonObject input)
    {
        const string Type = "FulfillmentCreatePayload";
        var lines = new List<(ShopLine, int)>();
        ShopOrder? order = null;
        foreach (var from in (JsonArray)input["lineItemsByFulfillmentOrder"]!)
        {
            order = shop.FindOrder(FulfillmentOrder.OrderOf(ShopifyFields.IdOf((string?)from!["fulfillmentOrderId"])));
            if (order is null) return Refused(Type, "fulfillment", "fulfillmentOrderId", "Fulfillment order does not exist.");
            if (order.CancelledAt is not null || order.FulfillmentStatus == "FULFILLED") return Refused(Type, "fulfillment", "fulfillmentOrderId", "Fulfillment order has an unfulfillable status= closed.");
            foreach (var item in from["fulfillmentOrderLineItems"] as JsonArray ?? [])
            {
                var line = order.Lines.Find(l => l.Id == ShopifyFields.IdOf((string?)item!["id"]));
                var quantity = (int)item!["quantity"]!.AsValue().GetValue<long>(out var number);
                if (line is null || number < 1 || number > line.Quantity - line.Removed - line.Fulfilled) return Refused(Type, "fulfillment", "quantity", "Invalid fulfillment order line item quantity requested.");
                lines.Add((line, quantity));
            }
        }
        if (order is null) return Refused(Type, "fulfillment", "lineItemsByFulfillmentOrder", "No fulfillment orders were given.");
        var tracking = input["trackingInfo"];
        var made = shop.Ship(order, lines.Count > 0 ? lines : null, (string?)tracking?["company"], (string?)tracking?["number"], (string?)tracking?["url"]);
        return Payload(Type, "fulfillment", made);
    }

    private object Track(string? fulfillment, JsonObject input)
    {
        const string Type = "FulfillmentTrackingInfoUpdatePayload";
        if (OrderOf(fulfillment, out var id) is not { } order) return Refused(Type, "fulfillment", "fulfillmentId", "Fulfillment does not exist.");
        shop.Do(order, "fulfillments/update", o =>
        {
            var shipment = o.Fulfillments.Find(f => f.Id == id)!;
            (shipment.Company, shipment.Number, shipment.Url, shipment.UpdatedAt) = ((string?)input["company"], (string?)input["number"], (string?)input["url"], shop.Now);
        });
        return Payload(Type, "fulfillment", order.Fulfillments.Find(f => f.Id == id));
    }

    private ShopOrder? OrderOf(string? fulfillment, out long id)
    {
        var wanted = id = ShopifyFields.IdOf(fulfillment);
        return shop.Orders().FirstOrDefault(o => o.Fulfillments.Any(f => f.Id == wanted));
    }

    private object Event(JsonObject input)
    {
        if (OrderOf((string?)input["fulfillmentId"], out var id) is not { } order) return Refused("FulfillmentEventCreatePayload", null, "fulfillmentId", "Fulfillment does not exist.");
        shop.Do(order, "fulfillments/update", o =>
        {
            var shipment = o.Fulfillments.Find(f => f.Id == id)!;
            (shipment.DisplayStatus, shipment.UpdatedAt) = ((string)input["status"]!, shop.Now);
        });
        return Payload("FulfillmentEventCreatePayload", null, null);
    }
}
