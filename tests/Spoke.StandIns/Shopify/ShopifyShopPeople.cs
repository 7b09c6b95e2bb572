namespace Spoke.StandIns.Shopify;

/// <content>Who buys in the shop, for themselves or for a company.</content>
public sealed partial class ShopifyShop
{
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
