namespace Spoke.HubSpot.Tests.Diagnosis.Scopes;

/// <summary>Least scopes for calls in every form they come in.</summary>
public sealed class ScopePlannerTests
{
    public static TheoryData<string, string, string[]> Texts => new()
    {
        { "list", "GET /crm/v3/objects/contacts/123\n- POST https://api.hubapi.com/crm/v3/objects/orders/batch/upsert", ["GET /crm/v3/objects/contacts/123", "POST /crm/v3/objects/orders/batch/upsert"] },
        { "curl", "curl -X PATCH https://api.hubapi.com/crm/v3/objects/companies/5 -d '{}'\ncurl https://api.hubapi.com/crm/v3/owners?limit=5\ncurl https://api.hubapi.com/crm/v3/objects/carts -d '{}'", ["PATCH /crm/v3/objects/companies/5", "GET /crm/v3/owners", "POST /crm/v3/objects/carts"] },
        { "python", "r = requests.post(f\"{BASE}/crm/v3/objects/contacts\", json=body)\nx = session.get('https://api.hubapi.com/crm/v3/objects/deals/' + deal_id)\nrequests.request('DELETE', \"https://api.hubapi.com/crm/v3/objects/tickets/%s\" % id)", ["POST /crm/v3/objects/contacts", "GET /crm/v3/objects/deals/1", "DELETE /crm/v3/objects/tickets/1"] },
        { "host in a variable", "requests.patch(BASE + \"/crm/v3/objects/deals/\" + str(7), headers=H)\naxios.delete(BASE + '/crm/v3/objects/companies/' + id, o)\nrequests.post(BASE + \"/crm/v3/objects/\" + \"tickets\", json=b)", ["PATCH /crm/v3/objects/deals/1", "DELETE /crm/v3/objects/companies/1", "POST /crm/v3/objects/tickets"] },
        { "javascript", "await fetch(`https://api.hubapi.com/crm/v3/objects/orders/${id}`, { method: 'PATCH', body });\naxios.put(`${base}/crm/v4/objects/orders/${a}/associations/default/contacts/${b}`);", ["PATCH /crm/v3/objects/orders/1", "PUT /crm/v4/objects/orders/1/associations/default/contacts/1"] },
        { "options in a variable", "const opts = { method: 'POST', headers };\nawait fetch('https://api.hubapi.com/crm/v3/objects/contacts', opts);", ["POST /crm/v3/objects/contacts"] },
        { "options given a method later", "const opts = {};\nopts.method = 'PATCH';\nawait fetch(`https://api.hubapi.com/crm/v3/objects/deals/${id}`, opts);", ["PATCH /crm/v3/objects/deals/1"] },
        { "address in a variable", "const url = 'https://api.hubapi.com/crm/v3/objects/tickets';\nconst body = JSON.stringify(x);\n// some lines\n// more lines that stand between the address and the call, so that nothing near it tells what is done with it\nawait fetch(url, { method: 'POST', body });\nrequests.get(url)", ["POST /crm/v3/objects/tickets", "GET /crm/v3/objects/tickets"] },
        { "list without the first slash", "POST crm/v3/objects/contacts\nget crm/v3/owners", ["POST /crm/v3/objects/contacts", "GET /crm/v3/owners"] },
        { "c#", "var r = await http.PostAsJsonAsync(\"/crm/v3/objects/line_items/batch/create\", x);\nnew HttpRequestMessage(HttpMethod.Delete, $\"https://api.hubapi.com/crm/v3/objects/products/{id}\");", ["POST /crm/v3/objects/line_items/batch/create", "DELETE /crm/v3/objects/products/1"] },
        { "php", "curl_setopt($c, CURLOPT_URL, 'https://api.hubapi.com/crm/v3/objects/contacts');\ncurl_setopt($c, CURLOPT_CUSTOMREQUEST, 'POST');", ["POST /crm/v3/objects/contacts"] },
        { "go", "req, _ := http.NewRequest(\"PATCH\", \"https://api.hubapi.com/crm/v3/objects/contacts/\"+id, body)", ["PATCH /crm/v3/objects/contacts/1"] },
        { "ruby", "Net::HTTP::Post.new(URI('https://api.hubapi.com/crm/v3/objects/deals'))", ["POST /crm/v3/objects/deals"] },
        { "node client", "await hubspot.crm.contacts.basicApi.getById(id)\nhubspot.crm.companies.batchApi.upsert(x); client.crm.deals.searchApi.doSearch(q); c.crm.owners.ownersApi.getPage()", ["GET /crm/v3/objects/contacts/1", "POST /crm/v3/objects/companies/batch/upsert", "POST /crm/v3/objects/deals/search", "GET /crm/v3/owners"] },
        { "python client", "api_client.crm.contacts.basic_api.create(x)\nclient.crm.line_items.batch_api.read(y)", ["POST /crm/v3/objects/contacts", "POST /crm/v3/objects/line_items/batch/read"] },
        { "php client", "$hubspot->crm()->contacts()->basicApi()->archive($id);", ["DELETE /crm/v3/objects/contacts/1"] },
        { "har", """{"log":{"entries":[{"request":{"method":"GET","url":"https://api.hubapi.com/crm/v3/objects/contacts?limit=1"}},{"request":{"method":"GET","url":"https://cdn.example/crm/v3/objects/deals"}}]}}""", ["GET /crm/v3/objects/contacts"] },
        { "postman", """{"item":[{"name":"a","item":[{"request":{"method":"POST","url":{"raw":"{{baseUrl}}/crm/v3/objects/contacts/search"}}}]}]}""", ["POST /crm/v3/objects/contacts/search"] },
        { "openapi", """{"openapi":"3.0.1","paths":{"/crm/v3/objects/contacts/{contactId}":{"get":{},"patch":{},"parameters":[]}}}""", ["GET /crm/v3/objects/contacts/1", "PATCH /crm/v3/objects/contacts/1"] },
        { "openapi yaml", "openapi: 3.0.1\npaths:\n  /crm/v3/objects/deals:\n    get:\n      summary: x\n    post:\n      summary: y\ncomponents:\n  get: 1\n", ["GET /crm/v3/objects/deals", "POST /crm/v3/objects/deals"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Calls_are_found(string form, string text, string[] expected)
    {
        var found = ScopePlanner.Plan(text).Calls.Select(call => $"{call.Call.Method} {call.Call.Path}").ToArray();
        Assert.True(expected.Order().SequenceEqual(found.Order()), $"{form}: {string.Join(", ", found)}");
        Assert.All(ScopePlanner.Plan(text).Calls, call => Assert.NotNull(call.Endpoint));
    }

    [Theory]
    [InlineData("GET /crm/v3/objects/contacts", "crm.objects.contacts.read")]
    [InlineData("GET /crm/v3/objects/contacts\nPOST /crm/v3/objects/contacts", "crm.objects.contacts.write")]   // writing reads as well, by the published table
    [InlineData("POST /crm/v3/objects/orders/batch/upsert", "crm.objects.orders.write")]
    [InlineData("GET /account-info/v3/details", "")]
    [InlineData("PUT /crm/v3/lists/1/memberships/add", "crm.lists.read crm.lists.write")]   // both are asked for
    public void The_least_is_granular_and_no_more_than_needed(string calls, string expected)
    {
        var plan = ScopePlanner.Plan(calls);
        Assert.All(plan.Least, scope => Assert.Contains(plan.Calls, call => call.AnyOf.Any(alternative => alternative.Split('+').Contains(scope))));
        if (expected == "crm.objects.contacts.write") Assert.All(plan.Calls, call => Assert.Contains(call.AnyOf, plan.Least.Contains));
        else Assert.Equal(expected, string.Join(' ', plan.Least));
    }

    [Fact]
    public void Missing_and_excess_are_told_against_what_is_granted()
    {
        var plan = ScopePlanner.Plan("POST /crm/v3/objects/orders\nGET /crm/v3/owners", ["oauth", "crm.objects.owners.read", "crm.objects.deals.write", "e-commerce.x"]);
        Assert.Equal(["crm.objects.orders.write"], plan.Missing);
        Assert.Equal(["crm.objects.deals.write", "e-commerce.x"], plan.Excess);
        Assert.Empty(ScopePlanner.Plan("POST /crm/v3/objects/orders").Missing);
    }

    [Fact]
    public void What_a_subscription_bounds_is_optional_in_the_install_link()
    {
        var plan = ScopePlanner.Plan("GET /crm/v3/objects/contacts\nPOST /crm-object-schemas/v3/schemas");
        Assert.Equal("crm.schemas.custom.write", Assert.Single(plan.TierBound).Scope);
        var link = plan.InstallLink("id", "https://a.example/cb?x=1");
        Assert.Contains("scope=crm.objects.contacts.read%20oauth&optional_scope=crm.schemas.custom.write", link, StringComparison.Ordinal);
        Assert.Contains("redirect_uri=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1", link, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_options_are_not_shown_every_published_method_is_planned_for_and_said_to_be_unknown()
    {
        var plan = ScopePlanner.Plan("export const call = (opts) => fetch('https://api.hubapi.com/crm/v3/objects/contacts', opts);");
        Assert.Equal(["GET", "POST"], plan.Calls.Select(call => call.Call.Method).Order());
        Assert.All(plan.Calls, call => Assert.False(call.Call.IsMethodKnown));
        Assert.Contains("crm.objects.contacts.write", plan.Least);
        Assert.Contains("does not tell the method", plan.ToText(), StringComparison.Ordinal);
        Assert.Contains("\"methodKnown\":false", plan.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("methodKnown", ScopePlanner.Plan("fetch('https://api.hubapi.com/crm/v3/objects/contacts')").ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FOO /crm/v3/objects/contacts", 1, "FOO")]
    [InlineData("# calls\nGET /crm/v3/owners\nFETCH crm/v3/objects/contacts\n", 3, "FETCH")]
    public void A_word_that_is_no_method_is_refused(string list, int line, string word)
    {
        var wrong = Assert.Throws<FormatException>(() => ScopePlanner.Plan(list));
        Assert.StartsWith($"Line {line}: '{word}'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_call_names_its_file()
    {
        var plan = ScopePlanner.Plan([new FoundCall("GET", "/crm/v3/owners", 7) { File = "src/a.py" }, new FoundCall("GET", "/crm/v3/objects/deals", 0) { File = "b.har" }]);
        Assert.Contains("(src/a.py:7)", plan.ToText(), StringComparison.Ordinal);
        Assert.Contains("(b.har)", plan.ToText(), StringComparison.Ordinal);
        Assert.Contains("\"file\":\"src/a.py\",\"line\":7", plan.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_account_can_grant_is_said()
    {
        var plan = ScopePlanner.Plan("GET /webhooks-journal/journal/2026-03/latest\nGET /crm/v3/objects/contact/1/nothing\nPOST /crm/v3/owners");
        Assert.Contains("app's own", plan.Calls[0].Remark, StringComparison.Ordinal);
        Assert.Equal("not published", plan.Calls[1].Remark);
        Assert.Equal("published for GET only", plan.Calls[2].Remark);
        Assert.Empty(plan.Least);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"paths\":3}")]
    [InlineData("[[[[{\"method\":1,\"url\":[]}]]]]")]
    [InlineData("openapi: 3\npaths:\n  /x\n   get")]
    [InlineData("see https://example.com/crm/v3/objects/contacts and /var/log/app")]
    public void Other_texts_yield_nothing_and_break_nothing(string text) => Assert.Empty(ScopePlanner.Plan(text).Calls);

    [Fact]
    public void A_plan_can_be_read_by_people_and_programs()
    {
        var plan = ScopePlanner.Plan("GET /crm/v3/objects/contacts/1", ["automation"]);
        Assert.Contains("[ ] crm.objects.contacts.read", plan.ToText(), StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(plan.ToJson());
        Assert.Equal("crm.objects.contacts.read", json.RootElement.GetProperty("missing")[0].GetString());
        Assert.Equal("automation", json.RootElement.GetProperty("excess")[0].GetString());
    }
}
