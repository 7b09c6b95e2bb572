using Spoke.Shop.Api;

namespace Spoke.Shop.Store;

/// <summary>
/// What the shop's other systems write: people's data, consent, tags, notes, shipments. A write that finds everything as it wants it changes nothing, so each may be repeated:
/// notes are known by their key, shipments by the warehouse's id.
/// </summary>
internal sealed class ShopOffice(ShopDatabase database)
{
    private static readonly string[] ConsentStates = ["granted", "pending", "denied", "none"];

    /// <param name="fields">What is left out stays as it is; null clears.</param>
    public Task<ShopWritten<ShopCustomer>> EditAsync(string id, IReadOnlyDictionary<string, string?> fields, CancellationToken cancellationToken)
    {
        var input = new InputCheck();
        foreach (var (name, value) in fields)
        {
            if (name == "email") input.Email(name, value);
            else input.Text(name, value);
        }
        input.Refuse();
        return WithCustomerAsync(id, (_, customer) => fields.Aggregate(customer, (edited, field) => Edited(edited, field.Key, field.Value?.Trim() is { Length: > 0 } text ? text : null)), cancellationToken);
    }

    public Task<ShopWritten<ShopCustomer>> ConsentAsync(string id, string channel, ConsentRequest request, CancellationToken cancellationToken)
    {
        if (channel is not ("email" or "sms")) throw new ShopRefusal(400, "No such channel", $"channel '{channel}' is not email or sms.");
        if (!ConsentStates.Contains(request.State)) throw new ShopRefusal(400, "No such consent", $"state '{request.State}' is not one of {string.Join(", ", ConsentStates)}.");
        return WithCustomerAsync(id, (write, customer) =>
        {
            var known = channel == "email" ? customer.EmailConsent : customer.SmsConsent;
            if ((known?.State ?? "none") == request.State) return customer;
            var consent = request.State == "none" ? null : new ShopConsent(request.State!, request.At ?? write.Now, request.Source);
            return channel == "email" ? customer with { EmailConsent = consent } : customer with { SmsConsent = consent };
        }, cancellationToken);
    }

    public Task<ShopWritten<ShopCustomer>> TagCustomerAsync(string id, TagsRequest request, CancellationToken cancellationToken) =>
        WithCustomerAsync(id, (_, customer) => Tagged(customer.Tags, request) is { } tags ? customer with { Tags = tags } : customer, cancellationToken);

    public Task<ShopWritten<ShopOrder>> TagOrderAsync(string id, TagsRequest request, CancellationToken cancellationToken) =>
        WithOrderAsync(id, (write, order) => Tagged(order.Tags, request) is { } tags ? Orders.Put(write, order with { Tags = tags }) : order, cancellationToken);

    public Task<ShopWritten<ShopCustomer>> NoteCustomerAsync(string id, NoteRequest request, CancellationToken cancellationToken) =>
        WithCustomerAsync(id, (write, customer) => Noted(write, customer.Notes, request) is { } notes ? customer with { Notes = notes } : customer, cancellationToken);

    public Task<ShopWritten<ShopOrder>> NoteOrderAsync(string id, NoteRequest request, CancellationToken cancellationToken) =>
        WithOrderAsync(id, (write, order) => Noted(write, order.Notes, request) is { } notes ? Orders.Put(write, order with { Notes = notes }) : order, cancellationToken);

    public Task<ShopWritten<ShopOrder>> ShipAsync(string id, string reference, ShipmentRequest request, CancellationToken cancellationToken) => WithOrderAsync(id, (write, order) =>
    {
        var known = order.Shipments.Find(s => s.Reference == reference);
        if (known is null && request.Lines is not { Count: > 0 } && order.Shipments.Count > 0 && Orders.Unshipped(order).Count == 0) return order;   // everything has been sent
        if (known is null) order = Orders.Ship(write, order, request.Lines, request.Carrier, request.Tracking, reference, request.Url);
        else if (request.Tracking is not null && (known.Tracking, known.Url) != (request.Tracking, request.Url))
            order = Orders.Put(write, order with { Shipments = [.. order.Shipments.Select(s => s == known ? s with { Tracking = request.Tracking, Url = request.Url } : s)] });
        var shipment = order.Shipments.First(s => s.Reference == reference);
        return request.Delivered && shipment.State != "delivered" ? Orders.Arrive(write, order, shipment.Id) : order;
    }, cancellationToken);

    private Task<ShopWritten<ShopCustomer>> WithCustomerAsync(string id, Func<ShopWrite, ShopCustomer, ShopCustomer> change, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var before = write.Find("customer", id, ShopJson.Default.ShopCustomer) ?? throw ShopRefusal.NotFound("customer", id);
        var after = change(write, before);
        return after == before ? new ShopWritten<ShopCustomer>(false, before) : new ShopWritten<ShopCustomer>(true, Customers.Put(write, after));
    }, cancellationToken);

    private Task<ShopWritten<ShopOrder>> WithOrderAsync(string id, Func<ShopWrite, ShopOrder, ShopOrder> change, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var before = write.Find("order", id, ShopJson.Default.ShopOrder) ?? throw ShopRefusal.NotFound("order", id);
        var after = change(write, before);
        return new ShopWritten<ShopOrder>(after.Version != before.Version, after);
    }, cancellationToken);

    private static ShopCustomer Edited(ShopCustomer customer, string name, string? value)
    {
        var address = customer.Address ?? new ShopAddress(null, null, null, null, null);
        ShopCustomer Moved(ShopAddress to) => to == address ? customer : customer with { Address = to };
        return name switch
        {
            "email" => customer with { Email = value! },
            "firstName" => customer with { FirstName = value ?? "" },
            "lastName" => customer with { LastName = value ?? "" },
            "phone" => customer with { Phone = value },
            "company" => Moved(address with { Company = value }),
            "street" => Moved(address with { Street = value }),
            "city" => Moved(address with { City = value }),
            "state" => Moved(address with { State = value }),
            "postalCode" => Moved(address with { PostalCode = value }),
            "country" => Moved(address with { Country = value }),
            _ => throw new ShopRefusal(400, "No such field", $"A customer has no field '{name}'."),
        };
    }

    /// <returns>Null when they are so already.</returns>
    private static List<string>? Tagged(List<string> tags, TagsRequest request)
    {
        List<string> after = [.. tags.Except(request.Remove ?? []).Union(request.Add ?? [])];
        return after.SequenceEqual(tags) ? null : after;
    }

    /// <returns>Null when the note is there.</returns>
    private static List<ShopNote>? Noted(ShopWrite write, List<ShopNote> notes, NoteRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Key) || string.IsNullOrWhiteSpace(request.Text)) throw new ShopRefusal(400, "Empty note", "A note needs a key and a text.");
        return notes.Exists(note => note.Key == request.Key) ? null : [.. notes, new ShopNote(request.Key, request.Text, write.Now)];
    }
}
