using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.Emulator.Tests.Seeds;

public sealed class SeedTests
{
    private const string Shop = """
        {
          // a shop with one customer
          "schemas": [{ "name": "voucher", "labels": { "singular": "Voucher", "plural": "Vouchers" }, "primaryDisplayProperty": "code", "requiredProperties": ["code"],
                        "properties": [{ "name": "code", "label": "Code", "type": "string", "fieldType": "text", "hasUniqueValue": true }], "associatedObjects": ["CONTACT"] }],
          "properties": { "contacts": [{ "name": "tier", "label": "Tier", "type": "string", "fieldType": "text", "groupName": "loyalty" }] },
          "groups": { "contacts": [{ "name": "loyalty", "label": "Loyalty" }] },
          "pipelines": { "orders": [{ "label": "Web", "displayOrder": 1, "stages": [{ "label": "New", "displayOrder": 0, "metadata": {} }] }] },
          "labels": [{ "from": "contacts", "to": "companies", "label": "Buyer", "name": "buyer" }],
          "records": {
            "orders": [{ "key": "first", "properties": { "hs_order_name": "#1", "hs_total_price": 12.5 }, "to": ["ada"] }],
            "contacts": [{ "key": "ada", "properties": { "email": "ada@shop.example", "tier": "gold" }, "to": [{ "key": "acme", "typeId": 1 }] }],
            "companies": [{ "key": "acme", "properties": { "name": "Acme" } }],
            "p1000001_voucher": [{ "properties": { "code": "A-1" }, "to": ["ada"] }],
          },
        }
        """;

    [Fact]
    public async Task Seed_file_brings_definitions_records_and_associations()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var planted = await emulator.ControlAsync("POST", "seed", Shop);
        Assert.Equal("""{"companies":1,"contacts":1,"orders":1,"p1000001_voucher":1}""", planted.GetProperty("records").GetRawText());
        Assert.Equal(3, planted.GetProperty("associations").GetInt32());

        var contact = (await emulator.SendAsync("GET", "/crm/v3/objects/contacts/ada@shop.example?idProperty=email&properties=tier&associations=orders,companies,p1000001_voucher")).Expect(200).Json;
        Assert.Equal("gold", contact.GetProperty("properties").GetProperty("tier").GetString());
        Assert.Equal(3, contact.GetProperty("associations").EnumerateObject().Count());
        var primary = (await emulator.SendAsync("GET", $"/crm/v4/objects/contacts/{contact.GetProperty("id").GetString()}/associations/companies")).Expect(200).Json;
        Assert.Contains(primary.GetProperty("results")[0].GetProperty("associationTypes").EnumerateArray(), type => type.GetProperty("typeId").GetInt32() == 1);
        Assert.Contains("Web", (await emulator.SendAsync("GET", "/crm/v3/pipelines/orders")).Expect(200).Text);
        Assert.Contains("Buyer", (await emulator.SendAsync("GET", "/crm/v4/associations/contacts/companies/labels")).Expect(200).Text);
    }

    [Theory]
    [InlineData("{\n\"records\": {\n  \"contacts\": [\n    {\"properties\":{\"email\":\"a@b.example\"}},\n    {\"properties\":{\"email\":\"nonsense\"}}\n  ]}}", "line 5: ", "INVALID_EMAIL")]
    [InlineData("{\"records\":{\"contacts\":[{\"properties\":{\"email\":\"a@b.example\"},\n\"to\":[\n\"nobody\"]}]}}", "line 3: ", "no record of the seed has the key 'nobody'")]
    [InlineData("{\"records\":\n{\"contacts\":[{\"props\":{}}]}}", "line 2: ", "a record has no member 'props'")]
    [InlineData("{\n\"record\":{}}", "line 2: ", "a seed has no member 'record'")]
    [InlineData("{\n\"records\":{\n", "line 3: ", "this is not JSON")]
    [InlineData("{\n\"records\":{\"contacts\":[{\"properties\":{\"email\":[1]}}]}}", "line 2: ", "the value of 'email'")]
    [InlineData("{\"records\":{\n\"cats\":[{\"properties\":{}}]}}", "line 2: ", "cats")]
    [InlineData("{\"records\":{\"contacts\":[{\"key\":\"a\",\"properties\":{\"email\":\"a@b.example\"}},\n{\"key\":\"a\",\"properties\":{\"email\":\"b@b.example\"}}]}}", "line 2: ", "taken by another record")]
    [InlineData("{\"properties\":{\"contacts\":[\n\n{\"name\":\"x\"}]}}", "line 3: ", "POST /crm/v3/properties/contacts was refused")]
    [InlineData("{\"seed\":\"big-shop\"}", "There is no seed 'big-shop'", "small-shop")]
    public async Task Wrong_seed_names_the_line_and_leaves_the_account_alone(string seed, string where, string what)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await emulator.ControlAsync("POST", "seed", """{"records":{"contacts":[{"properties":{"email":"there@before.example"}}]}}""");
        var before = (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text;
        var error = (await emulator.SendAsync("POST", "/_emulator/seed", seed, null)).Expect(400).Json.GetProperty("error").GetString();
        Assert.StartsWith(where, error);
        Assert.Contains(what, error);
        Assert.Equal(before, (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
    }

    [Fact]
    public async Task Named_seed_is_the_same_every_time_and_comes_back_with_reset()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        var snapshots = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, Seed = "small-shop", TimeProvider = time });
            var counts = (await emulator.ControlAsync("GET", "state")).GetProperty("records");
            Assert.Equal(40, counts.GetProperty("contacts").GetInt32());
            Assert.Equal(20, counts.GetProperty("orders").GetInt32());
            Assert.Equal(0, (await emulator.ControlAsync("GET", "requests")).GetProperty("count").GetInt32());
            snapshots.Add((await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
            (await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"one@more.example"}}""")).Expect(201);
            await emulator.ControlAsync("POST", "reset");
            Assert.Equal(snapshots[0], (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
        }
        Assert.Equal(snapshots[0], snapshots[1]);
    }

    [Fact]
    public async Task Order_totals_of_a_named_seed_are_the_sums_of_their_lines()
    {
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, Seed = "small-shop" });
        var orders = (await emulator.SendAsync("GET", "/crm/v3/objects/orders?limit=100&properties=hs_total_price&associations=line_items")).Expect(200).Json.GetProperty("results");
        Assert.Equal(20, orders.GetArrayLength());
        foreach (var order in orders.EnumerateArray())
        {
            var sum = 0m;
            var lines = order.GetProperty("associations").EnumerateObject().Single().Value.GetProperty("results").EnumerateArray().Select(line => line.GetProperty("id").GetString()).Distinct();
            foreach (var line in lines)
            {
                var values = (await emulator.SendAsync("GET", $"/crm/v3/objects/line_items/{line}?properties=price,quantity")).Expect(200).Json.GetProperty("properties");
                sum += decimal.Parse(values.GetProperty("price").GetString()!) * decimal.Parse(values.GetProperty("quantity").GetString()!);
            }
            Assert.Equal(sum, decimal.Parse(order.GetProperty("properties").GetProperty("hs_total_price").GetString()!));
        }
    }

    [Fact]
    public async Task Kept_account_is_seeded_once_and_a_seed_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("spoke-seed-").FullName;
        try
        {
            var file = Path.Combine(folder, "seed.json");
            await File.WriteAllTextAsync(file, """{"records":{"contacts":[{"properties":{"email":"a@b.example"}}]}}""", TestContext.Current.CancellationToken);
            for (var start = 0; start < 2; start++)
            {
                await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, Seed = file, DataDirectory = Path.Combine(folder, "data") });
                Assert.Equal(1, (await emulator.ControlAsync("GET", "state")).GetProperty("records").GetProperty("contacts").GetInt32());
            }
            await File.WriteAllTextAsync(file, "{\n\"records\":7}", TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<InvalidDataException>(() => EmulatorClient.StartAsync(new EmulatorOptions { Seed = file }));
            Assert.StartsWith($"{file}, line 2: ", refused.Message);
            Assert.Contains("no file of this name", (await Assert.ThrowsAsync<InvalidDataException>(() => EmulatorClient.StartAsync(new EmulatorOptions { Seed = file + "x" }))).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
