using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Carts;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Privacy;
using Spoke.Sync.Pulling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Reads from the ledger what records should look like: one method an object. What is missing in the answer should not be there.</summary>
internal sealed class DesiredReader(ISqlDialect dialect, string connection, DesiredState desired, FieldPolicies policies, WayBack? wayBack = null)
{
    /// <summary>For a connection, with the stages its portal has.</summary>
    public static DesiredReader Of(ISqlDialect dialect, Connection connection, StageMap stages) => new(dialect, connection.Name, new DesiredState(connection.Name, connection.StoreUrl, stages, connection.Mapping, connection.NativeTotals), connection.Policies, connection.WayBack) { CompaniesByDomain = connection.Companies.Source == CompanySource.Domain };

    private const string Tags = WayBack.OrderTagsOfHubSpot;

    private bool CompaniesByDomain { get; init; }

    private sealed record PeopleRead(ILookup<string?, LedgerEntity> Customers, Dictionary<string, LedgerEntity> Orders, Dictionary<string, LedgerEntity> Carts, ILookup<string, CustomerAggregates> Aggregates)
    {
        public required Dictionary<string, Cart> Left { get; init; }
        public required Dictionary<string, (string? CompanyId, string? Domain)> Belongs { get; init; }
        public required CompanyKeys Companies { get; init; }
    }

    private sealed record Body(string Platform_Id, string? Contact_Key, string Json);

    /// <summary>With HubSpot's values where these stand.</summary>
    public Dictionary<string, DesiredRecord> Read(DbConnection db, string @object, List<DirtyRecord> rows) => WithGiven(db, @object, WithTaken(db, @object, rows));

    /// <summary>Tags that somebody gave an order in HubSpot stay there while they are on their way to the store.</summary>
    private Dictionary<string, DesiredRecord> WithGiven(DbConnection db, string @object, Dictionary<string, DesiredRecord> records)
    {
        if (wayBack?.Has(@object, Tags) != true) return records;
        foreach (var (key, waiting) in GivenStore.WaitingTags(db, dialect, connection, @object, [.. records.Keys]))
        {
            var properties = new Dictionary<string, string>(records[key].Properties, StringComparer.Ordinal);
            var tags = TagSet.With(TagSet.Read(properties.GetValueOrDefault(Tags)), waiting);
            if (tags.Count > 0) properties[Tags] = string.Join(", ", tags);
            else properties.Remove(Tags);
            records[key] = records[key] with { Properties = properties };
        }
        return records;
    }

    private Dictionary<string, DesiredRecord> WithTaken(DbConnection db, string @object, List<DirtyRecord> rows)
    {
        var ledger = FromLedger(db, @object, rows);
        var taken = Taken(db, @object, ledger);
        // They stand against what this store says, whatever another store of the portal says.
        return taken.Count == 0 ? ledger : Overlaid(@object, ledger, OwnLedger(db, @object, [.. rows.Where(row => taken.Contains(row.Record_Key))]), taken);
    }

    /// <summary>All sides of records in one reading of the ledger.</summary>
    public DesiredSides Sides(DbConnection db, string @object, List<DirtyRecord> rows)
    {
        var (own, all) = @object == RecordObjects.Contacts ? People(db, rows) : (FromLedger(db, @object, rows), null);
        var taken = Taken(db, @object, own);
        var wanted = taken.Count == 0 ? own : Overlaid(@object, own, own, taken);
        return new DesiredSides(own, wanted, all is null ? wanted : taken.Count == 0 ? all : Overlaid(@object, all, own, taken));
    }

    private (Dictionary<string, DesiredRecord> Own, Dictionary<string, DesiredRecord>? All) People(DbConnection db, List<DirtyRecord> rows)
    {
        var keys = rows.Select(row => row.Record_Key).ToList();
        var people = Load(db, keys);
        var shared = SharedPeople.Of(db, dialect, connection, keys);
        var own = Kept(rows, Contacts(keys, people, SharedPeople.Nobody));
        return (own, ReferenceEquals(shared, SharedPeople.Nobody) ? null : Kept(rows, Contacts(keys, people, shared)));
    }

    private ILookup<string, TakenValue> Taken(DbConnection db, string @object, Dictionary<string, DesiredRecord> ledger) =>
        ledger.Count == 0 || policies.Watched(@object).Count == 0 ? Enumerable.Empty<TakenValue>().ToLookup(taken => taken.Record_Key) : TakenStore.Of(db, dialect, connection, @object, [.. ledger.Keys]);

    private Dictionary<string, DesiredRecord> Overlaid(string @object, Dictionary<string, DesiredRecord> ledger, Dictionary<string, DesiredRecord> own, ILookup<string, TakenValue> taken) =>
        TakenOverlay.Apply(ledger, own, taken, property => policies.Of(@object, property));

    /// <summary>What this connection's store says, without other stores of the portal.</summary>
    public Dictionary<string, DesiredRecord> OwnLedger(DbConnection db, string @object, List<DirtyRecord> rows) => @object == RecordObjects.Contacts ? Kept(rows, Contacts(db, rows, alone: true)) : FromLedger(db, @object, rows);

    public Dictionary<string, DesiredRecord> FromLedger(DbConnection db, string @object, List<DirtyRecord> rows) => Kept(rows, @object switch
    {
        RecordObjects.Products => Products(db, rows),
        RecordObjects.Companies => Companies(db, rows),
        RecordObjects.Contacts => Contacts(db, rows, alone: false),
        RecordObjects.Orders => Orders(db, rows),
        RecordObjects.Carts => Carts(db, rows),
        RecordObjects.LineItems => Lines(db, rows),
        _ => throw new ArgumentOutOfRangeException(nameof(@object), @object, null),
    });

    /// <summary>A property whose template failed stays as HubSpot has it.</summary>
    private static Dictionary<string, DesiredRecord> Kept(List<DirtyRecord> rows, Dictionary<string, DesiredRecord> records)
    {
        foreach (var row in rows)
        {
            if (!records.TryGetValue(row.Record_Key, out var record) || record.Unrendered.Count == 0) continue;
            var shadow = row.Shadow is null ? [] : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!;
            var values = new Dictionary<string, string>(record.Properties, StringComparer.Ordinal);
            foreach (var property in record.Unrendered.Keys)
                if (shadow.TryGetValue(property, out var value)) values[property] = value;
            records[row.Record_Key] = record with { Properties = values };
        }
        return records;
    }

    private Dictionary<string, DesiredRecord> Products(DbConnection db, List<DirtyRecord> rows)
    {
        var variants = Load<Variant>(db, EntityKind.Variant, rows.Select(row => row.Source_Id)).ConvertAll(v => v.Entity);
        // What a line item stands for stays, marked as inactive, though the store sells it no more.
        var named = variants.Where(v => v.Deleted).Select(v => v.PlatformId).ToList() is { Count: > 0 } gone
            ? db.Query<string>($"select distinct variant_id from line_variant where connection = @connection and variant_id {dialect.Among("gone")}", new { connection, gone }).ToHashSet(StringComparer.Ordinal) : [];
        variants.RemoveAll(v => v.Deleted && !named.Contains(v.PlatformId));
        var owners = SkuOwners(db, [.. variants.Select(v => LedgerColumns.Of(v).Sku).OfType<string>().Distinct()]);
        return variants.ToDictionary(v => SpokeKey.Of(connection, EntityKind.Variant, v.PlatformId), v => desired.Product(v, LedgerColumns.Of(v).Sku is { } sku && owners.GetValueOrDefault(sku) == v.PlatformId));
    }

    // A SKU that a store uses twice belongs to the oldest variant, one that it still sells before one that it does not; HubSpot allows it once.
    private Dictionary<string, string> SkuOwners(DbConnection db, IReadOnlyList<string> skus) => skus.Count == 0 ? [] :
        db.Query<(string Sku, string Id, long Deleted)>($"select sku, platform_id, deleted from ledger where connection = @connection and +kind = 1 and (deleted = 0 or exists (select 1 from line_variant v where v.connection = ledger.connection and v.variant_id = ledger.platform_id)) and sku {dialect.Among("skus")}", new { connection, skus })
            .GroupBy(v => v.Sku).ToDictionary(group => group.Key, group => group.OrderBy(v => v.Deleted).ThenBy(v => v.Id.Length).ThenBy(v => v.Id, StringComparer.Ordinal).First().Id);

    private Dictionary<string, DesiredRecord> Companies(DbConnection db, List<DirtyRecord> rows)
    {
        var keys = rows.Select(row => row.Record_Key).ToList();
        var prefix = SpokeKey.Of(connection, EntityKind.Company, "");
        var kept = Load<Company>(db, EntityKind.Company, keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])).ToDictionary(c => SpokeKey.Of(connection, EntityKind.Company, c.Entity.PlatformId), c => c.Entity, StringComparer.Ordinal);
        var domains = db.Query<(string Key, string Domain)>($"select record_key, domain from company_domain where connection = @connection and record_key {dialect.Among("keys")}", new { connection, keys }).ToDictionary(row => row.Key, row => row.Domain, StringComparer.Ordinal);
        var nameless = rows.Where(row => !kept.ContainsKey(row.Record_Key) && domains.ContainsKey(row.Record_Key)).ToDictionary(row => domains[row.Record_Key], Name, StringComparer.Ordinal);
        Written(db, nameless);
        return rows.Where(row => kept.ContainsKey(row.Record_Key) || domains.ContainsKey(row.Record_Key)).ToDictionary(row => row.Record_Key,
            row => desired.Company(row.Record_Key, kept.GetValueOrDefault(row.Record_Key), domains.GetValueOrDefault(row.Record_Key), domains.TryGetValue(row.Record_Key, out var domain) ? nameless.GetValueOrDefault(domain) : null));

        // What it is called already it stays.
        static string? Name(DirtyRecord row) => row.Shadow is null ? null : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!.GetValueOrDefault("name");
    }

    /// <summary>Finds what people of a domain wrote as their company, the newest first.</summary>
    private void Written(DbConnection db, Dictionary<string, string?> names)
    {
        var asked = names.Where(name => name.Value is null).Select(name => name.Key).ToList();
        if (asked.Count == 0) return;
        // With a plus the kind is no way into an index: SQLite would take it and walk everybody.
        foreach (var (domain, json) in db.Query<(string, string)>($"select domain, body from ledger where connection = @connection and +kind in (2, 3) and body <> '' and domain {dialect.Among("asked")} order by +kind, version desc, platform_id", new { connection, asked }, buffered: false))
            if (names[domain] is null) names[domain] = LedgerJson.Read(json) switch { Customer customer => customer.Address?.Company, Order order => order.BillingAddress?.Company, _ => null } is { } name && !string.IsNullOrWhiteSpace(name) ? name.Trim() : null;
    }

    private Dictionary<string, DesiredRecord> Contacts(DbConnection db, List<DirtyRecord> rows, bool alone)
    {
        var keys = rows.Select(row => row.Record_Key).ToList();
        return Contacts(keys, Load(db, keys), alone ? SharedPeople.Nobody : SharedPeople.Of(db, dialect, connection, keys));
    }

    /// <summary>What says whose company's a person is: the account's company, the address's domain.</summary>
    private static (string? CompanyId, string? Domain) Company(IEnumerable<Customer> customers, Order? newest)
    {
        var accounts = customers.OrderBy(c => c.Guest).ThenByDescending(c => c.Version).ThenBy(c => c.PlatformId, StringComparer.Ordinal).ToList();
        return (accounts.Select(c => c.CompanyId).FirstOrDefault(id => id is not null), CompanyRules.DomainOf(accounts.Select(c => c.Email).FirstOrDefault(email => email is not null) ?? newest?.Email));
    }

    private PeopleRead Load(DbConnection db, List<string> keys)
    {
        var (customers, orders) = (Bodies(db, $"kind = 2 and contact_key {dialect.Among("keys")}", keys), Newest(db, EntityKind.Order, keys));
        var belongs = keys.ToDictionary(key => key, key => Company(customers[key].Cast<Customer>(), (Order?)orders.GetValueOrDefault(key)), StringComparer.Ordinal);
        return new PeopleRead(customers, orders, Newest(db, EntityKind.Cart, keys), AggregateStore.Read(db, dialect, connection, keys))
        {
            Left = CartStore.Abandoned(db, dialect, connection, keys),
            Belongs = belongs,
            Companies = CompanyKeys.Of(db, dialect, connection, belongs.Values, CompaniesByDomain),
        };
    }

    // A customer the store has deleted keeps the contact: only an erasure takes it away.
    private Dictionary<string, DesiredRecord> Contacts(List<string> keys, PeopleRead read, SharedPeople shared) =>
        keys.Where(key => !Erased.Is(key) && (read.Customers.Contains(key) || read.Orders.ContainsKey(key) || read.Carts.ContainsKey(key))).ToDictionary(key => key, key => desired.Contact(
            key, [.. read.Customers[key].Cast<Customer>(), .. shared.Customers(key)], shared.Newest(key, (Order?)read.Orders.GetValueOrDefault(key)), (Cart?)read.Carts.GetValueOrDefault(key), shared.With(key, read.Aggregates[key]),
            read.Companies.For(read.Belongs[key].CompanyId, read.Belongs[key].Domain), shared.Left(key, read.Left.GetValueOrDefault(key))));

    private Dictionary<string, LedgerEntity> Newest(DbConnection db, EntityKind kind, List<string> keys) =>
        Bodies(db, $"""
            kind = {(int)kind} and contact_key {dialect.Among("keys")} and occurred_at = (select max(newer.occurred_at) from ledger newer
                where newer.connection = @connection and newer.contact_key = ledger.contact_key and newer.kind = {(int)kind})
            """, keys).ToDictionary(group => group.Key!, group => group.OrderBy(e => e.PlatformId, StringComparer.Ordinal).Last());

    private ILookup<string?, LedgerEntity> Bodies(DbConnection db, string condition, List<string> keys) =>
        db.Query<Body>($"select platform_id, contact_key, body as json from ledger where connection = @connection and body <> '' and {condition}", new { connection, keys }).ToLookup(b => b.Contact_Key, b => LedgerJson.Read(b.Json));

    private Dictionary<string, DesiredRecord> Orders(DbConnection db, List<DirtyRecord> rows)
    {
        var orders = Load<Order>(db, EntityKind.Order, rows.Select(row => row.Source_Id));
        var carts = WithRecord(db, [.. orders.Select(o => o.Entity.CartId).OfType<string>().Select(id => SpokeKey.Of(connection, EntityKind.Cart, id))]);
        var companies = CompanyKeys.Of(db, dialect, connection, orders.Select(o => (o.Entity.CompanyId, CompanyRules.DomainOf(o.Entity.Email))), CompaniesByDomain);
        return orders.ToDictionary(o => SpokeKey.Of(connection, EntityKind.Order, o.Entity.PlatformId),
            o => desired.Order(o.Entity, Erased.Is(o.ContactKey) ? null : o.ContactKey, o.Entity.CartId is { } cart && carts.Contains(SpokeKey.Of(connection, EntityKind.Cart, cart)), companies.For(o.Entity.CompanyId, CompanyRules.DomainOf(o.Entity.Email))));
    }

    private HashSet<string> WithRecord(DbConnection db, List<string> keys) => keys.Count == 0 ? [] :
        db.Query<string>($"select record_key from record where connection = @connection and object = 'carts' and record_key {dialect.Among("keys")}", new { connection, keys }).ToHashSet(StringComparer.Ordinal);

    private Dictionary<string, DesiredRecord> Carts(DbConnection db, List<DirtyRecord> rows)
    {
        var ids = rows.Select(row => row.Source_Id).ToList();
        var ordered = db.Query<string>($"select cart_id from ledger where connection = @connection and cart_id {dialect.Among("ids")}", new { connection, ids }).ToHashSet();
        var states = CartStore.Of(db, dialect, connection, ids);
        return Load<Cart>(db, EntityKind.Cart, ids).Where(c => c.Entity.Identifiable)
            .ToDictionary(c => SpokeKey.Of(connection, EntityKind.Cart, c.Entity.PlatformId), c => desired.Cart(c.Entity, c.ContactKey, states.TryGetValue(c.Entity.PlatformId, out var state) ? state : CartStates.Judge(new CartFacts(c.Entity, ordered.Contains(c.Entity.PlatformId), null, false, false), DateTimeOffset.UnixEpoch, TimeSpan.Zero, DateTimeOffset.UnixEpoch).Status));
    }

    private Dictionary<string, DesiredRecord> Lines(DbConnection db, List<DirtyRecord> rows)
    {
        var result = new Dictionary<string, DesiredRecord>(StringComparer.Ordinal);
        var parts = rows.Select(row => row.Source_Id.Split('/', 2)).Select(p => (Kind: (EntityKind)int.Parse(p[0], CultureInfo.InvariantCulture), Parent: p[1][..p[1].LastIndexOf('/')])).Distinct();
        foreach (var kind in parts.GroupBy(p => p.Kind, p => p.Parent))
            foreach (var parent in kind.Key == EntityKind.Order ? Load<Order>(db, kind.Key, kind).Select(o => (LedgerEntity)o.Entity) : Load<Cart>(db, kind.Key, kind).Select(c => c.Entity))
                foreach (var line in (parent as Order)?.Lines ?? ((Cart)parent).Lines)
                {
                    var key = SpokeKey.OfLine(connection, kind.Key, parent.PlatformId, line.Id);
                    result[key] = desired.Line(key, line, parent);
                }
        return result;
    }

    private List<(T Entity, string? ContactKey)> Load<T>(DbConnection db, EntityKind kind, IEnumerable<string> ids) where T : LedgerEntity =>
        [.. db.Query<Body>($"select platform_id, contact_key, body as json from ledger where connection = @connection and kind = @kind and body <> '' and platform_id {dialect.Among("ids")}", new { connection, kind = (int)kind, ids = ids.ToList() })
            .Select(body => ((T)LedgerJson.Read(body.Json), body.Contact_Key))];
}

/// <summary>What records should be.</summary>
/// <param name="Own">What the connection's own store says.</param>
/// <param name="Wanted">The same with HubSpot's values where these stand already.</param>
/// <param name="Shared">The same with what other stores of the portal say.</param>
internal sealed record DesiredSides(Dictionary<string, DesiredRecord> Own, Dictionary<string, DesiredRecord> Wanted, Dictionary<string, DesiredRecord> Shared);
