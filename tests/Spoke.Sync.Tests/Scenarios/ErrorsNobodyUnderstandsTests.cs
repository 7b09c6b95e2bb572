using System.Security.Cryptography;
using System.Text;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.StandIns.Shopify;
using Spoke.Sync.Explain;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Errors nobody understands: what was refused, why, and what to do about it.</summary>
public sealed class ErrorsNobodyUnderstandsTests
{
    [Fact]
    public async Task Scenario_37_each_refused_row_has_its_reason_value_and_fix_and_is_tried_again()
    {
        // Multiwoven#923
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 10; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"bad({i})@example.com"));
        Assert.Equal(10, (await scene.PassAsync()).Quarantined);
        var listed = await scene.Desk.ListAsync(Scene.Token);
        Assert.Equal(10, listed.Count);
        Assert.All(listed, item =>
        {
            Assert.Equal(("email", "INVALID_EMAIL", $"bad({item.Key[^1]})@example.com"), (item.Property, item.Cause, item.Value));
            Assert.Contains("Correct the e-mail address", item.Fix);
            Assert.NotEmpty(item.Reason);
        });
        // The next pass does not skip them: it asks again.
        var before = scene.Wire.Calls.Count;
        Assert.Equal(10, (await scene.PassAsync()).Quarantined);
        Assert.Equal(10, scene.Wire.Calls.Skip(before).Where(call => call.Writes).SelectMany(call => Enumerable.Range(0, 10).Where(i => call.Body.Contains($"bad({i})@example.com", StringComparison.Ordinal))).Distinct().Count());
        for (var i = 0; i < 10; i++) scene.Store.Edit($"{i}", c => c with { Email = $"good{i}@example.com" });
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(10, (await scene.AllAsync("contacts", "email")).Count(contact => contact["email"]?.StartsWith("good", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Scenario_38_a_fault_of_a_record_is_not_one_of_the_server_and_the_other_way_round()
    {
        // rudder-transformer#422
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("1", 0, "bad(1)@example.com"));
        await scene.PassAsync();
        Assert.InRange(scene.Wire.Calls.Count(call => call.Writes && call.Body.Contains("bad(1)@example.com", StringComparison.Ordinal)), 1, 4);
        Assert.Equal("INVALID_EMAIL", Assert.Single(await scene.Desk.ListAsync(Scene.Token)).Cause);
        // The server's trouble is waited out, and no record is blamed for it.
        scene.Store.Put(Some.Customer("2", 0, "bob@example.com"));
        await scene.FaultAsync("502", "*/contacts/batch/upsert", times: 2);
        Assert.Equal(1, (await scene.PassAsync()).Quarantined);
        Assert.Equal(2, scene.Wire.Calls.Count(call => call.Status == 502));
        Assert.Equal("shop-main:customer:1", Assert.Single(await scene.Desk.ListAsync(Scene.Token)).Key);
        await scene.OneAsync("contacts", "shop-main:customer:2");
    }

    [Fact]
    public async Task Scenario_39_the_correlation_id_of_an_answer_is_kept_with_what_was_written_and_told_with_a_refusal()
    {
        // hubspot-api-python#20
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await scene.PassAsync();
        var write = (await new WhyReader(scene.Database, Scene.Name, "shop").ReadAsync("orders", "1", Scene.Token))!.Properties.Single(p => p.Property == "hs_total_price").Writes[0];
        Assert.EndsWith("/orders/batch/upsert", write.Request);
        Assert.True(Guid.TryParse(write.CorrelationId, out _), write.CorrelationId);
        scene.Wire.Answer = (path, _) => path.Contains("/batch/", StringComparison.Ordinal) ? Refusals.Whole("You do not have permission.", "MISSING_SCOPES", System.Net.HttpStatusCode.Forbidden) : null;
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com", total: 2000));
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => scene.PassAsync());
        Assert.Equal("00000000-0000-4000-8000-00000000c0de", refused.CorrelationId);
    }

    [Fact]
    public async Task Scenario_40_the_properties_of_a_portal_are_read_when_they_are_needed_all_of_them()
    {
        // n8n#16495: a fixed list, 50 of 200
        await using var scene = await Scene.StartAsync();
        await scene.Portal.Properties.CreateGroupAsync("orders", "many", "Many", null, Scene.Token);
        foreach (var some in Enumerable.Range(0, 200).Chunk(100))
            await scene.Portal.Properties.BatchCreateAsync("orders", [.. some.Select(i => new CrmProperty { Name = $"extra_{i}", Label = $"Extra {i}", Type = "string", FieldType = "text", GroupName = "many" })], null, Scene.Token);
        Assert.Equal(200, (await scene.Portal.Properties.ListAsync("orders", null, Scene.Token).ToListAsync(Scene.Token)).Count(p => p.Name.StartsWith("extra_", StringComparison.Ordinal)));
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        Assert.True((await scene.PassAsync()).InStep);   // finds its own missing behind those two hundred, and makes them
        // What somebody takes away while we are at it is learned of before anything is sent.
        await scene.Portal.Properties.ArchiveAsync("orders", "spoke_status", null, Scene.Token);
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com", total: 2000));
        var before = scene.Wire.Calls.Count;
        Assert.Contains("spoke_status", (await Assert.ThrowsAsync<HubSpotException>(() => scene.PassAsync())).Message);
        Assert.DoesNotContain(scene.Wire.Calls.Skip(before), call => call.Path.Contains("/objects/", StringComparison.Ordinal) && call.Writes);
    }

    [Fact]
    public async Task Scenario_41_a_push_is_verified_on_the_bytes_that_were_sent()
    {
        // 0rdefy's troubleshooting note
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        await scene.PassAsync();
        // A vector that others can check: HMAC-SHA256 of these bytes under the key spoke-test-secret.
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Shopify-Hmac-Sha256"] = "Ew9JG71YRAdX35m2czR1KkXMnJiFyr55dF/I4tHdVik=", ["X-Shopify-Topic"] = "orders/updated", ["X-Shopify-Event-Id"] = "e1" };
        Assert.Equal((200, "kept"), await scene.DeliverAsync(headers, """{"id":1001,"total_price":"10.00"}"""u8.ToArray()));
        foreach (var reserialised in new[] { """{"id":1001,"total_price":"10.0"}""", """{"id": 1001, "total_price": "10.00"}""", """{"total_price":"10.00","id":1001}""", """{"id":1001,"total_price":"10.00"}""" + "\n" })
            Assert.Equal(401, (await scene.DeliverAsync(headers, Encoding.UTF8.GetBytes(reserialised))).Status);
        // Bytes that no serialiser would write like this are genuine as they are.
        var order = shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 1, 10)]));
        var odd = Encoding.UTF8.GetBytes($"{{ \"email\" : \"\\u0061da@example.com\",\r\n\t\"note\":\"ä\\/é\", \"id\" :{order.Id} , \"id\":{order.Id}}}");
        headers["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(HMACSHA256.HashData("spoke-test-secret"u8, odd));
        headers["X-Shopify-Event-Id"] = "e2";
        Assert.Equal((200, "kept"), await scene.DeliverAsync(headers, odd));
        Assert.True((await scene.PassAsync()).InStep);
        await scene.OneAsync("orders", $"shop-main:order:{order.Id}");
    }
}
