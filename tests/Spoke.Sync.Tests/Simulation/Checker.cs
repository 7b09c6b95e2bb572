using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>Holds ledger and HubSpot to the shop's truth and to what was acknowledged. Everything that differs is told, each by a line.</summary>
internal sealed class Checker(World world)
{
    private static readonly TimeSpan Close = TimeSpan.FromSeconds(5);
    private readonly List<string> _wrong = [];
    private Binnings _bin = null!;

    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>Guarantee 1: what was acknowledged is in the ledger, without asking the store once more.</summary>
    public async Task NothingLostAsync()
    {
        var rows = (await world.Database.ReadAsync(db => db.Query<(long Kind, string Id, long Version, long Gone, long Deleted, string Body)>("select kind, platform_id, version, gone_version, deleted, body from ledger").AsList(), CancellationToken.None))
            .ToDictionary(row => ((EntityKind)row.Kind, row.Id));
        foreach (var (thing, (version, deleted)) in world.History.Newest)
        {
            // What a push only named is looked up later, and may be gone by then.
            if (world.Shop.Find(thing.Kind, thing.Id) is { Deleted: true } && (!rows.TryGetValue(thing, out var left) || left.Deleted != 0)) continue;
            if (deleted && !rows.ContainsKey(thing)) continue;   // what we never had and were told is gone leaves nothing, though the shop may have it back by now
            if (!rows.TryGetValue(thing, out var row)) Say(1, $"{thing} v{version} was acknowledged and is not in the ledger");
            else if (deleted ? row.Deleted == 0 && row.Version <= version : row.Version < version) Say(1, $"{thing} v{version}{(deleted ? " deleted" : "")} was acknowledged; the ledger has v{row.Version}, deletion v{row.Gone}");
        }
        if (await world.Database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from intake where state = 2"), CancellationToken.None) is > 0 and var unread) Say(1, $"{unread} changes could not be read");
    }

    /// <summary>Guarantee 4: HubSpot never had to say that its limit was reached, as far as the engine could know.</summary>
    public void NoLimitReached()
    {
        foreach (var call in world.Calls.Where(call => call is { Status: 429, Fault: not ("duplicate-call" or WireCall.Double) } && !IsBehindDouble(call) && !IsBehindDeath(call))) Say(4, $"{call} was refused for the limit");
        // Who is refused at the gate for token or data centre is in no account's window.
        var arrived = world.Calls.Where(call => call is { Status: not (0 or 401 or 477 or 488), IsSearch: false, Fault: not WireCall.Double } && !IsBehindDeath(call)).Select(call => call.At).Order().ToList();
        for (var i = world.Limit; i < arrived.Count; i++)
            if (arrived[i] - arrived[i - world.Limit] < TimeSpan.FromSeconds(10)) Say(4, $"{world.Limit + 1} calls within ten seconds at {arrived[i]:O}");
    }

    // What the network has doubled is one call more in HubSpot's window than the engine has sent. The next answer that says what is left tells of it, at the earliest.
    private bool IsBehindDouble(WireCall call)
    {
        var window = TimeSpan.FromSeconds(call.IsSearch ? 1 : 10);
        return world.Calls.Any(other => other.Fault == WireCall.Double && other.IsSearch == call.IsSearch && call.At >= other.At && call.At - other.At < window);
    }

    // The machine's processes share their windows (SharedBudgetTests); here each life has one of its own and knows nothing of what the one before has sent: not of searches in the same second, not of calls before HubSpot says what is left.
    private bool IsBehindDeath(WireCall call) => call.IsSearch ? world.Births.Skip(1).Any(at => call.At >= at && call.At - at < TimeSpan.FromSeconds(1)) : !call.Told && world.Births.Count > 1 && call.At >= world.Births[1];

    /// <summary>Guarantees 2, 3 and 6: no record twice, each as the shop has it now, sums equal.</summary>
    public async Task EndsAlikeAsync()
    {
        using var client = await world.LookAsync();
        var account = await Account.ReadAsync(client);
        foreach (var (@object, records) in account.Records)
            foreach (var twice in records.Where(record => !PortalMerging.IsStranger(record)).GroupBy(record => record["spoke_key"]).Where(group => group.Count() > 1 || group.Key is null)) Say(2, $"{twice.Count()} {@object} have the key {twice.Key ?? "none"}");
        foreach (var twice in account.Records["contacts"].Where(c => c["email"] is not null).GroupBy(c => c["email"]!.ToLowerInvariant()).Where(group => group.Count() > 1)) Say(2, $"{twice.Count()} contacts have the address {twice.Key}");
        var truth = new Truth(world.Shop, world.Merging.Now);
        _bin = new Binnings(world.Bin.Now, truth);
        Products(account);
        var contacts = Contacts(account, truth);
        Orders(account, truth, contacts);
        Carts(account, truth, contacts);
        await SumsAsync(account);
        await StoppedAsync();
        if (world.PortalConsents is not null) await new ConsentCheck(world, what => Say(3, what)).RunAsync(truth);
    }

    /// <summary>What people have archived, and nothing else, is stopped, so that whoever looks is told.</summary>
    private async Task StoppedAsync()
    {
        var rows = await world.Database.ReadAsync(db => db.Query<(string Object, string Key, string? Id, long State)>("select object, record_key, record_id, state from record").AsList(), CancellationToken.None);
        foreach (var row in rows)
        {
            var archived = world.Bin.Now.Any(binned => binned.Object == row.Object && binned.Id == row.Id);
            if (row.State == 3 && !world.IsBinned(row.Object, row.Id)) Say(3, $"{row.Object} {row.Key} ({row.Id}) is stopped, and nobody has archived it");
            if (row.State != 3 && archived) Say(3, $"{row.Object} {row.Key} ({row.Id}) was archived in HubSpot, and nobody is told");
        }
    }

    private void Products(Account account)
    {
        var there = ByKey(account, "products");
        var variants = world.Shop.Live<ShopVariant>().ToList();
        var owners = variants.Where(v => v.Sku is not null).GroupBy(v => v.Sku!.ToUpperInvariant()).ToDictionary(g => g.Key, g => g.OrderBy(v => v.Number).First());
        foreach (var variant in variants)
            if (Take(there, "products", "variant", variant.Id, mayBeAgain: variant.WasDeleted) is { } record)
                Same($"product {variant.Id}", record, ("spoke_status", "Active"), ("name", variant.Name), ("price", Truth.Text(variant.Price, "EUR")), ("hs_sku", variant.Sku is { } sku && owners[sku.ToUpperInvariant()] == variant ? sku : null));
        // What a line stands for may stay though the shop sells it no more; then it says so.
        var named = world.Shop.Items.SelectMany(item => item switch { ShopOrder order => order.Lines, ShopCart { Identifiable: true } cart => cart.Lines, _ => [] }).Select(line => line.VariantId).ToHashSet();
        foreach (var gone in world.Shop.Items.OfType<ShopVariant>().Where(v => v.Deleted && named.Contains(v.Id)))
            if (there.Remove($"{World.Name}:variant:{gone.Id}", out var kept)) Same($"product {gone.Id}", kept, ("spoke_status", "Inactive"));
        None(there, "products");
    }

    private Dictionary<string, string> Contacts(Account account, Truth truth)
    {
        var ids = new Dictionary<string, string>();
        var there = account.Records["contacts"].ToDictionary(record => record.Id.Value);
        foreach (var person in truth.People.Values.Distinct())
        {
            var email = string.Join(" and ", person.Addresses.Order(StringComparer.Ordinal));
            var mine = account.Records["contacts"].Where(c => person.Addresses.Contains(c["email"]?.ToLowerInvariant() ?? "")).ToList();
            if (person.Unsure)
            {
                foreach (var one in mine) there.Remove(one.Id.Value);
                continue;
            }
            if (mine.Count > 1) Say(2, $"{mine.Count} contacts are {email}, who were merged");
            if (mine is not [var record, ..])
            {
                if (person.Addresses.Overlaps(_bin.Perhaps)) continue;
                if (person.Accounts.Any(a => !a.Deleted) || person.Orders.Any(o => !o.Deleted) || person.Carts.Any(c => !c.Deleted)) Say(3, $"no contact has the address {email}");
                continue;
            }
            if (person.Addresses.Overlaps(_bin.People)) Say(2, $"the contact of {email} was archived in HubSpot and is there again");
            there.Remove(record.Id.Value);
            foreach (var address in person.Addresses) ids[address] = record.Id.Value;
            Same($"contact {email}", record, ("spoke_orders_count", person.Counted.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            if (person.Accounts is [{ Deleted: false } only])
            {
                Same($"contact {email}", record, ("firstname", only.First), ("lastname", only.Last), ("phone", only.Phone));
                foreach (var (field, property) in new[] { (CustomerField.FirstName, "firstname"), (CustomerField.LastName, "lastname"), (CustomerField.Phone, "phone") }.Where(_ => !person.Merged)) Edited(only, field, property, record);
            }
            if (record["spoke_currency"] is { } currency) Same($"contact {email} of {string.Join(", ", person.Orders.Select(o => $"{o.Id} {o.Currency} {o.Paid} - {o.Refunded}{(o.Deleted ? " deleted" : "")}"))}", record, ("spoke_total_spent", person.Spent(currency)));
            else if (person.Orders.Any(o => !o.Deleted)) Say(3, $"contact {email} has orders and no figures");
        }
        // A person's record is never taken away; one nobody of the shop stands behind any more counts nothing.
        foreach (var left in there.Values.Where(record => !PortalMerging.IsStranger(record)).Where(record => record["spoke_orders_count"] is not (null or "0"))) Say(3, $"contact {left["email"]} ({left["spoke_key"]}) is nobody's and counts {left["spoke_orders_count"]} orders");
        return ids;
    }

    // Both sides say the same; here it is held to what people last said on either side. What the engine saw of one side before the other was touched is decided by
    // the order of things, and only what it saw of both at once by their clocks: so it is decided here where both say the same.
    private void Edited(ShopCustomer customer, CustomerField field, string property, CrmRecord record)
    {
        var there = record[property] is { Length: > 0 } value ? value : null;
        var (shops, shopAt) = customer.Said.GetValueOrDefault(field);
        if (world.People.Last(record.Id.Value, property) is not { } edit)
        {
            if (there != shops) Say(3, $"contact {customer.Email}: {property} is '{there}'; the shop said '{shops}' last and nobody in HubSpot has touched it");
            return;
        }
        var ahead = world.Shop.Skew > TimeSpan.Zero ? world.Shop.Skew : TimeSpan.Zero;
        var behind = ahead - world.Shop.Skew;
        if (there != shops && there != edit.Value) Say(3, $"contact {customer.Email}: {property} is '{there}'; the shop said '{shops}' last, HubSpot '{edit.Value}'");
        else if (shopAt - edit.At > Close + ahead && there != shops) Say(3, $"contact {customer.Email}: {property} is '{there}'; the shop said '{shops}' at {shopAt:T}, after HubSpot at {edit.At:T}");
        // The store dates its customers as a whole: what is about the customer later than the edit may make the store's value the newer one.
        else if (edit.At - customer.TouchedAt > Close + behind && !customer.Writes.Any(write => write.At > edit.At - Close - ahead && !write.Fields.Contains(field)) && there != edit.Value)
            Say(3, $"contact {customer.Email}: {property} is '{there}'; HubSpot said '{edit.Value}' at {edit.At:T}, after the shop at {customer.TouchedAt:T}");
    }

    private void Orders(Account account, Truth truth, Dictionary<string, string> contacts)
    {
        var there = ByKey(account, "orders");
        foreach (var order in world.Shop.Items.OfType<ShopOrder>())
        {
            if (order.Deleted)
            {
                if (there.Remove($"{World.Name}:order:{order.Id}", out var gone) && _bin.Has("orders", gone["spoke_key"]!)) Say(2, $"order {order.Id} was archived in HubSpot and is there again");
                else if (gone is not null) Same($"order {order.Id}", gone, ("hs_external_order_status", "deleted"));
                continue;
            }
            if (Take(there, "orders", "order", order.Id) is not { } record)
            {
                Lines(account, $"order {order.Id}", $"{World.Name}:line:{order.Id}/", order.Lines, null);
                continue;
            }
            string Amount(long minor) => Truth.Text(minor, order.Currency);
            Same($"order {order.Id}", record, ("hs_order_name", "#N" + order.Id), ("hs_currency_code", order.Currency), ("hs_total_price", Amount(order.Total)), ("hs_tax", Amount(order.Tax)), ("hs_refund_amount", Amount(order.Refunded)),
                ("spoke_refunded_total", Amount(order.Refunded)), ("spoke_net_revenue", Amount(order.ItemsNet - (order.Paid == 0 ? 0 : order.Refunds.Sum(r => r.Items)))),
                ("hs_external_order_status", order.Status), ("hs_discount_codes", order.Coupon), ("hs_shipping_tracking_number", order.Tracking));
            Whose(truth, $"order {order.Id}", account.Ends("orders", record, "contacts"), truth.Address(order.CustomerId, order.Email), contacts);
            Lines(account, $"order {order.Id}", $"{World.Name}:line:{order.Id}/", order.Lines, account.Ends("orders", record, "line_items"));
        }
        None(there, "orders");
    }

    private void Carts(Account account, Truth truth, Dictionary<string, string> contacts)
    {
        var there = ByKey(account, "carts");
        foreach (var cart in world.Shop.Items.OfType<ShopCart>().Where(cart => cart.Identifiable))
        {
            if (cart.Deleted) continue;
            if (Take(there, "carts", "cart", cart.Id) is not { } record)
            {
                Lines(account, $"cart {cart.Id}", $"{World.Name}:cartline:{cart.Id}/", cart.Lines, null);
                continue;
            }
            Same($"cart {cart.Id}", record, ("hs_external_status", Status(cart, truth, record["hs_external_status"])), ("hs_total_price", Truth.Text(cart.Lines.Sum(l => l.Net + l.Tax), cart.Currency)));
            Whose(truth, $"cart {cart.Id}", account.Ends("carts", record, "contacts"), truth.Address(cart.CustomerId, cart.Email), contacts);
            Lines(account, $"cart {cart.Id}", $"{World.Name}:cartline:{cart.Id}/", cart.Lines, account.Ends("carts", record, "line_items"));
        }
        None(there, "carts");
    }

    // Hours have passed since anybody touched anything: what is open is left behind. Whether that was seen before it was bought depends on when the engine lived.
    private string Status(ShopCart cart, Truth truth, string? there)
    {
        if (cart.OrderId is not null) return there == "recovered" ? "recovered" : "converted";
        var person = truth.People[truth.Address(cart.CustomerId, cart.Email)];
        if (cart.Lines.Count == 0) return "emptied";
        var newest = person.Carts.Where(other => other is { Deleted: false, OrderId: null, Lines.Count: > 0 }).OrderBy(other => other.ChangedAt).ThenBy(other => other.Id, StringComparer.Ordinal).Last();
        var left = cart.Lines.Sum(line => line.Net + line.Tax) <= 0 ? "active" : "abandoned";
        if (newest == cart && !person.Orders.Any(order => !order.Deleted && order.PlacedAt > cart.ChangedAt)) return left;
        return person.Unsure && there == left ? left : "superseded";   // of two that may have been merged, what came later may be the other's
    }

    private void Lines(Account account, string of, string prefix, List<ShopLine> lines, IReadOnlyList<string>? ends)
    {
        var there = account.Records["line_items"].Where(record => record["spoke_key"]?.StartsWith(prefix, StringComparison.Ordinal) == true).ToDictionary(record => record["spoke_key"]!);
        foreach (var line in lines)
        {
            var archived = _bin.Has("line_items", prefix + line.Id);
            if (!there.Remove(prefix + line.Id, out var record))
            {
                if (!archived) Say(3, $"{of} has no line item {line.Id}");
            }
            else
            {
                if (archived) Say(2, $"line {line.Id} of {of} was archived in HubSpot and is there again");
                Same($"line {line.Id} of {of}", record, ("name", line.Name), ("quantity", line.Quantity.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                if (ends?.Contains(record.Id.Value) == false) Say(3, $"line {line.Id} is not associated with {of}");
            }
        }
        foreach (var extra in there.Keys) Say(3, $"{of} has a line item {extra} too many");
        var left = lines.Count(line => !_bin.Has("line_items", prefix + line.Id));
        if (ends is not null && ends.Count != left) Say(3, $"{of} has {left} lines and {ends.Count} associated line items");
    }

    private async Task SumsAsync(Account account)
    {
        var live = world.Shop.Live<ShopOrder>().ToList();
        var ledger = await world.Database.ReadAsync(db => db.Query<(string Currency, long Sum)>("select currency, cast(sum(total) as bigint) from ledger where kind = 3 and deleted = 0 group by currency").ToDictionary(row => row.Currency, row => row.Sum), CancellationToken.None);
        foreach (var currency in live.Select(order => order.Currency).Distinct().Order(StringComparer.Ordinal))
        {
            var archived = live.Where(o => o.Currency == currency && _bin.Has("orders", $"{World.Name}:order:{o.Id}")).ToList();   // in the ledger all the same
            var mine = account.Records["orders"].Where(o => o["hs_currency_code"] == currency && o["hs_external_order_status"] != "deleted").ToList();
            var (shop, kept, there) = (live.Where(o => o.Currency == currency).Sum(o => o.Total), ledger.GetValueOrDefault(currency), mine.Sum(o => Truth.Minor(o["hs_total_price"], currency)) + archived.Sum(o => o.Total));
            if (shop != kept || shop != there) Say(6, $"{currency}: shop {shop}, ledger {kept}, HubSpot {there}");
            var (refunds, told) = (live.Where(o => o.Currency == currency).Sum(o => o.Refunded), mine.Sum(o => Truth.Minor(o["hs_refund_amount"], currency)) + archived.Sum(o => o.Refunded));
            if (refunds != told) Say(6, $"{currency}: refunds in the shop {refunds}, in HubSpot {told}");
        }
    }

    private void Whose(Truth truth, string what, IReadOnlyList<string> ends, string address, Dictionary<string, string> contacts)
    {
        if (truth.People[address].Unsure) return;
        string[] wanted = contacts.GetValueOrDefault(address) is { } id ? [id] : [];
        if ((wanted.Length == 0 && !_bin.Perhaps.Contains(address)) || !ends.SequenceEqual(wanted)) Say(3, $"{what} belongs to {address} ({contacts.GetValueOrDefault(address)}) and is associated with contacts [{string.Join(", ", ends)}]");
    }

    private void Same(string what, CrmRecord record, params (string Property, string? Value)[] wanted)
    {
        foreach (var (property, value) in wanted)
            if ((record[property] is { Length: > 0 } there ? there : null) != value) Say(3, $"{what}: {property} is '{record[property]}' and should be '{value}'");
    }

    private static Dictionary<string, CrmRecord> ByKey(Account account, string @object) => account.Records[@object].GroupBy(record => record["spoke_key"] ?? "").ToDictionary(group => group.Key, group => group.First());

    private CrmRecord? Take(Dictionary<string, CrmRecord> there, string @object, string word, string id, bool mayBeAgain = false)
    {
        var archived = _bin.Has(@object, $"{World.Name}:{word}:{id}");
        if (!there.Remove($"{World.Name}:{word}:{id}", out var record))
        {
            if (!archived) Say(3, $"{@object}: {id} is missing");
        }
        else if (archived && !mayBeAgain) Say(2, $"{@object}: {id} was archived in HubSpot and is there again");   // the shop may have taken it away and brought it back
        return record;
    }

    private void None(Dictionary<string, CrmRecord> left, string @object)
    {
        foreach (var key in left.Keys.Where(key => @object != "carts" || world.Shop.Find(EntityKind.Cart, key[(key.LastIndexOf(':') + 1)..]) is not { Deleted: true })) Say(3, $"{@object}: {key} is there and should not be");
    }

    private void Say(int guarantee, string what) => _wrong.Add($"guarantee {guarantee}: {what}");
}
