namespace Spoke.StandIns.Shopify;

/// <summary>The shop itself, in memory: what it holds, and what people do in it. Every action dates what it changes and calls out the events a shop pushes.</summary>
public sealed class ShopifyShop
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ShopOrder> _orders = [];   // those that are not as the seed made them
    private readonly SortedSet<long> _placed = [];
    private long _id = 10_000_000;

    internal ShopifyShop(ShopifyStandInOptions options)
    {
        Options = options;
        _time = options.Time;
        Seed = new ShopifySeed(options, Now);
        foreach (var variant in Seed.Variants) Products.Add(variant.Product.Id, variant.Product);
        foreach (var customer in Seed.Customers) Customers.Add(customer.Id, customer);
        if (Products.Count > 0) return;
        AddProduct("Tea", 19.99m);
        AddProduct("Cup", 7.50m);
    }

    internal ShopifyStandInOptions Options { get; }
    internal ShopifySeed Seed { get; }
    internal Lock Gate => _lock;
    internal Dictionary<long, ShopProduct> Products { get; } = [];
    internal Dictionary<long, ShopCustomer> Customers { get; } = [];
    internal Dictionary<long, ShopCompany> Companies { get; } = [];
    internal Dictionary<long, ShopCheckout> Checkouts { get; } = [];

    /// <summary>Called with what one event is pushed as, several topics joined by a blank, and what it is about.</summary>
    internal Action<string, object> Happened { get; set; } = (_, _) => { };

    /// <summary>The shop's clock, in whole seconds as Shopify dates things.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>The domain by which Shopify names the shop: here its address.</summary>
    public string Domain { get; internal set; } = "stand-in.myshopify.com";

    public int OrderCount => Seed.OrderCount + _placed.Count;

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

    public ShopCompany AddCompany(string name)
    {
        lock (_lock)
        {
            var company = new ShopCompany { Id = NextId(), Name = name, ExternalId = "C-1", Phone = "+493012345", Address = new ShopAddress { Id = NextId(), Name = "Buying", Company = name, Address1 = "Main St 1", City = "Berlin", Zip = "10115", CountryCode = "DE" }, UpdatedAt = Now };
            Companies.Add(company.Id, company);
            Happened("companies/create", company);
            return company;
        }
    }

    public void EditCompany(ShopCompany company, Action<ShopCompany> edit)
    {
        lock (_lock)
        {
            edit(company);
            company.UpdatedAt = Now;
            Happened("companies/update", company);
        }
    }

    /// <summary>Moves a company to another address, which dates its location and not itself.</summary>
    public void EditLocation(ShopCompany company, Action<ShopAddress> edit)
    {
        lock (_lock)
        {
            edit(company.Address!);
            Happened("company_locations/update", new ShopLocation(company));
        }
    }

    /// <summary>Somebody buys for the company from now on. Neither the customer nor the company is dated, and no push of theirs says so.</summary>
    public ShopCustomer AddContact(ShopCompany company, string email, string first, string last)
    {
        lock (_lock)
        {
            var customer = CustomerOf(email, first, last, null)!;
            if (company.Contacts.Exists(contact => contact.Customer == customer)) return customer;
            company.Contacts.Add(new ShopContact(NextId(), company, customer, Now));
            Happened("company_contacts/create", company.Contacts[^1]);
            return customer;
        }
    }

    /// <summary>Somebody does not buy for the company any more, and stays a customer with their orders.</summary>
    public void RemoveContact(ShopCompany company, ShopCustomer customer)
    {
        lock (_lock)
        {
            var contact = company.Contacts.Single(contact => contact.Customer == customer);
            company.Contacts.Remove(contact);
            Happened("company_contacts/delete", contact);
        }
    }

    public ShopCustomer? FindCustomer(string? email)
    {
        lock (_lock) return email is null ? null : Customers.Values.FirstOrDefault(c => string.Equals(c.Email, email, StringComparison.OrdinalIgnoreCase));
    }

    public ShopCustomer? FindCustomer(long id)
    {
        lock (_lock) return Customers.GetValueOrDefault(id);
    }

    public ShopCheckout FindCheckout(string token)
    {
        lock (_lock) return Checkouts.Values.First(c => c.Token == token);
    }

    public ShopCheckout OpenCheckout(string email, int quantity = 1)
    {
        lock (_lock)
        {
            var variant = AnyVariant();
            var id = NextId();
            var checkout = new ShopCheckout { Id = id, Token = $"hWN{id:x}token", Email = email, Customer = CustomerOf(email, "Test", "Buyer", null), CreatedAt = Now, UpdatedAt = Now };
            checkout.Lines.Add(new ShopLine { Id = NextId(), Title = variant.Product.Title, Sku = variant.Sku, Variant = variant, Quantity = quantity, Price = variant.Price });
            Checkouts.Add(id, checkout);
            Happened("checkouts/create", checkout);
            return checkout;
        }
    }

    public void EditCheckout(ShopCheckout checkout, int quantity)
    {
        lock (_lock)
        {
            checkout.Lines[0].Quantity = quantity;
            checkout.UpdatedAt = Now;
            Happened("checkouts/update", checkout);
        }
    }

    public void DeleteCheckout(ShopCheckout checkout)
    {
        lock (_lock)
        {
            Checkouts.Remove(checkout.Id);
            Happened("checkouts/delete", checkout);
        }
    }

    public ShopOrder Place(NewOrder order)
    {
        lock (_lock)
        {
            var customer = order.Anonymous ? null : CustomerOf(order.Email, order.FirstName, order.LastName, order.Phone);
            if (customer is not null && order.Company is not null) AddContact(order.Company, customer.Email!, "", "");   // only its contacts buy for a company
            var address = new ShopAddress { Id = NextId(), Name = $"{order.FirstName} {order.LastName}", Address1 = "Main St 1", City = "Berlin", Zip = "10115", CountryCode = "DE", Phone = order.Phone };
            var placed = new ShopOrder
            {
                Id = NextId(),
                Name = $"#{1000 + OrderCount + 1}",
                Email = order.Email,
                Phone = order.Phone,
                Customer = customer,
                Company = order.Company,
                CreatedAt = Now,
                UpdatedAt = Now,
                Test = order.Test,
                TaxesIncluded = Options.TaxesIncluded,
                Tip = order.Tip,
                Codes = order.Code is null ? [] : [order.Code],
                CheckoutToken = order.Checkout?.Token,
                LandingPage = "https://shop.example/?utm_source=mail",
                Referrer = "https://mail.example/",
                BillingAddress = address,
                ShippingAddress = address,
            };
            placed.Lines.AddRange(order.Lines.Select(NewLine));
            if (order.Shipping > 0) placed.Shipping.Add(new ShopShipping(NextId(), "Parcel", order.Shipping, order.ShippingDiscount, TaxOn(order.Shipping - order.ShippingDiscount, order.ShippingTaxRate)));
            if (order.Checkout is { } checkout)
            {
                checkout.CompletedAt = checkout.UpdatedAt = Now;
                Happened("checkouts/update", checkout);
            }
            _orders.Add(placed.Id, placed);
            _placed.Add(placed.Id);
            Happened("orders/create", placed);
            return placed;
        }
    }

    public void Pay(ShopOrder order, decimal? amount = null, string gateway = "shopify_payments", string kind = "SALE", string status = "SUCCESS") => Do(order, "order_transactions/create", o =>
        o.Transactions.Add(new ShopTransaction(NextId(), kind, status, amount ?? o.Outstanding, gateway, Now)));

    public ShopFulfillment Ship(ShopOrder order, IReadOnlyList<(ShopLine Line, int Quantity)>? lines = null, string? company = "DHL", string? number = null, string? url = null)
    {
        ShopFulfillment made = null!;
        Do(order, "fulfillments/create", o =>
        {
            made = new ShopFulfillment { Id = NextId(), Company = company, Number = number, Url = url, CreatedAt = Now, UpdatedAt = Now };
            made.Lines.AddRange(lines ?? [.. o.Lines.Select(line => (line, line.Quantity - line.Removed - line.Fulfilled)).Where(line => line.Item2 > 0)]);
            foreach (var (line, quantity) in made.Lines) line.Fulfilled += quantity;
            o.Fulfillments.Add(made);
        });
        return made;
    }

    public void Deliver(ShopOrder order) => Do(order, "fulfillments/update", o =>
    {
        foreach (var shipment in o.Fulfillments) (shipment.DisplayStatus, shipment.UpdatedAt) = ("DELIVERED", Now);
    });

    /// <summary>Gives back units, shipping and an amount besides; the amount may be negative: less is given back than the units' worth.</summary>
    public ShopRefund Refund(ShopOrder order, decimal amount, IReadOnlyList<(ShopLine Line, int Quantity)>? lines = null, decimal shipping = 0, decimal shippingTax = 0, string status = "SUCCESS")
    {
        ShopRefund made = null!;
        Do(order, "refunds/create", o =>
        {
            made = new ShopRefund { Id = NextId(), At = Now, Note = "wish", Shipping = shipping, ShippingTax = shippingTax };
            foreach (var (line, quantity) in lines ?? []) made.Lines.Add(TakeOff(line, quantity));
            var total = made.Lines.Sum(line => line.Subtotal + (o.TaxesIncluded ? 0 : line.Tax)) + shipping + (o.TaxesIncluded ? 0 : shippingTax) + amount;
            made.Transactions.Add(new ShopTransaction(NextId(), "REFUND", status, total, "shopify_payments", Now));
            o.Refunds.Add(made);
        });
        return made;
    }

    public void Cancel(ShopOrder order, string reason = "CUSTOMER") => Do(order, "orders/cancelled", o =>
    {
        (o.CancelledAt, o.CancelReason, o.ClosedAt) = (Now, reason, Now);
        if (o.Paid > 0) return;
        var restock = new ShopRefund { Id = NextId(), At = Now };   // what is not paid is restocked as a refund of nothing
        foreach (var line in o.Lines) restock.Lines.Add(TakeOff(line, line.Quantity - line.Removed));
        o.Refunds.Add(restock);
    });

    /// <summary>Takes units off an order without giving money back.</summary>
    public void RemoveUnits(ShopOrder order, ShopLine line, int quantity) => Do(order, "orders/edited", o =>
    {
        var removal = new ShopRefund { Id = NextId(), At = Now };
        removal.Lines.Add(TakeOff(line, quantity));
        o.Refunds.Add(removal);
    });

    public void AddLine(ShopOrder order, NewLine line) => Do(order, "orders/edited", o => o.Lines.Add(NewLine(line)));

    public void Delete(ShopOrder order)
    {
        lock (_lock)
        {
            _orders.Remove(order.Id);
            _placed.Remove(order.Id);
            Happened("orders/delete", order);
        }
    }

    public void EditCustomer(ShopCustomer customer, Action<ShopCustomer> edit)
    {
        lock (_lock)
        {
            edit(customer);
            customer.UpdatedAt = Now;
            Happened("customers/update", customer);
        }
    }

    public void Merge(ShopCustomer kept, ShopCustomer gone)
    {
        lock (_lock)
        {
            foreach (var order in _orders.Values.Where(o => o.Customer == gone)) (order.Customer, order.UpdatedAt) = (kept, Now);
            kept.UpdatedAt = Now;
            Customers.Remove(gone.Id);
            Happened("customers/merge", (kept, gone));
        }
    }

    /// <summary>Asks the apps to erase a person, as Shopify does some days after the shop's owner asked for it.</summary>
    public void Redact(ShopCustomer customer) => Happened("customers/redact", customer);

    public void RequestData(ShopCustomer customer) => Happened("customers/data_request", customer);

    public void Uninstall()
    {
        Happened("app/uninstalled", this);
        Happened("shop/redact", this);
    }

    public ShopOrder? FindOrder(long id)
    {
        lock (_lock) return _orders.TryGetValue(id, out var order) ? order : Seed.Order(id, this);
    }

    /// <summary>Orders by id, those of the seed made as they are asked for.</summary>
    internal IEnumerable<ShopOrder> Orders(DateTimeOffset? changedSince = null)
    {
        for (var i = 0; i < Seed.OrderCount; i++)
        {
            var id = ShopifySeed.OrderId(i);
            if (_orders.TryGetValue(id, out var known)) yield return known;
            else if (changedSince is null || Seed.OrderedAt(i) >= changedSince) yield return Seed.Order(id, this)!;
        }
        foreach (var id in _placed.ToList()) yield return _orders[id];
    }

    /// <summary>Orders in the order of their last change; those that are as the seed made them lie in it by their number.</summary>
    internal IEnumerable<ShopOrder> OrdersByChange(DateTimeOffset since)
    {
        var changed = _orders.Values.Where(o => o.UpdatedAt >= since).OrderBy(o => o.UpdatedAt).ThenBy(o => o.Id).ToList();
        var next = 0;
        for (var i = 0; i < Seed.OrderCount; i++)
        {
            if (Seed.OrderedAt(i) < since || _orders.ContainsKey(ShopifySeed.OrderId(i))) continue;
            while (next < changed.Count && (changed[next].UpdatedAt, changed[next].Id).CompareTo((Seed.OrderedAt(i), ShopifySeed.OrderId(i))) < 0) yield return changed[next++];
            yield return Seed.Order(ShopifySeed.OrderId(i), this)!;
        }
        while (next < changed.Count) yield return changed[next++];
    }

    internal long NextId() => Interlocked.Increment(ref _id);

    internal decimal Round(decimal amount) => Math.Round(amount, Digits(Options.Currency), MidpointRounding.AwayFromZero);

    internal static int Digits(string currency) => currency switch { "JPY" or "KRW" => 0, "KWD" or "BHD" or "TND" => 3, _ => 2 };

    /// <summary>Changes an order, dates it, and lets it be known twice as Shopify does: by the event's own topic and by orders/updated.</summary>
    internal void Do(ShopOrder order, string topic, Action<ShopOrder> change)
    {
        lock (_lock)
        {
            change(order);
            order.UpdatedAt = Now;
            _orders.TryAdd(order.Id, order);
            Happened(topic == "orders/updated" ? topic : $"{topic} orders/updated", order);
        }
    }

    internal decimal TaxOn(decimal net, decimal rate) => Round(Options.TaxesIncluded ? net * rate / (1 + rate) : net * rate);

    private ShopLine NewLine(NewLine line) => new()
    {
        Id = NextId(),
        Title = line.Title,
        Sku = line.Variant?.Sku ?? "",
        Variant = line.Variant,
        Quantity = line.Quantity,
        Price = line.Price,
        Discount = line.Discount,
        Tax = TaxOn(line.Price * line.Quantity - line.Discount, line.TaxRate),
        Duty = line.Duty,
        GiftCard = line.GiftCard,
    };

    // The parts of a line that are taken off one after the other come to the line exactly.
    private ShopRefundLine TakeOff(ShopLine line, int quantity)
    {
        decimal Upto(decimal whole, int units) => Round(whole * units / line.Quantity);
        var taken = new ShopRefundLine(NextId(), line, quantity, Upto(line.Net, line.Removed + quantity) - Upto(line.Net, line.Removed), Upto(line.Tax, line.Removed + quantity) - Upto(line.Tax, line.Removed));
        line.Removed += quantity;
        return taken;
    }

    private ShopCustomer? CustomerOf(string? email, string? first, string? last, string? phone)
    {
        if (email is null) return null;
        if (FindCustomer(email) is { } known) return known;
        var id = NextId();
        var customer = new ShopCustomer { Id = id, Email = email, FirstName = first, LastName = last, Phone = phone ?? $"+4930{id}", CreatedAt = Now, UpdatedAt = Now, Address = new ShopAddress { Id = NextId(), Name = $"{first} {last}", Address1 = "Main St 1", City = "Berlin", Zip = "10115", CountryCode = "DE" } };
        Customers.Add(id, customer);
        Happened("customers/create", customer);
        return customer;
    }
}
