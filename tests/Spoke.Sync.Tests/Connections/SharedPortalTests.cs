using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Connections;

/// <summary>Two stores of one portal: a person who buys in both is one contact, a SKU that both sell one product.</summary>
public sealed class SharedPortalTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-shared-").FullName;
    private readonly ScriptedStore _first = new(TimeProvider.System);
    private readonly ScriptedStore _second = new(TimeProvider.System);
    private EmulatorServer _emulator = null!;
    private HubSpotClient _portal = null!;
    private SyncDatabase _database = null!;
    private SyncEngine _engine = null!;
    private Connection _eu = null!;
    private Connection _us = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000 });
        _database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "spoke.db")), Token);
        (_eu, _us) = (new Connection("eu", _first, _portal, "eu.example", "page"), new Connection("us", _second, _portal, "us.example", "page"));
        _engine = Engine(_eu, _us);
    }

    public async ValueTask DisposeAsync()
    {
        _portal.Dispose();
        await _database.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_person_of_two_stores_is_one_contact_with_the_sum_of_both()
    {
        _first.Put(Some.Customer("1", 0, "ada@example.com"));
        _first.Put(Some.Order("1", 0, customer: "1", total: 1000));
        _second.Put(Some.Customer("9", 0, "ADA@example.com"));
        _second.Put(Some.Order("9", 0, customer: "9", total: 500));
        _second.Put(Some.Order("10", 0, customer: "9", total: 300, currency: "USD"));
        await PassAsync();
        await PassAsync();
        var contact = Assert.Single(await ContactsAsync());
        Assert.Equal(("3", "eu:customer:1"), (contact["spoke_orders_count"], contact["spoke_key"]));
        await AssertQuietAsync();
        // A further order in the other store counts for the one contact, and does not set it back to one store's own.
        _second.Put(Some.Order("11", 0, customer: "9", total: 200));
        await PassAsync();
        contact = Assert.Single(await ContactsAsync());
        Assert.Equal(("4", "eu:customer:1"), (contact["spoke_orders_count"], contact["spoke_key"]));
        await AssertQuietAsync();
    }

    [Fact]
    public async Task A_name_corrected_in_one_store_reaches_the_contact_and_one_corrected_in_HubSpot_both_stores()
    {
        _first.Put(Some.Customer("1", 0, "ada@example.com"));
        _second.Put(Some.Customer("9", 0, "ada@example.com"));
        await PassAsync();
        await PassAsync();
        _second.Edit("9", c => c with { FirstName = "Augusta" });
        await PassAsync();
        var contact = Assert.Single(await ContactsAsync());
        Assert.Equal("Augusta", contact["firstname"]);
        Assert.Equal(("Ada", "Augusta"), Names());   // no shop is written to because of another
        await AssertQuietAsync();
        await _portal.Contacts.UpdateAsync(contact.Id, new Dictionary<string, string?> { ["firstname"] = "Ada Augusta" }, null, Token);
        await PassAsync();
        Assert.Equal(("Ada Augusta", "Ada Augusta"), Names());
        await AssertQuietAsync();

        (string?, string?) Names() => (_first.Get<Customer>(EntityKind.Customer, "1").FirstName, _second.Get<Customer>(EntityKind.Customer, "9").FirstName);
    }

    [Fact]
    public async Task What_was_written_for_one_store_and_not_heard_of_is_no_edit_to_the_other()
    {
        _first.Put(Some.Customer("1", 0, "ada@example.com"));
        _second.Put(Some.Customer("9", 0, "ada@example.com"));
        await PassAsync();
        await PassAsync();
        var contact = Assert.Single(await ContactsAsync());
        _second.Edit("9", c => c with { FirstName = "Augusta" });
        await new PlanMaker(_database, [_us], new SyncOptions(), TimeProvider.System, NullLogger.Instance).MakeAsync(null, null, Token);   // reads the store
        var reader = DesiredReader.Of(_database.Dialect, _us, await new PortalPreparation(_database, _us).PrepareAsync(Token));
        var plan = await new Planner(_database, "us", reader, TimeProvider.System).OfAsync("contacts", ["us:customer:9"], Token);
        Assert.Single(await new OutcomeStore(_database, "us", TimeProvider.System, _us.IsEdited).SendingAsync(plan, Token));
        await _portal.Contacts.UpdateAsync(contact.Id, new Dictionary<string, string?> { ["firstname"] = "Augusta" }, null, Token);   // and the process is no more
        var look = Assert.Single(await Engine(_eu).RunOnceAsync(null, Token)).Summary!;
        Assert.Equal((0, 0), (look.PulledFields, look.WrittenBack));
        await _database.WriteAsync((db, transaction) => db.Execute("update record set turn_until = 0", null, transaction), Token);
        await PassAsync();
        Assert.Equal(("Ada", "Augusta"), (_first.Get<Customer>(EntityKind.Customer, "1").FirstName, _second.Get<Customer>(EntityKind.Customer, "9").FirstName));
        Assert.Equal("Augusta", Assert.Single(await ContactsAsync())["firstname"]);
        await AssertQuietAsync();
    }

    [Fact]
    public async Task What_a_write_of_one_store_has_met_in_HubSpot_reaches_both_stores()
    {
        _first.Put(Some.Customer("1", 0, "ada@example.com"));
        _second.Put(Some.Customer("9", 0, "ada@example.com"));
        _first.Age(EntityKind.Customer, "1", TimeSpan.FromMinutes(2));
        _second.Age(EntityKind.Customer, "9", TimeSpan.FromMinutes(2));
        await PassAsync();
        await PassAsync();
        var contact = Assert.Single(await ContactsAsync());
        _first.Edit("1", c => c with { FirstName = "of the store" });
        _first.Age(EntityKind.Customer, "1", TimeSpan.FromMinutes(1));
        var met = 0;
        using var wire = new Wire
        {
            Sending = async path =>
            {
                if (path.EndsWith("/contacts/batch/update", StringComparison.Ordinal) && met++ == 0) await _portal.Contacts.UpdateAsync(contact.Id, new Dictionary<string, string?> { ["firstname"] = "of HubSpot" }, null, Token);
            },
        };
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000 }, wire);
        Assert.NotNull(Assert.Single(await Engine(_eu with { Portal = portal }).RunOnceAsync(null, Token)).Summary);
        await PassAsync();
        await PassAsync();
        Assert.Equal(("of HubSpot", "of HubSpot", "of HubSpot"), (_first.Get<Customer>(EntityKind.Customer, "1").FirstName, _second.Get<Customer>(EntityKind.Customer, "9").FirstName, Assert.Single(await ContactsAsync())["firstname"]));
        await AssertQuietAsync();
    }

    [Fact]
    public async Task A_SKU_of_two_stores_is_one_product_with_the_name_of_the_first()
    {
        _first.Put(Some.Variant("1", 0, "TEA-1", name: "Tee"));
        _second.Put(Some.Variant("7", 0, "tea-1", name: "Tea"));
        await PassAsync();
        await PassAsync();
        var product = Assert.Single(await _portal.Products.ListAsync(new ReadOptions { Properties = ["name", "spoke_key"] }, null, Token).ToListAsync(Token));
        Assert.Equal(("Tee", "eu:variant:1"), (product["name"], product["spoke_key"]));
        _second.Put(Some.Variant("7", 0, "tea-1", name: "Tea, black"));
        await PassAsync();
        Assert.Equal("Tee", Assert.Single(await _portal.Products.ListAsync(new ReadOptions { Properties = ["name"] }, null, Token).ToListAsync(Token))["name"]);
        await AssertQuietAsync();
    }

    [Fact]
    public async Task People_of_one_company_in_two_stores_are_of_one_record_and_the_cart_left_last_is_shown_whichever_store_it_is_in()
    {
        var rules = new CompanyRules(CompanySource.Domain);
        _engine = Engine(_eu with { Companies = rules }, _us with { Companies = rules });
        var now = TimeProvider.System.GetUtcNow();
        Cart Left(string id, TimeSpan ago, long total) => Some.Cart(id, 0, "ada@acme.co.uk", total) with { LastActivityAt = now - ago, Lines = Some.Order("", 0, lines: "l").Lines };
        _first.Put(Some.Customer("1", 0, "ada@acme.co.uk"));
        _first.Put(Left("k1", TimeSpan.FromHours(3), 700));
        _second.Put(Some.Customer("9", 0, "bob@acme.co.uk"));
        _second.Put(Left("k2", TimeSpan.FromHours(2), 900));
        await PassAsync();
        await PassAsync();
        var company = Assert.Single(await _portal.Companies.ListAsync(new ReadOptions { Properties = ["spoke_key", "domain"] }, null, Token).ToListAsync(Token));
        Assert.Equal(("eu:company:domain:acme.co.uk", "acme.co.uk"), (company["spoke_key"], company["domain"]));
        foreach (var contact in await ContactsAsync()) Assert.Equal([company.Id], await _portal.Associations.ListAsync("contacts", contact.Id, "companies", null, Token).Select(edge => edge.To).ToListAsync(Token));
        var ada = (await _portal.Contacts.GetAsync("ada@acme.co.uk", new ReadOptions { IdProperty = "email", Properties = ["spoke_abandoned_cart_value"] }, null, Token))!;
        Assert.Equal("9.00", ada["spoke_abandoned_cart_value"]);
        await AssertQuietAsync();
    }

    [Fact]
    public async Task A_sum_that_was_planned_before_the_other_stores_newer_one_does_not_stay()
    {
        var (stale, plan) = await StaleAsync(() => _second.Put(Some.Order("11", 0, customer: "9", total: 200)));
        Assert.Equal("3", Assert.Single(plan).Changes["spoke_orders_count"]);
        await stale.PushAsync(plan, Token);
        Assert.Equal("3", Assert.Single(await ContactsAsync())["spoke_orders_count"]);
        await PassAsync();
        Assert.Equal("4", Assert.Single(await ContactsAsync())["spoke_orders_count"]);
        await AssertQuietAsync();
    }

    [Fact]
    public async Task A_name_that_the_other_store_wrote_beside_ours_counts_as_no_edit_in_HubSpot()
    {
        var (stale, plan) = await StaleAsync(() => _second.Edit("9", c => c with { FirstName = "Augusta" }));
        Assert.DoesNotContain("firstname", Assert.Single(plan).Changes.Keys);
        await stale.PushAsync(plan, Token);
        await PassAsync();
        await AssertQuietAsync();
        Assert.Equal("Augusta", Assert.Single(await ContactsAsync())["firstname"]);
        Assert.Equal(("Ada", "Augusta"), (_first.Get<Customer>(EntityKind.Customer, "1").FirstName, _second.Get<Customer>(EntityKind.Customer, "9").FirstName));
    }

    [Fact]
    public async Task Two_stores_that_say_different_things_of_a_contact_do_not_wake_each_other()
    {
        (_eu, _us) = (_eu with { Mapping = Saying("eu") }, _us with { Mapping = Saying("us") });
        _engine = Engine(_eu, _us);
        var (stale, plan) = await StaleAsync(() => _second.Put(Some.Order("11", 0, customer: "9", total: 200)));
        await stale.PushAsync(plan, Token);
        await PassAsync();
        await PassAsync();
        await AssertQuietAsync();

        static PropertyMap Saying(string word) => PropertyMap.Read([KeyValuePair.Create("contacts.jobtitle", (string?)$"{word} {{{{ totals.orders_count }}}}")]).Map;
    }

    /// <summary>The first store has planned its contact ahead; before that is sent, something changes in the second and goes to HubSpot.</summary>
    private async Task<(Pusher Pusher, IReadOnlyList<PlanItem> Plan)> StaleAsync(Action inSecond)
    {
        _first.Put(Some.Customer("1", 0, "ada@example.com"));
        _first.Put(Some.Order("1", 0, customer: "1", total: 1000));
        _second.Put(Some.Customer("9", 0, "ada@example.com"));
        _second.Put(Some.Order("9", 0, customer: "9", total: 500));
        await PassAsync();
        await PassAsync();
        await AssertQuietAsync();
        _first.Put(Some.Order("2", 0, customer: "1", total: 100));
        await new PlanMaker(_database, [_eu], new SyncOptions(), TimeProvider.System, NullLogger.Instance).MakeAsync(null, null, Token);   // reads the store
        var reader = DesiredReader.Of(_database.Dialect, _eu, await new PortalPreparation(_database, _eu).PrepareAsync(Token));
        var plan = await new Planner(_database, "eu", reader, TimeProvider.System).OfAsync("contacts", ["eu:customer:1"], Token);
        inSecond();
        Assert.NotNull(Assert.Single(await Engine(_us).RunOnceAsync(null, Token)).Summary);
        return (new Pusher(_portal, "eu", new OutcomeStore(_database, "eu", TimeProvider.System, _eu.IsEdited), 1, NullLogger.Instance), plan);
    }

    private SyncEngine Engine(params Connection[] connections) => new(_database, connections, new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private async Task PassAsync()
    {
        foreach (var result in await _engine.RunOnceAsync(null, Token))
        {
            if (result.Failure is { } failure) throw failure;
            Assert.True(result.Summary!.InStep, $"{result.Connection} is not in step");
        }
    }

    private async Task AssertQuietAsync()
    {
        await PassAsync();
        foreach (var result in await _engine.RunOnceAsync(null, Token)) Assert.Equal(new WriteCounts(0, 0, result.Summary!.Written.Unchanged, 0), result.Summary.Written);
    }

    private async Task<List<CrmRecord>> ContactsAsync() => await _portal.Contacts.ListAsync(new ReadOptions { Properties = ["spoke_key", "spoke_orders_count", "firstname", "email"] }, null, Token).ToListAsync(Token);
}
