using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Consents;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Scenarios;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Privacy;

/// <summary>A person who is erased is gone from everywhere, and stays away.</summary>
public sealed class ErasureTests(PostgresCluster cluster)
{
    private const string Ada = "ada@example.com";

    // Her address, her name, her telephone, her street: nothing that anybody else of the tests has.
    private static readonly string[] Traces = [Ada, "Lovelace", "Augusta", "5557701", "Piccadilly"];

    private static CancellationToken Token => PullRig.Token;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_the_person_is_left_and_the_orders_keep_their_amounts(bool postgres)
    {
        await using var rig = await StartAsync(postgres ? PostgresDialect() : null);
        Assert.NotEmpty(await TracesAsync(rig));
        var contact = (await rig.ContactAsync(Ada)).Id;
        var desk = Desk(rig);
        Assert.Equal(new KnownPerson(1, 2, 1, 1), await desk.FindAsync(Ada, Token));

        var done = await desk.EraseAsync("Ada@Example.com ", Token);
        Assert.Equal("done", done!.State);
        Assert.Equal((1, 2, 1, 1, "delete"), (done.Receipt!.Customers, done.Receipt.Orders, done.Receipt.Carts, done.Receipt.Contacts, done.Receipt.Policy));
        Assert.Empty(await TracesAsync(rig));
        Assert.Null(await rig.Portal.Contacts.GetAsync(contact, null, null, Token));

        Assert.True((await rig.PassAsync()).InStep);
        Assert.Empty(await TracesAsync(rig));
        var order = await OrderAsync(rig, "1");
        Assert.Equal(("10", null, null), (Plain(order["hs_total_price"]), Blank(order["hs_billing_address_name"]), Blank(order["hs_billing_address_email"])));
        Assert.Null(Blank(order["hs_order_note"]));
        Assert.Equal(2, await rig.CountAsync("ledger", "kind = 3 and contact_key = 'erased-1'"));
        Assert.Equal(1, await rig.CountAsync("aggregates", "contact_key = 'erased-1' and orders_count = 2 and total_spent = 3000"));
        Assert.Equal(0, await rig.CountAsync("aggregates", "contact_key = 'shop-main:customer:1'"));
        Assert.Equal(1, await rig.CountAsync("audit", "what = 'erased' and record_key = 'erased-1'"));
        Assert.Equal("Bob", (await rig.ContactAsync("bob@example.com"))["firstname"]);
        Assert.Equal(["bob@example.com"], (await rig.ContactsAsync()).Select(c => c["email"]));
        var writes = await rig.WritesAsync();
        await rig.PassAsync();
        Assert.Equal(writes, await rig.WritesAsync());
    }

    [Fact]
    public async Task Neither_a_full_read_nor_an_old_order_brings_the_person_back_and_a_new_order_joins_no_history()
    {
        await using var rig = await StartAsync();
        await Desk(rig).EraseAsync(Ada, Token);
        await rig.Database.WriteAsync((db, transaction) => db.Execute("delete from progress where name like 'all-%' or name in ('full-read', 'full-read-began', 'changes')", null, transaction), Token);
        rig.Store.Put(Ordered("3", Some.Day) with { CustomerId = null });   // of before, and only heard of now
        rig.Store.Edit("1", customer => customer with { Note = "moved" });
        await rig.PassAsync();
        Assert.Empty(await TracesAsync(rig));
        Assert.Equal(3, await rig.CountAsync("ledger", "kind = 3 and contact_key = 'erased-1' and total is not null"));
        Assert.Single(await rig.ContactsAsync());

        rig.Store.Put(Ordered("4", rig.Time.GetUtcNow().AddMinutes(1)) with { CustomerId = null });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("1", (await rig.ContactAsync(Ada))["spoke_orders_count"]);
        Assert.Equal(3, await rig.CountAsync("ledger", "kind = 3 and contact_key = 'erased-1'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Killed_between_any_two_steps_it_ends_the_same(int step)
    {
        await using var rig = await StartAsync();
        var contact = (await rig.ContactAsync(Ada)).Id;
        rig.Store.Asks = [new PrivacyRequest(PrivacyRequestKind.ErasePerson, "redact-1", "1", Ada, ["1"])];
        Assert.Equal((200, "kept"), await AskAsync(rig));
        var killed = new Eraser(rig.Database, rig.Connection, new LedgerFeed(rig.Database, NullLogger.Instance), rig.Time, NullLogger.Instance, reached =>
        {
            if (reached == step) throw new InvalidOperationException("killed");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => killed.RunAsync(Token));
        Assert.Equal("erased here", Assert.Single(await Desk(rig).ListAsync(Token)).State);
        Assert.True((await rig.PassAsync()).InStep);
        var done = Assert.Single(await Desk(rig).ListAsync(Token));
        Assert.Equal(("done", 2, 1, 1), (done.State, done.Receipt!.Orders, done.Receipt.Contacts, done.Receipt.People));
        Assert.Empty(await TracesAsync(rig));
        Assert.Null(await rig.Portal.Contacts.GetAsync(contact, null, null, Token));
        Assert.Equal(1, await rig.CountAsync("audit", "what = 'erased'"));
    }

    [Fact]
    public async Task A_request_is_on_disk_before_the_200_and_a_repeat_is_known()
    {
        await using var rig = await StartAsync();
        rig.Store.Asks = [new PrivacyRequest(PrivacyRequestKind.Export, "export-1", "1", Ada, [])];
        Assert.Equal((200, "kept"), await AskAsync(rig));
        Assert.Equal((200, "known"), await AskAsync(rig));
        await rig.PassAsync();
        var open = Assert.Single(await Desk(rig).ListAsync(Token));
        Assert.Equal(("export", "open", open.Received.AddHours(24), open.Received.AddDays(30)), (open.Kind, open.State, open.Wanted, open.Limit));
        using var output = new MemoryStream();
        Assert.True(await Desk(rig).ExportAsync("1", output, Token));
        var export = JsonDocument.Parse(output.ToArray()).RootElement;
        Assert.Equal((1, 2, 1), (export.GetProperty("ledger").GetProperty("customers").GetArrayLength(), export.GetProperty("ledger").GetProperty("orders").GetArrayLength(), export.GetProperty("ledger").GetProperty("carts").GetArrayLength()));
        var contact = export.GetProperty("hubspot").EnumerateArray().Single(record => record.GetProperty("object").GetString() == "contacts");
        Assert.Equal((Ada, Ada), (contact.GetProperty("written").GetProperty("email").GetString(), contact.GetProperty("current").GetProperty("email").GetString()));
        Assert.NotEqual(0, export.GetProperty("written").GetArrayLength());
        Assert.Equal("done", Assert.Single(await Desk(rig).ListAsync(Token)).State);
        Assert.False(await Desk(rig).ExportAsync("nobody@example.com", output, Token));
    }

    [Fact]
    public async Task A_person_erased_in_HubSpot_is_erased_here()
    {
        await using var rig = await StartAsync();
        var id = (await rig.ContactAsync(Ada)).Id;
        await rig.Portal.Contacts.EraseAsync(id, null, Token);
        var body = $$"""[{"eventId":1,"subscriptionType":"contact.privacyDeletion","portalId":1000001,"objectId":{{id}},"occurredAt":1000}]""";
        var at = rig.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        const string Address = "https://spoke.example/hooks/hubspot/main";
        var delivery = new WebhookDelivery("POST", Address, Encoding.UTF8.GetBytes(body)) { Timestamp = at };
        Assert.Equal((200, "kept"), await rig.Engine.PortalWebhooks.ReceiveAsync("main", delivery with { SignatureV3 = WebhookSignature.ComputeV3("client-secret", "POST", Address, delivery.Body.Span, at) }, Token));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Empty(await TracesAsync(rig));
        Assert.Single(await rig.ContactsAsync());
        Assert.Equal("Augusta", rig.Customer("1").FirstName);   // the store's data is the store's
    }

    [Theory]
    [InlineData(ErasurePolicy.Archive)]
    [InlineData(ErasurePolicy.Keep)]
    public async Task The_policy_says_what_becomes_of_the_contact(ErasurePolicy policy)
    {
        await using var rig = await StartAsync(privacy: policy);
        var id = (await rig.ContactAsync(Ada)).Id;
        await Desk(rig).EraseAsync(id.Value, Token);
        Assert.Empty(await TracesAsync(rig));
        var kept = await rig.Portal.Contacts.GetAsync(id, new ReadOptions { Properties = ["email", "spoke_key"] }, null, Token);
        Assert.Equal(policy == ErasurePolicy.Keep ? (Ada, null) : (null, null), (kept?["email"], Blank(kept?["spoke_key"])));
        Assert.DoesNotContain(await rig.WritePathsAsync(), path => path.EndsWith("/gdpr-delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shop_that_has_left_takes_everybody_with_it()
    {
        await using var rig = await StartAsync();
        rig.Store.Asks = [new PrivacyRequest(PrivacyRequestKind.EraseStore, "shop-1", null, null, [])];
        await AskAsync(rig);
        await rig.PassAsync();
        var done = Assert.Single(await Desk(rig).ListAsync(Token));
        Assert.Equal(("done", 2, 3), (done.State, done.Receipt!.People, done.Receipt.Orders));
        Assert.Empty(await TracesAsync(rig));
        Assert.Empty(await rig.ContactsAsync());
    }

    [Fact]
    public async Task A_contact_that_HubSpot_does_not_give_up_holds_up_nothing_else_and_is_tried_again()
    {
        await using var rig = await StartAsync();
        using var http = new HttpClient { BaseAddress = rig.Emulator.BaseUrl };
        using var fault = new StringContent("""{"kind":"P01","method":"POST","path":"*/gdpr-delete","times":1}""", Encoding.UTF8, "application/json");
        using var made = await http.PostAsync(new Uri("/_emulator/faults", UriKind.Relative), fault, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
        Assert.Equal("erased here", (await Desk(rig).EraseAsync(Ada, Token))!.State);
        Assert.Empty(await TracesAsync(rig));
        await rig.PassAsync();
        Assert.Equal("done", Assert.Single(await Desk(rig).ListAsync(Token)).State);
        Assert.Single(await rig.ContactsAsync());
    }

    [Fact]
    public async Task No_byte_of_the_person_is_left_in_the_databases_file()
    {
        await using var rig = await StartAsync();
        var path = await rig.Database.ReadAsync(db => db.QuerySingle<string>("select file from pragma_database_list where name = 'main'"), Token);
        string[] Left() => [.. Traces.Where(trace => new[] { path, path + "-wal" }.Where(File.Exists).Any(file => Holds(file, trace)))];
        await CheckpointAsync(rig);
        Assert.Equal(Traces, Left());
        await Desk(rig).EraseAsync(Ada, Token);
        Assert.True((await rig.PassAsync()).InStep);
        await CheckpointAsync(rig);
        Assert.Empty(Left());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_others_have_said_outlives_the_erasure_of_somebody_with_a_short_name_and_a_short_id(bool postgres)
    {
        await using var rig = await PullRig.StartAsync(dialect: postgres ? PostgresDialect() : null);
        rig.Store.Put(Some.Customer("1", 0, "jo@example.com", "Jo") with { LastName = "Li", Phone = "+49 30 1234567", Note = "no", Address = new Address { Street = "High Street 1" } });
        rig.Store.Put(Some.Order("1", 0, customer: "1", email: "jo@example.com") with { Note = "ok" });
        rig.Store.Put(Some.Customer("12", 0, "bob@example.com", "Bob"));
        Assert.True((await rig.PassAsync()).InStep);
        string[] hers =
        [
            """{"to":"Jo@Example.com",""", @"{""note"":""from:\njo\u0040example.com""", """{"customer":{"id":1,""", """{"customer_id":"1",""", """{"first_name":"Jo","last_name":"Li",""",
            """{"bill_to":"Li, Jo",""", """{"phone":"0049 (30) 123-4567",""", """{"name":"Li","line1":"High Street 1",""", """{"contact":"shop-main:customer:1",""",
        ];
        string[] others =
        [
            """{"to":"mojo@example.com","note":"ok","items":1,""", """{"to":"jo@example.com.au",""", """{"customer":{"id":12,""", """{"customer_id":"1-2","quantity":1,""", """{"first_name":"Jolanda","last_name":"Lim","note":"no",""",
            """{"name":"Jo Miller","line1":"High Street 12",""", """{"phone":"0049 (30) 123-45678",""", """{"contact":"shop-main:customer:12",""", """{"note":"Li wants one for Jo",""",
        ];
        await rig.Engine.Intake.AppendAsync(PullRig.Name, [.. hers.Select((text, i) => Torn($"hers-{i}", text)), .. others.Select((text, i) => Torn($"others-{i}", text))], null, Token);
        await rig.PassAsync();
        Assert.Equal(hers.Length + others.Length, await rig.CountAsync("intake", "state = 2"));
        await rig.Database.WriteAsync((db, transaction) =>
        {
            foreach (var (key, told) in new[] { ("shop-main:customer:12", "shop-main:customer:12 said ok"), ("shop-main:customer:13", "joined to shop-main:customer:12"), ("shop-main:customer:14", "joined to shop-main:customer:1") })
                AuditTrail.Add(db, transaction, 1, PullRig.Name, "contacts", key, "told", detail: told);
        }, Token);
        var told = await rig.CountAsync("recent", "title = '#Nb' or title = 'Bob Byron'");

        Assert.Equal("done", (await Desk(rig).EraseAsync("1", Token))!.State);
        var left = await rig.Database.ReadAsync(db => db.Query<string>("select platform_id from intake where state = 2 order by seq").AsList(), Token);
        Assert.Equal(others.Select((_, i) => $"others-{i}"), left);
        Assert.Equal(["shop-main:customer:12", "shop-main:customer:13"], await rig.Database.ReadAsync(db => db.Query<string>("select record_key from audit where what = 'told' order by seq").AsList(), Token));
        Assert.Equal((1, told), (told, await rig.CountAsync("recent", "title = '#Nb' or title = 'Bob Byron'")));
        Assert.Equal(0, await rig.CountAsync("recent", "title = 'Jo Li'"));
        Assert.Equal(["bob@example.com"], (await rig.ContactsAsync()).Select(c => c["email"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_contact_of_whose_making_we_have_not_heard_goes_too(bool shop)
    {
        await using var rig = await PullRig.StartAsync();
        await rig.UseAsync(attempts: 1);
        rig.Store.Put(Some.Customer("1", 0, Ada, "Augusta") with { LastName = "Lovelace" });
        await rig.FaultAsync("lost-response", "*/contacts/batch/upsert");
        await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.Single(await rig.ContactsAsync());
        Assert.Equal(1, await rig.CountAsync("record", "object = 'contacts' and record_id is null and sent is not null"));
        rig.Store.Asks = [shop ? new PrivacyRequest(PrivacyRequestKind.EraseStore, "shop-1", null, null, []) : new PrivacyRequest(PrivacyRequestKind.ErasePerson, "redact-1", "1", Ada, [])];
        await AskAsync(rig);
        await rig.PassAsync();
        Assert.Equal(("done", 1), (Assert.Single(await Desk(rig).ListAsync(Token)).State, Assert.Single(await Desk(rig).ListAsync(Token)).Receipt!.Contacts));
        Assert.Empty(await rig.ContactsAsync());
        Assert.Empty(await TracesAsync(rig));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_contact_that_is_on_its_way_while_another_process_erases_the_person_goes_with_the_next_pass(bool postgres)
    {
        await using var rig = await PullRig.StartAsync(dialect: postgres ? PostgresDialect() : null);
        var (desk, erased) = (Desk(rig), 0);
        await rig.UseAsync(wire: new Wire
        {
            Sending = async path =>
            {
                if (path.EndsWith("/contacts/batch/upsert", StringComparison.Ordinal) && Interlocked.Exchange(ref erased, 1) == 0) Assert.Equal(0, (await desk.EraseAsync(Ada, Token))!.Receipt!.Contacts);
            },
        });
        rig.Store.Put(Some.Customer("1", 0, Ada, "Augusta") with { LastName = "Lovelace" });
        rig.Store.Put(Some.Customer("2", 0, "bob@example.com", "Bob"));
        await rig.PassAsync();
        Assert.Equal(1, erased);
        Assert.Empty(await TracesAsync(rig));
        Assert.Equal(1, await rig.CountAsync("written", "object = 'contacts'"));
        Assert.Equal(2, (await rig.ContactsAsync()).Count);
        await rig.PassAsync();
        Assert.Equal(["bob@example.com"], (await rig.ContactsAsync()).Select(c => c["email"]));
        Assert.Equal([("done", 0), ("done", 1)], (await desk.ListAsync(Token)).Select(done => (done.State, done.Receipt!.Contacts)));
        Assert.Empty(await TracesAsync(rig));
    }

    [Fact]
    public async Task Consent_to_SMS_is_in_the_history_that_is_handed_out()
    {
        await using var rig = await PullRig.StartAsync(consent: new ConsentRules("Marketing Information") { Sms = "sms_consent" });
        await rig.Portal.Properties.CreateAsync("contacts", new CrmProperty { Name = "sms_consent", Label = "SMS", Type = "string", FieldType = "text", GroupName = "contactinformation" }, null, Token);
        rig.Store.Put(Some.Customer("1", 0, Ada) with { SmsConsent = new Consent(ConsentState.Denied), EmailConsent = new Consent(ConsentState.Denied) });
        await rig.PassAsync();
        using var output = new MemoryStream();
        Assert.True(await Desk(rig).ExportAsync("1", output, Token));
        var history = JsonDocument.Parse(output.ToArray()).RootElement.GetProperty("consent").GetProperty("history");
        Assert.Equal(["consent", "sms consent"], history.EnumerateArray().Select(line => line.GetProperty("what").GetString()).Order());
    }

    private static StoreChange Torn(string id, string text) => new(EntityKind.Order, id, 1, Encoding.UTF8.GetBytes(text), false, id);

    /// <summary>What waits in the log goes into the file, and the log is emptied.</summary>
    private static Task CheckpointAsync(PullRig rig) => rig.Database.ReadAsync(db => db.ExecuteScalar<long>("pragma wal_checkpoint(truncate)"), Token);

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes).Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    private PostgresDialect PostgresDialect() => new(cluster.NewDatabase());

    private static PrivacyDesk Desk(PullRig rig) => new(rig.Database, rig.Connection, rig.Time, NullLogger.Instance);

    private static Order Ordered(string id, DateTimeOffset at) => Some.Order(id, 0, customer: "1", email: Ada, total: id == "1" ? 1000 : 2000, at: at, lines: "l" + id) with
    {
        Phone = "+353 5557701",
        Note = "ring Lovelace",
        BillingAddress = new Address { Name = "Augusta Lovelace", Street = "1 Piccadilly", City = "London", Country = "GB" },
    };

    /// <summary>A store with Ada and Bob, in step, and with all that a life with them has left behind.</summary>
    private static async Task<PullRig> StartAsync(ISqlDialect? dialect = null, ErasurePolicy privacy = ErasurePolicy.Delete)
    {
        var rig = await PullRig.StartAsync(dialect: dialect, privacy: privacy);
        rig.Store.Put(Some.Customer("1", 0, "Ada@Example.com", "Augusta") with { LastName = "Lovelace", Phone = "+353 5557701", Address = new Address { Street = "1 Piccadilly", City = "London" } });
        rig.Store.Put(Some.Customer("2", 0, "bob@example.com", "Bob"));
        rig.Store.Put(Ordered("1", Some.Day));
        rig.Store.Put(Ordered("2", Some.Day.AddDays(1)));
        rig.Store.Put(Some.Order("b", 0, customer: "2"));
        rig.Store.Put(Some.Cart("c1", 0, Ada) with { Phone = "+353 5557701" });
        Assert.True((await rig.PassAsync()).InStep);
        await rig.EditContactAsync(Ada, ("firstname", "Augusta Ada"));
        rig.Age("1", TimeSpan.FromDays(1));
        await rig.ForgetAsync("pull-contacts");
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { FirstName = "Augusta" });
        await rig.Engine.Intake.AppendAsync(PullRig.Name, [new StoreChange(EntityKind.Order, "torn", 5, Encoding.UTF8.GetBytes("{ no order of ada@example.com"), false, "torn-1")], null, Token);
        await rig.PassAsync();
        Assert.Equal(1, await rig.CountAsync("intake", "state = 2"));
        return rig;
    }

    private static async Task<CrmRecord> OrderAsync(PullRig rig, string id) =>
        (await rig.Portal.Orders.GetAsync($"{PullRig.Name}:order:{id}", new ReadOptions { IdProperty = "spoke_key", Properties = ["hs_total_price", "hs_billing_address_name", "hs_billing_address_email", "hs_order_note"] }, null, Token))!;

    private static Task<(int Status, string Text)> AskAsync(PullRig rig) => rig.Engine.Webhooks.ReceiveAsync(PullRig.Name, new Dictionary<string, string>(), new MemoryStream(), Token);

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Plain(string? amount) => decimal.Parse(amount!, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Every place of the database that tells of her.</summary>
    private static Task<List<string>> TracesAsync(PullRig rig) => rig.Database.ReadAsync(db =>
    {
        var found = new List<string>();
        foreach (var table in Tables(db))
            foreach (IDictionary<string, object?> row in db.Query($"select * from {table}"))
                foreach (var (column, value) in row)
                    if (Text(value) is { } text && Traces.FirstOrDefault(trace => text.Contains(trace, StringComparison.OrdinalIgnoreCase)) is { } trace) found.Add($"{table}.{column}: {trace}");
        return found.Distinct().ToList();
    }, Token);

    private static List<string> Tables(DbConnection db) => db.Query<string>(db is Microsoft.Data.Sqlite.SqliteConnection
        ? "select name from sqlite_master where type = 'table'" : "select table_name from information_schema.tables where table_schema = 'public'").AsList();

    private static string? Text(object? value) => value switch { string text => text, byte[] bytes => Encoding.UTF8.GetString(bytes), _ => null };
}
