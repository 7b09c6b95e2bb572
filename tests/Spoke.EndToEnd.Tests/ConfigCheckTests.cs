using Spoke.Configuration;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke config check</c> as a process: everything that is wrong, at once, each with its place and the remedy.</summary>
public sealed class ConfigCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_file_is_well()
    {
        await File.WriteAllTextAsync(_folder["free.txt"], "partner.example\n!gmx.de\n", TestContext.Current.CancellationToken);
        var (code, output, error) = await CheckAsync("""
            {
              // comments, and commas at the end
              "$schema": "./spoke.schema.json",
              "database": "sqlite:spoke.db",
              "publicUrl": "https://spoke.example/sync/",
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "https://api.hubapi.com", }, },
              "stores": {
                "shop": { "platform": "vendure", "url": "http://127.0.0.1:3000", "username": "env:USER_NAME", "password": "exec:cat pw" },
                "sample": { "platform": "sample", "url": "http://127.0.0.1:3001", "apiKey": "file:key" }
              },
              "connections": { "shop-main": { "store": "shop", "portal": "main", "companies": "domain", "freeMailDomains": "free.txt", "abandonedAfter": "2h", "money": "native_compatible", "policies": { "contacts.phone": "hubspot", "companies.phone": "hubspot-only", "orders.hs_total_price": "store-enforced" }, "mapping": { "orders.my_channel": "{{ order.source | default: 'web' | upcase }}", "orders.hs_tags": null }, "consent": { "subscription": "Marketing Information", "sms": "sms_consent", "allowResubscribe": "yes" }, "reconcile": { "every": "week", "at": "23:30", "repair": "yes" }, "wayBack": { "customerTags": "likes", "orderTags": "hs_tags", "orderNote": "for_the_shop" } }, "sample_main": { "store": "sample", "portal": "main", "money": "native_compatible" } },
            }
            """);
        Assert.True(code == 0, error);
        Assert.Equal($"{_folder["spoke.json"]} is well: 2 connections\n", output);
    }

    [Theory]
    [InlineData("\"policies\": { \"phone\": \"hubspot\" }", "policies.phone is no field")]
    [InlineData("\"policies\": { \"contacts.phone\": \"hubspt\" }", "'hubspt' is no policy, did you mean hubspot?")]
    [InlineData("\"policies\": { \"contacts.phone\": 5 }", "a text is expected")]
    [InlineData("\"policies\": []", "an object is expected")]
    [InlineData("\"companies\": \"all\"", "connections.c.companies 'all' is none of store, domain and off")]
    [InlineData("\"freeMailDomains\": \"nowhere.txt\"", "connections.c.freeMailDomains 'nowhere.txt' cannot be read: ")]
    [InlineData("\"abandonedAfter\": \"9m\"", "connections.c.abandonedAfter '9m' is no time from 10 minutes to 7 days; write it as 90m, 2h or 1d")]
    [InlineData("\"abandonedAfter\": \"8d\"", "is no time from 10 minutes to 7 days")]
    [InlineData("\"abandonedAfter\": \"1w\"", "is no time from 10 minutes to 7 days")]
    [InlineData("\"money\": \"native\"", "connections.c.money 'native' is neither before_refunds nor native_compatible")]
    [InlineData("\"mapping\": { \"contacts.jobtitle\": \"{{ custmer.note }}\" }", ": connections.c.mapping.contacts.jobtitle there is no 'custmer', did you mean customer?; there are: cart, connection, customer, order, store, totals.")]
    [InlineData("\"mapping\": { \"orders.x\": \"{{ order.nmber | upcase }}\" }", "order has no 'nmber', did you mean number?")]
    [InlineData("\"mapping\": { \"orders.x\": \"{{ order.number | upcas }}\" }", "there is no filter 'upcas', did you mean upcase?")]
    [InlineData("\"mapping\": { \"orders.x\": \"{{ order.number\" }", "mapping.orders.x is no template: ")]
    [InlineData("\"mapping\": { \"contacts.email\": null }", "mapping.contacts.email stays as it is: records that are in HubSpot already are found by it")]
    [InlineData("\"mapping\": { \"order.x\": \"y\" }", "mapping.order.x is no field; write an object and a property, such as contacts.jobtitle, did you mean orders?")]
    [InlineData("\"mapping\": { \"orders.x\": 5 }", "a template in quotes is expected, or null")]
    [InlineData("\"mapping\": { \"contacts.company\": \"{{ customer.note }}\" }, \"policies\": { \"contacts.company\": \"newest\" }", "policies.contacts.company would write HubSpot's value to the store")]
    [InlineData("\"reconcile\": { \"every\": \"hour\" }", "reconcile.every 'hour' is none of day, week and never")]
    [InlineData("\"reconcile\": { \"at\": \"3 am\" }", "reconcile.at '3 am' is no time of day; write hours and minutes in UTC, such as 03:00")]
    [InlineData("\"reconcile\": { \"repair\": \"maybe\" }", "'maybe' is neither")]
    [InlineData("\"reconcile\": \"never\"", "reconcile an object is expected")]
    [InlineData("\"wayBack\": { \"orderNote\": \"hs_order_note\" }", "wayBack.orderNote is written from the store; name a property that people fill in")]
    [InlineData("\"wayBack\": { \"customerTags\": \"phone\" }", "wayBack.customerTags is written from the store")]
    [InlineData("\"wayBack\": { \"customerTags\": \"likes\" }, \"mapping\": { \"contacts.likes\": \"{{ customer.note }}\" }", "wayBack.customerTags is made by a template")]
    [InlineData("\"wayBack\": { \"orderTags\": \"My Tags\" }", "'My Tags' is no property; write its internal name")]
    [InlineData("\"wayBack\": { \"tags\": \"x\" }", "wayBack.tags is not known here")]
    [InlineData("\"consent\": { \"subscription\": \"x\", \"sms\": \"SMS consent\" }", "consent.sms 'SMS consent' is no property")]
    [InlineData("\"consent\": { \"subscription\": \"x\", \"sms\": \"spoke_consent\" }", "consent.sms is written from the store")]
    [InlineData("\"consent\": {}", "consent.subscription is missing")]
    [InlineData("\"consent\": { \"subscription\": \"x\", \"allowResubscribe\": \"sometimes\" }", "'sometimes' is neither")]
    [InlineData("\"consent\": { \"subscription\": \"x\", \"basis\": \"y\" }", "consent.basis is not known here")]
    public async Task What_is_wrong_with_a_connections_rules_is_named(string rules, string problem)
    {
        var (code, _, error) = await CheckAsync($$"""
            { "portals": { "main": { "token": "env:TOKEN" } }, "stores": { "sample": { "platform": "sample", "url": "http://127.0.0.1:3001", "apiKey": "file:key" } },
              "connections": { "c": { "store": "sample", "portal": "main", {{rules}} } } }
            """);
        Assert.Equal(2, code);
        Assert.Contains(problem, error);
    }

    [Theory]
    [InlineData("spoke.example", "line 1, column 3: publicUrl 'spoke.example' is no http(s) address; write the one under which stores reach spoke serve")]
    [InlineData("http://spoke.example", "publicUrl is plain http, and stores push only by https")]
    [InlineData("https://spoke.example/a?b=c", "publicUrl has more than a host and a path")]
    [InlineData("https://ada:pw@spoke.example", "publicUrl has more than a host and a path")]
    public async Task A_public_address_that_no_store_can_push_to_is_named(string address, string problem)
    {
        var (code, _, error) = await CheckAsync($$"""
            { "publicUrl": "{{address}}", "portals": { "main": { "token": "env:TOKEN" } }, "stores": { "sample": { "platform": "sample", "url": "http://127.0.0.1:3001", "apiKey": "file:key" } },
              "connections": { "c": { "store": "sample", "portal": "main" } } }
            """);
        Assert.Equal(2, code);
        Assert.Contains(problem, error);
    }

    [Fact]
    public async Task Connections_of_one_portal_say_the_same_of_contacts()
    {
        var (code, _, error) = await CheckAsync("""
            { "portals": { "main": { "token": "env:TOKEN" } },
              "stores": { "eu": { "platform": "sample", "url": "http://127.0.0.1:3001", "apiKey": "file:key" }, "us": { "platform": "sample", "url": "http://127.0.0.1:3002", "apiKey": "file:key" } },
              "connections": {
                "eu": { "store": "eu", "portal": "main", "mapping": { "contacts.jobtitle": "{{ customer.note }}", "orders.x": "{{ order.number }}" } },
                "us": { "store": "us", "portal": "main", "mapping": { "orders.x": "{{ order.source }}" } } } }
            """);
        Assert.Equal(2, code);
        Assert.Contains("line 5, column 5: connections.us.mapping differs from that of eu in contacts or products", error);
    }

    [Fact]
    public async Task Connections_of_one_portal_give_totals_one_meaning()
    {
        var (code, _, error) = await CheckAsync("""
            { "portals": { "main": { "token": "env:TOKEN" } },
              "stores": { "eu": { "platform": "sample", "url": "http://127.0.0.1:3001", "apiKey": "file:key" }, "us": { "platform": "sample", "url": "http://127.0.0.1:3002", "apiKey": "file:key" } },
              "connections": {
                "eu": { "store": "eu", "portal": "main", "money": "native_compatible" },
                "us": { "store": "us", "portal": "main" } } }
            """);
        Assert.Equal(2, code);
        Assert.Contains("line 5, column 5: connections.us.money gives order totals another meaning than eu does in portal main", error);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        const string secret = "pat-na1-22222222-2222-4222-8222-222222222222";
        var (code, output, error) = await CheckAsync($$"""
            {
              "databse": "sqlite:spoke.db",
              "portals": {
                "main": { "token": "{{secret}}", "baseUrl": "http://api.hubapi.com" },
                "other": { "token": "env:NOT_SET_ANYWHERE", "tokn": "x" },
                "third": { "baseUrl": 7, "token": "file:missing" }
              },
              "stores": {
                "shop": { "platform": "vendur", "url": "http://127.0.0.1:3000" },
                "sample": { "platform": "sample", "url": "127.0.0.1", "apiKey": 5 },
                "sample": { "platform": "sample" },
                "none": []
              },
              "connections": {
                "a:b": { "store": "shpo", "portal": "main" },
                "c": { "portal": "nowhere" },
                "d": { "store": "shop", "portal": "main" },
                "e": { "store": "shop", "portal": "main" }
              }
            }
            """);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.DoesNotContain(secret, error);
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace(_folder["spoke.json"], "spoke.json", StringComparison.Ordinal).Replace(_folder.Path, "FOLDER", StringComparison.Ordinal)).ToList();
        Assert.Equal(
        [
            "spoke.json, line 2, column 3: databse is not known here, did you mean database?; known are: database, grants, publicUrl, portals, stores, connections.",
            "spoke.json, line 4, column 15: portals.main.token is a secret written out; put it into an environment variable and write env:NAME here (or file:PATH, exec:COMMAND, or stored:NAME after spoke auth store --name NAME).",
            "spoke.json, line 4, column 72: portals.main.baseUrl plain http would send the token in clear; write https.",
            "spoke.json, line 5, column 49: portals.other.tokn is not known here, did you mean token?; known are: token, baseUrl, clientSecret, previousClientSecret.",
            "spoke.json, line 5, column 16: portals.other.token names the environment variable NOT_SET_ANYWHERE, which is not set.",
            "spoke.json, line 6, column 30: portals.third.token names the file FOLDER/missing, which is not there.",
            "spoke.json, line 6, column 16: portals.third.baseUrl a text is expected.",
            "spoke.json, line 11, column 5: stores.sample stands here twice; take one of them out.",
            "spoke.json, line 9, column 15: stores.shop.platform 'vendur' is not a platform of this version, did you mean vendure?; there are: shopify, woocommerce, medusa, vendure, sample.",
            "spoke.json, line 10, column 39: stores.sample.url '127.0.0.1' is no http(s) address.",
            "spoke.json, line 10, column 59: stores.sample.apiKey a text is expected.",
            "spoke.json, line 12, column 5: stores.none an object is expected.",
            "spoke.json, line 15, column 5: connections.a:b is no name for a connection: it becomes part of every key in HubSpot, so take up to 40 letters, digits, - and _.",
            "spoke.json, line 15, column 14: connections.a:b.store there is no store 'shpo', did you mean shop?; there are: shop, sample, none.",
            "spoke.json, line 16, column 5: connections.c.store is missing; name one of stores.",
            "spoke.json, line 16, column 12: connections.c.portal there is no portal 'nowhere'; there are: main, other, third.",
            "spoke.json, line 18, column 5: connections.e joins the same store and portal as d; everything would be in HubSpot twice.",
        ], lines);
    }

    [Theory]
    [InlineData("", "line 1, column 1: this is not JSON")]
    [InlineData("{ \"portals\": ", "line 1, column 14: this is not JSON")]
    [InlineData("{\n  \"portals\": { \"main\": }\n}", "line 2, column 24: this is not JSON")]
    [InlineData("{} {}", "line 1, column 4: this is not JSON")]
    [InlineData("[]", "an object is expected")]
    [InlineData("{}", "portals is missing or empty")]
    public async Task What_is_no_configuration_at_all_is_named_with_its_place(string text, string expected)
    {
        var (code, _, error) = await CheckAsync(text);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var (code, _, error) = await SpokeProcess.RunAsync(null, "config", "check", "--config", _folder["no-such.json"]);
        Assert.Equal(2, code);
        Assert.Contains("no-such.json: there is no such file", error);
    }

    [Fact]
    public async Task One_shop_under_two_names_is_one_shop()
    {
        const string text = """
            {
              "portals": { "main": { "token": "env:TOKEN" }, "other": { "token": "env:TOKEN" } },
              "stores": { "shop": { "platform": "sample", "url": "https://shop.example", "apiKey": "env:TOKEN" }, "again": { "platform": "sample", "url": "https://shop.example/", "apiKey": "env:TOKEN" } },
              "connections": { "a": { "store": "shop", "portal": "main" }, "b": { "store": "again", "portal": "main" }, "c": { "store": "again", "portal": "other" } }
            }
            """;
        var (code, _, error) = await CheckAsync(text);
        Assert.Equal(2, code);
        Assert.Contains("connections.b joins the same store and portal as a", error);
        Assert.DoesNotContain("connections.c", error);
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        var (_, _, error) = await CheckAsync("\uFEFF{}");
        Assert.Contains("portals is missing or empty", error);
        Assert.DoesNotContain("not JSON", error);
    }

    [Fact]
    public async Task Every_key_can_be_set_from_outside_and_a_variable_that_sets_nothing_is_named()
    {
        const string text = """
            {
              "portals": { "main": { "token": "env:NOT_SET_ANYWHERE" } },
              "stores": { "my-shop": { "platform": "sample", "url": "nonsense", "apiKey": "env:TOKEN" } },
              "connections": { "shop-main": { "store": "my-shop", "portal": "main" } }
            }
            """;
        var good = new Dictionary<string, string?> { ["Spoke__Portals__Main__Token"] = "env:TOKEN", ["SPOKE__STORES__MY_SHOP__URL"] = "http://127.0.0.1:3000", ["Spoke__Database"] = "sqlite:other.db" };
        Assert.Equal(0, (await CheckAsync(text, good)).Code);
        var (code, _, error) = await CheckAsync(text, new Dictionary<string, string?>(good) { ["Spoke__Portals__Main__Tokn"] = "env:TOKEN", ["Spoke__Stores__My_Shop__Url"] = "still nonsense", ["SPOKE__STORES__MY_SHOP__URL"] = null });
        Assert.Equal(2, code);
        Assert.Contains("environment variable Spoke__Portals__Main__Tokn: there is no such key; did you mean portals.main.token?", error);
        Assert.Contains("environment variable Spoke__Stores__My_Shop__Url: stores.my-shop.url 'still nonsense' is no http(s) address.", error);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", \"username\": \"env:TOKEN\"", false)]
    [InlineData(", \"username\": \"env:TOKEN\", \"password\": \"env:TOKEN\"", true)]
    [InlineData(", \"apiKey\": \"env:TOKEN\"", true)]
    public async Task A_store_with_two_ways_in_needs_one_of_them(string credential, bool good)
    {
        var (code, _, error) = await CheckAsync($$"""
            {
              "portals": { "main": { "token": "env:TOKEN" } },
              "stores": { "shop": { "platform": "medusa", "url": "http://127.0.0.1:9000"{{credential}} } },
              "connections": { "shop-main": { "store": "shop", "portal": "main" } }
            }
            """);
        Assert.Equal(good ? 0 : 2, code);
        if (!good) Assert.Contains("stores.shop has no credential; write apiKey, or username and password.", error);
    }

    [Fact]
    public async Task The_published_schema_is_the_programs_own()
    {
        var published = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "Spoke", "Configuration", "spoke.schema.json"), TestContext.Current.CancellationToken);
        Assert.Equal(ConfigurationSchema.Text(), published);   // after a change on purpose: spoke config schema > src/Spoke/Configuration/spoke.schema.json
        var (code, output, _) = await SpokeProcess.RunAsync(null, "config", "schema");
        Assert.Equal((0, published), (code, output));
    }

    private async Task<(int Code, string Output, string Error)> CheckAsync(string text, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await File.WriteAllTextAsync(_folder["spoke.json"], text, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["key"], "k", TestContext.Current.CancellationToken);
        var all = new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>()) { ["TOKEN"] = "t", ["USER_NAME"] = "u" };
        return await SpokeProcess.RunAsync(all, "config", "check", "--config", _folder["spoke.json"]);
    }
}
