using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Spoke.Sync.Tests.Companies;

/// <summary>Companies: those of the store, those behind work addresses, and those that HubSpot has already.</summary>
public class CompanyTests
{
    private static readonly CompanyRules ByDomain = new(CompanySource.Domain);

    [Fact]
    public async Task A_company_of_the_store_is_made_with_its_people_and_orders_and_follows_the_store()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase());
        rig.Store.Put(Acme());
        rig.Store.Put(Some.Customer("1", 0, "ada@mail.acme.co.uk") with { CompanyId = "9" });
        rig.Store.Put(Some.Customer("2", 0, "bob@gmail.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1", email: "ada@mail.acme.co.uk", lines: "a") with { CompanyId = "9" });
        rig.Store.Put(Some.Order("2", 0, customer: "2", email: "bob@gmail.com"));
        Assert.True((await rig.PassAsync()).InStep);
        var acme = Assert.Single(await CompaniesAsync(rig));
        Assert.Equal(("shop-main:company:9", "Acme Ltd", "acme.co.uk", "Leeds"), (acme["spoke_key"], acme["name"], acme["domain"], acme["city"]));
        Assert.Equal([acme.Id.Value], await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("ada@mail.acme.co.uk")).Id.Value));
        Assert.Empty(await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("bob@gmail.com")).Id.Value));
        Assert.Equal([acme.Id.Value], await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "1")));
        Assert.Empty(await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "2")));

        var writes = await rig.WritesAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(writes, await rig.WritesAsync());
        rig.Store.Put(Acme() with { Name = "Acme plc" });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("Acme plc", Assert.Single(await CompaniesAsync(rig))["name"]);
        // Only the store says whose somebody is, whatever their address.
        rig.Store.Edit("1", customer => customer with { CompanyId = null });
        rig.Store.Put(Some.Order("3", 0, customer: "1", email: "ada@mail.acme.co.uk"));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Empty(await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("ada@mail.acme.co.uk")).Id.Value));
        Assert.Empty(await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "3")));
        Assert.Equal([acme.Id.Value], await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "1")));
    }

    [Fact]
    public async Task A_name_that_a_person_gave_stays_and_is_no_drift()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase());
        rig.Store.Put(Acme());
        await rig.PassAsync();
        var id = Assert.Single(await CompaniesAsync(rig)).Id;
        await rig.Portal.Companies.UpdateAsync(id, new Dictionary<string, string?> { ["name"] = "ACME, our oldest friend" }, null, PullRig.Token);
        rig.Store.Put(Acme() with { Name = "Acme plc", Phone = "+44 113 1" });
        Assert.True((await rig.PassAsync()).InStep);
        var kept = Assert.Single(await CompaniesAsync(rig));
        Assert.Equal(("ACME, our oldest friend", "+44 113 1"), (kept["name"], kept["phone"]));
        var reconciliation = new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        Assert.Equal(0, (await reconciliation.CompareAsync(all: true, PullRig.Token)).Differing);
    }

    [Fact]
    public async Task Work_addresses_make_one_company_a_domain_and_private_ones_and_the_shops_own_make_none()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), companies: ByDomain, storeUrl: "www.shop.example");
        rig.Store.Put(Some.Customer("1", 0, "ada@mail.acme.co.uk"));
        rig.Store.Put(Some.Customer("2", 0, "bob@acme.co.uk") with { Address = new Address { Company = "Acme Ltd" } });
        rig.Store.Put(Some.Customer("3", 0, "cyd@gmail.com"));
        rig.Store.Put(Some.Customer("4", 0, "dan@shop.example"));
        rig.Store.Put(Some.Order("1", 0, email: "eve@beta.example"));
        Assert.True((await rig.PassAsync()).InStep);
        var companies = await CompaniesAsync(rig);
        Assert.Equal([("acme.co.uk", "Acme Ltd", "shop-main:company:domain:acme.co.uk"), ("beta.example", "", "shop-main:company:domain:beta.example")], companies.Select(c => (c["domain"]!, c["name"] ?? "", c["spoke_key"]!)));
        foreach (var email in new[] { "ada@mail.acme.co.uk", "bob@acme.co.uk" }) Assert.Equal([companies[0].Id.Value], await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync(email)).Id.Value));
        Assert.Equal([companies[1].Id.Value], await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "1")));
        Assert.Equal(0, (await new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: true, PullRig.Token)).Differing);
        var why = await new WhyReader(rig.Database, PullRig.Name, "www.shop.example").ReadAsync("companies", "acme.co.uk", PullRig.Token);
        Assert.Equal("Acme Ltd", why!.Properties.Single(property => property.Property == "name").Shadow);
        var writes = await rig.WritesAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(writes, await rig.WritesAsync());
    }

    [Fact]
    public async Task The_one_company_of_a_domain_is_taken_over_and_its_name_stays()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), companies: ByDomain);
        var theirs = await rig.Portal.Companies.CreateAsync(Values(("name", "The Acme people"), ("domain", "acme.co.uk")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("2", 0, "bob@acme.co.uk") with { Address = new Address { Company = "Acme Ltd" } });
        Assert.True((await rig.PassAsync()).InStep);
        var company = Assert.Single(await CompaniesAsync(rig));
        Assert.Equal((theirs.Id, "The Acme people", "shop-main:company:domain:acme.co.uk"), (company.Id, company["name"], company["spoke_key"]));
        Assert.Equal([company.Id.Value], await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("bob@acme.co.uk")).Id.Value));
        rig.Store.Edit("2", customer => customer with { Address = new Address { Company = "Acme plc" } });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("The Acme people", Assert.Single(await CompaniesAsync(rig))["name"]);
    }

    [Fact]
    public async Task Of_two_companies_of_a_domain_none_is_chosen_until_one_is_left()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), companies: ByDomain);
        var first = await rig.Portal.Companies.CreateAsync(Values(("name", "Acme"), ("domain", "acme.co.uk")), null, PullRig.Token);
        var second = await rig.Portal.Companies.CreateAsync(Values(("name", "Acme again"), ("domain", "acme.co.uk")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("2", 0, "bob@acme.co.uk"));
        var pass = await rig.PassAsync();
        Assert.Equal((false, 1), (pass.InStep, pass.Quarantined));
        Assert.Equal("AMBIGUOUS_DOMAIN", Assert.Single(pass.Quarantine).Cause);
        Assert.Equal(2, (await CompaniesAsync(rig)).Count);
        Assert.Empty(await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("bob@acme.co.uk")).Id.Value));
        await rig.Portal.Companies.ArchiveAsync(second.Id, null, PullRig.Token);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal([first.Id.Value], await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("bob@acme.co.uk")).Id.Value));
    }

    [Fact]
    public async Task A_token_without_companies_syncs_everything_else_the_plan_names_the_scope_and_with_it_they_follow()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), companies: ByDomain);
        await rig.UseAsync(scopes: ["oauth", .. SyncScopes.Needed.Select(any => any[0])]);
        rig.Store.Put(Some.Customer("2", 0, "bob@acme.co.uk"));
        rig.Store.Put(Some.Order("1", 0, customer: "2", email: "bob@acme.co.uk"));
        var plan = Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token)).Connections);
        Assert.Equal([], plan.MissingScopes!);
        var notice = Assert.Single(plan.Notices, n => n.Kind == "Companies");
        Assert.Equal(1, notice.Count);
        Assert.Contains("crm.objects.companies.write", notice.Example);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("1", (await rig.ContactAsync("bob@acme.co.uk"))["spoke_orders_count"]);
        Assert.Empty(await CompaniesAsync(rig));

        await rig.UseAsync(scopes: ["oauth", .. SyncScopes.Needed.Concat(SyncScopes.Companies).Select(any => any[0])]);
        Assert.True((await rig.PassAsync()).InStep);
        var company = Assert.Single(await CompaniesAsync(rig));
        Assert.Equal([company.Id.Value], await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("bob@acme.co.uk")).Id.Value));
        Assert.Equal([company.Id.Value], await CompaniesOfAsync(rig, "orders", await OrderIdAsync(rig, "1")));

        // Taken away again: what is new of companies waits, everything else goes on.
        await rig.UseAsync(scopes: ["oauth", .. SyncScopes.Needed.Select(any => any[0])]);
        rig.Store.Put(Some.Customer("3", 0, "eve@beta.example"));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.NotNull(await rig.ContactAsync("eve@beta.example"));
        Assert.Single(await CompaniesAsync(rig));
    }

    [Fact]
    public async Task Switched_on_later_the_people_who_are_there_get_their_companies_and_a_plan_does_what_it_said()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), companies: new CompanyRules(CompanySource.Off));
        rig.Store.Put(Acme());
        rig.Store.Put(Some.Customer("1", 0, "ada@acme.co.uk") with { CompanyId = "9" });
        rig.Store.Put(Some.Customer("2", 0, "eve@beta.example"));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Empty(await CompaniesAsync(rig));
        await rig.UseAsync(companies: ByDomain);
        var plan = Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token)).Connections);
        Assert.Equal((2, 2), (plan.Objects.Single(o => o.Object == "companies").Create, plan.Associate));
        Assert.Contains("companies.spoke_key", plan.MissingProperties);
        var pass = await rig.PassAsync();
        Assert.Equal((true, 2), (pass.InStep, pass.Written.Created));
        Assert.Equal(2, (await CompaniesAsync(rig)).Count);
        Assert.Single(await CompaniesOfAsync(rig, "contacts", (await rig.ContactAsync("eve@beta.example")).Id.Value));
    }

    [Fact]
    public async Task A_store_without_companies_costs_no_call()
    {
        await using var with = await PullRig.StartAsync(dialect: NewDatabase());
        await using var without = await PullRig.StartAsync(dialect: NewDatabase(), companies: new CompanyRules(CompanySource.Off));
        foreach (var rig in new[] { with, without })
        {
            rig.Store.Put(Some.Customer("1", 0, "ada@acme.co.uk"));
            rig.Store.Put(Some.Order("1", 0, customer: "1", email: "ada@acme.co.uk", lines: "a"));
        }
        Assert.Equal((await without.PassAsync()).Calls, (await with.PassAsync()).Calls);
        Assert.Equal((await without.PassAsync()).Calls, (await with.PassAsync()).Calls);
    }

    /// <summary>A new database for the facts to run on; null: SQLite, in a file of the rig's.</summary>
    protected virtual ISqlDialect? NewDatabase() => null;

    private static CrmRecordInput Values(params (string Name, string Value)[] values) => new(values.ToDictionary(v => v.Name, v => (string?)v.Value));

    private static Company Acme() => new() { PlatformId = "9", Version = 0, Name = "Acme Ltd", Address = new Address { City = "Leeds", Country = "GB" } };

    private static async Task<List<CrmRecord>> CompaniesAsync(PullRig rig) =>
        [.. (await rig.Portal.Companies.ListAsync(new ReadOptions { Properties = ["spoke_key", "name", "domain", "city", "phone"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).OrderBy(c => c["domain"], StringComparer.Ordinal)];

    private static async Task<List<string>> CompaniesOfAsync(PullRig rig, string from, string id) =>
        await rig.Portal.Associations.ListAsync(from, id, "companies", null, PullRig.Token).Select(edge => edge.To.Value).ToListAsync(PullRig.Token);

    private static async Task<string> OrderIdAsync(PullRig rig, string id) => (await rig.Portal.Orders.GetAsync($"shop-main:order:{id}", new ReadOptions { IdProperty = "spoke_key" }, null, PullRig.Token))!.Id.Value;
}
