using System.Text.Json;

namespace Spoke.Emulator.Tests.Marketing;

/// <summary>Campaigns over HTTP, by the older and the dated paths alike.</summary>
public sealed class CampaignTests : IAsyncLifetime
{
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    public static TheoryData<string> Roots => ["/marketing/v3/campaigns", "/marketing/campaigns/2026-03", "/marketing/campaigns/2026-09"];

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task A_campaign_is_made_read_changed_and_removed(string root)
    {
        var made = await Call("POST", root, 201, """{"properties":{"hs_name":"Spring","hs_start_date":"2026-03-01","hs_notes":"n"} }""");
        var id = made.GetProperty("id").GetString()!;
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal("Spring", Property(made, "hs_name"));
        Assert.Empty((await Call("GET", $"{root}/{id}", 200)).GetProperty("properties").EnumerateObject());
        var read = await Call("GET", $"{root}/{id}?properties=hs_name,hs_start_date,hs_goal,hs_object_id", 200);
        Assert.Equal(["hs_name", "hs_start_date", "hs_object_id"], read.GetProperty("properties").EnumerateObject().Select(one => one.Name));
        Assert.Equal(JsonValueKind.Object, read.GetProperty("assets").ValueKind);
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":1000}""");
        var changed = await Call("PATCH", $"{root}/{id}", 200, """{"properties":{"hs_campaign_status":"in_progress","hs_notes":""} }""");
        Assert.Equal("in_progress", Property(changed, "hs_campaign_status"));
        Assert.False(changed.GetProperty("properties").TryGetProperty("hs_notes", out _));
        Assert.NotEqual(changed.GetProperty("createdAt").GetString(), changed.GetProperty("updatedAt").GetString());
        await Call("DELETE", $"{root}/{id}", 204);
        await Call("DELETE", $"{root}/{id}", 204);
        await Call("GET", $"{root}/{id}", 404);
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Batches_name_what_was_not_found(string root)
    {
        var made = (await Call("POST", root + "/batch/create", 201, """{"inputs":[{"properties":{"hs_name":"A"} },{"properties":{"hs_name":"B"} }]}""")).GetProperty("results").EnumerateArray().Select(one => one.GetProperty("id").GetString()!).ToArray();
        var read = await Call("POST", root + "/batch/read?properties=hs_name", 207, $$"""{"inputs":[{"id":"{{made[1]}}"},{"id":"{{Guid.Empty}}"}]}""");
        Assert.Equal("B", Property(Assert.Single(read.GetProperty("results").EnumerateArray()), "hs_name"));
        Assert.Equal(1, read.GetProperty("numErrors").GetInt32());
        var updated = await Call("POST", root + "/batch/update", 200, $$"""{"inputs":[{"id":"{{made[0]}}","properties":{"hs_goal":"g"} }]}""");
        Assert.Equal("g", Property(updated.GetProperty("results")[0], "hs_goal"));
        await Call("POST", root + "/batch/create", 400, """{"inputs":[{"properties":{"hs_name":"C"} },{"properties":{} }]}""");
        await Call("POST", root + "/batch/archive", 204, $$"""{"inputs":[{"id":"{{made[0]}}"},{"id":"{{Guid.Empty}}"}]}""");
        var left = await Call("GET", root + "?properties=hs_name", 200);
        Assert.Equal(1, left.GetProperty("total").GetInt32());
        Assert.Equal("B", Property(left.GetProperty("results")[0], "hs_name"));
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Budget_and_spend_add_up(string root)
    {
        var id = await NewAsync(root, "Spring");
        var first = (await Call("POST", $"{root}/{id}/budget", 201, """{"name":"Ads","amount":100.50,"order":0,"description":"d"}""")).GetProperty("id").ToString();
        await Call("POST", $"{root}/{id}/budget", 201, """{"name":"Print","amount":20}""");
        var spent = (await Call("POST", $"{root}/{id}/spend", 201, """{"name":"March","amount":30.25}""")).GetProperty("id").ToString();
        Assert.Equal(JsonValueKind.Number, (await Call("GET", $"{root}/{id}/budget/{first}", 200)).GetProperty("createdAt").ValueKind);
        await Call("PUT", $"{root}/{id}/spend/{spent}", 200, """{"name":"March","amount":40.25}""");
        Assert.Equal(40.25m, (await Call("GET", $"{root}/{id}/spend/{spent}", 200)).GetProperty("amount").GetDecimal());
        var totals = await Call("GET", $"{root}/{id}/budget/totals", 200);
        Assert.Equal((120.50m, 40.25m, 80.25m), (totals.GetProperty("budgetTotal").GetDecimal(), totals.GetProperty("spendTotal").GetDecimal(), totals.GetProperty("remainingBudget").GetDecimal()));
        Assert.Equal("EUR", totals.GetProperty("currencyCode").GetString());
        Assert.Equal([0, 1], totals.GetProperty("budgetItems").EnumerateArray().Select(item => item.GetProperty("order").GetInt32()));
        Assert.Equal("120.50", Property(await Call("GET", $"{root}/{id}?properties=hs_budget_items_sum_amount", 200), "hs_budget_items_sum_amount"));
        await Call("DELETE", $"{root}/{id}/budget/{first}", 204);
        await Call("GET", $"{root}/{id}/budget/{first}", 404);
        await Call("GET", $"{root}/{id}/spend/{first}", 404);
        Assert.Equal(20m, (await Call("GET", $"{root}/{id}/budget/totals", 200)).GetProperty("budgetTotal").GetDecimal());
        await Call("POST", $"{root}/{id}/budget", 400, """{"name":"Ads","amount":"much"}""");
        await Call("POST", $"{root}/{id}/budget", 400, """{"amount":1}""");
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task What_belongs_to_a_campaign_must_be_there(string root)
    {
        var id = await NewAsync(root, "Spring");
        var list = (await Call("POST", "/crm/v3/lists", 200, """{"name":"L","objectTypeId":"0-1","processingType":"MANUAL"}""")).GetProperty("list").GetProperty("listId").GetString();
        var form = (await Call("POST", "/marketing/v3/forms", 201, """{"name":"F","formType":"hubspot","fieldGroups":[{"fields":[{"name":"email","fieldType":"email","objectTypeId":"0-1","required":true}]}]}""")).GetProperty("id").GetString();
        await Call("PUT", $"{root}/{id}/assets/OBJECT_LIST/{list}", 204);
        await Call("PUT", $"{root}/{id}/assets/OBJECT_LIST/{list}", 204);
        await Call("PUT", $"{root}/{id}/assets/FORM/{form}", 204);
        await Call("PUT", $"{root}/{id}/assets/FORM/{Guid.Empty}", 404);
        await Call("PUT", $"{root}/{id}/assets/PIGEON/1", 400);
        var one = Assert.Single((await Call("GET", $"{root}/{id}/assets/OBJECT_LIST", 200)).GetProperty("results").EnumerateArray());
        Assert.Equal((list, "L"), (one.GetProperty("id").GetString(), one.GetProperty("name").GetString()));
        Assert.Equal(["OBJECT_LIST", "FORM"], (await Call("GET", $"{root}/{id}", 200)).GetProperty("assets").EnumerateObject().Select(kind => kind.Name));
        await Call("DELETE", $"{root}/{id}/assets/OBJECT_LIST/{list}", 204);
        Assert.Empty((await Call("GET", $"{root}/{id}/assets/OBJECT_LIST", 200)).GetProperty("results").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"properties":{} }""", "hs_name")]
    [InlineData("""{"properties":{"hs_name":""} }""", "hs_name")]
    [InlineData("""{"properties":{"hs_name":"A","hs_start_date":"1.3.2026"} }""", "YYYY-MM-DD")]
    [InlineData("""{"properties":{"hs_name":"A","hs_campaign_status":"dreaming"} }""", "planned, in_progress")]
    [InlineData("""{"properties":{"hs_name":"A","hs_spend_items_sum_amount":"1"} }""", "read only")]
    [InlineData("""{"properties":{"hs_name":"A","colour":"red"} }""", "does not exist")]
    [InlineData("""{"properties":{"hs_name":"A","hs_currency_code":"XXX"} }""", "currency")]
    public async Task Wrong_campaigns_are_refused(string body, string expected)
    {
        Assert.Contains(expected, (await Call("POST", "/marketing/v3/campaigns", 400, body)).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await Call("GET", "/marketing/v3/campaigns", 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_list_is_sorted_narrowed_and_read_in_pages_and_a_snapshot_keeps_it()
    {
        const string root = "/marketing/v3/campaigns";
        foreach (var name in (string[])["Beta", "alpha", "Gamma"]) await NewAsync(root, name);
        var page = await Call("GET", root + "?sort=hs_name&limit=2&properties=hs_name", 200);
        Assert.Equal(["alpha", "Beta"], page.GetProperty("results").EnumerateArray().Select(one => Property(one, "hs_name")));
        var rest = await Call("GET", $"{root}?sort=hs_name&limit=2&properties=hs_name&after={page.GetProperty("paging").GetProperty("next").GetProperty("after").GetString()}", 200);
        Assert.Equal(["Gamma"], rest.GetProperty("results").EnumerateArray().Select(one => Property(one, "hs_name")));
        Assert.Equal(1, (await Call("GET", root + "?name=BET", 200)).GetProperty("total").GetInt32());
        await Call("GET", root + "?sort=colour", 400);
        var state = (await _emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Expect(200).Text;
        await _emulator.ControlAsync("POST", "reset");
        Assert.Equal(0, (await Call("GET", root, 200)).GetProperty("total").GetInt32());
        (await _emulator.SendAsync("PUT", "/_emulator/snapshot", state, null)).Expect(204);
        var id = page.GetProperty("results")[0].GetProperty("id").GetString();
        Assert.Equal("alpha", Property(await Call("GET", $"{root}/{id}?properties=hs_name", 200), "hs_name"));
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Reports_of_what_nothing_measures_answer_501(string root)
    {
        var id = await NewAsync(root, "Spring");
        foreach (var report in (string[])["metrics", "revenue", "contacts/influencedContacts"]) await Call("GET", $"{root}/{id}/reports/{report}", 501);
    }

    private async Task<string> NewAsync(string root, string name) => (await Call("POST", root, 201, $$"""{"properties":{"hs_name":"{{name}}"} }""")).GetProperty("id").GetString()!;

    private static string Property(JsonElement campaign, string name) => campaign.GetProperty("properties").GetProperty(name).GetString()!;

    private async Task<JsonElement> Call(string method, string path, int status, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }
}
