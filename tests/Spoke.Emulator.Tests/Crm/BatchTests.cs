namespace Spoke.Emulator.Tests.Crm;

public sealed class BatchTests
{
    private readonly CrmPortal portal = new();

    private Answer Batch(string type, string verb, string body) => portal.Send("POST", $"/crm/v3/objects/{type}/batch/{verb}", body);

    private void UniqueKey(string type, string group) => portal.Send("POST", $"/crm/v3/properties/{type}",
        $$"""{"name":"spoke_key","label":"Key","type":"string","fieldType":"text","groupName":"{{group}}","hasUniqueValue":true}""").Expect(201);

    [Fact]
    public void Without_trace_ids_one_bad_input_refuses_the_whole_batch()
    {
        var answer = Batch("contacts", "create", """{"inputs":[{"properties":{"email":"a@b.example"}},{"properties":{"email":"bad"}}]}""").Expect(400);
        Assert.Contains("INVALID_EMAIL", answer.Text("message"));
        Assert.Equal(0, portal.Send("GET", CrmPortal.Contacts).Count("results"));
    }

    [Fact]
    public void With_trace_ids_the_good_inputs_go_through()
    {
        var answer = Batch("contacts", "create",
            """{"inputs":[{"objectWriteTraceId":"1","properties":{"email":"a@b.example"}},{"objectWriteTraceId":"2","properties":{"email":"bad"}}]}""").Expect(207);
        Assert.Equal("1", answer.Text("results.0.objectWriteTraceId"));
        Assert.Equal(1, answer.At("numErrors").GetInt32());
        Assert.Equal("2", answer.Text("errors.0.context.objectWriteTraceId.0"));
        Assert.True(answer.Changed);
    }

    [Fact]
    public void Existing_email_fails_a_batch_create_with_409()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var answer = Batch("contacts", "create", """{"inputs":[{"properties":{"email":"n@b.example"}},{"properties":{"email":"a@b.example"}}]}""").Expect(409);
        Assert.EndsWith($"Existing ID: {id}", answer.Text("message"));
    }

    [Fact]
    public void More_than_a_hundred_and_duplicates_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"id":"{{i}}"}"""));
        Assert.StartsWith("The maximum number of inputs supported in a batch is 100", Batch("contacts", "read", $$"""{"inputs":[{{many}}]}""").Expect(400).Text("message"));
        var twice = Batch("contacts", "update", """{"inputs":[{"id":"7","properties":{}},{"id":"7","properties":{}}]}""").Expect(400);
        Assert.Equal("Duplicate IDs found in batch input: [7]. IDs must be unique", twice.Text("message"));
        Assert.Equal("7", twice.Text("context.ids.0"));
        Batch("contacts", "create", """{"inputs":[{"properties":{"email":"x@b.example"}},{"properties":{"email":"X@b.example"}}]}""").Expect(400);
    }

    [Fact]
    public void Read_tells_missing_ids_in_a_207()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var answer = Batch("contacts", "read", $$"""{"inputs":[{"id":"{{id}}"},{"id":"5"},{"id":"6"}],"properties":["email"]}""").Expect(207);
        Assert.Equal("a@b.example", answer.Text("results.0.properties.email"));
        Assert.Equal(["5", "6"], answer.At("errors.0.context.ids").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(2, answer.At("numErrors").GetInt32());
        var byEmail = Batch("contacts", "read", """{"idProperty":"email","inputs":[{"id":"A@b.example"}]}""").Expect(200);
        Assert.Equal(id, byEmail.Text("results.0.id"));
        Batch("contacts", "read", """{"idProperty":"firstname","inputs":[{"id":"A"}]}""").Expect(400);
    }

    [Fact]
    public void Upsert_creates_then_updates_by_unique_property()
    {
        UniqueKey("orders", "order_information");
        const string body = """{"inputs":[{"id":"k1","idProperty":"spoke_key","properties":{"hs_order_name":"#1"}},{"id":"k2","idProperty":"spoke_key","properties":{"hs_order_name":"#2"}}]}""";
        var first = Batch("orders", "upsert", body).Expect(200);
        Assert.True(first.At("results.0.new").GetBoolean());
        Assert.Equal("k1", first.Text("results.0.properties.spoke_key"));
        var second = Batch("orders", "upsert", body).Expect(200);
        Assert.False(second.At("results.1.new").GetBoolean());
        Assert.Equal(first.Text("results.1.id"), second.Text("results.1.id"));
        Assert.Equal(2, portal.Send("GET", "/crm/v3/objects/orders").Count("results"));
    }

    [Fact]
    public void Upsert_by_email_is_all_or_nothing_and_hs_object_id_is_no_key()
    {
        const string inputs = """{"inputs":[{"objectWriteTraceId":"1","id":"a@b.example","idProperty":"email","properties":{"firstname":"A"}},{"objectWriteTraceId":"2","id":"bad","idProperty":"email","properties":{"firstname":"B"}}]}""";
        Batch("contacts", "upsert", inputs).Expect(400);
        Assert.Equal(0, portal.Send("GET", CrmPortal.Contacts).Count("results"));
        var refused = Batch("contacts", "upsert", """{"inputs":[{"id":"1","idProperty":"hs_object_id","properties":{}}]}""").Expect(400);
        Assert.Equal("Unable to perform update/upsert by non-unique 0-1 property hs_object_id in portal ID 1000001", refused.Text("message"));
        Batch("contacts", "upsert", """{"inputs":[{"id":"1","idProperty":"firstname","properties":{}}]}""").Expect(400);
    }

    // segmentio/action-destinations#3957: upsert needs it. The published descriptions name the query parameter, the inputs' member is optional there.
    [Fact]
    public void Upsert_takes_idProperty_from_the_inputs_or_the_query_and_needs_one_of_them()
    {
        const string inputs = """{"inputs":[{"id":"a@b.example","properties":{"firstname":"A"}},{"id":"c@b.example","properties":{"firstname":"C"}}]}""";
        var refused = Batch("contacts", "upsert", inputs).Expect(400);
        Assert.Contains("idProperty", refused.Text("message"));
        Batch("contacts", "upsert?idProperty=", inputs).Expect(400);
        Assert.Equal(0, portal.Send("GET", CrmPortal.Contacts).Count("results"));
        var made = Batch("contacts", "upsert?idProperty=email", inputs).Expect(200);
        Assert.Equal("a@b.example", made.Text("results.0.properties.email"));
        Assert.Equal(2, portal.Send("GET", CrmPortal.Contacts).Count("results"));
        var same = Batch("contacts", "upsert?idProperty=firstname", """{"inputs":[{"id":"a@b.example","idProperty":"email","properties":{"firstname":"B"}}]}""").Expect(200);
        Assert.False(same.At("results.0.new").GetBoolean());
    }

    [Fact]
    public void Update_passes_over_an_email_given_as_id_and_reports_unknown_numbers()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var ignored = Batch("contacts", "update", """{"inputs":[{"id":"a@b.example","properties":{"firstname":"Z"}}]}""").Expect(200);
        Assert.Equal(0, ignored.Count("results"));
        Assert.False(ignored.Changed);
        var mixed = Batch("contacts", "update", $$$"""{"inputs":[{"id":"{{{id}}}","properties":{"firstname":"Z"}},{"id":"99","properties":{"firstname":"Z"}}]}""").Expect(207);
        Assert.Equal("99", mixed.Text("errors.0.context.ids.0"));
        Assert.Equal("Z", mixed.Text("results.0.properties.firstname"));
        Batch("contacts", "update", """{"inputs":[{"id":"a@b.example","idProperty":"email","properties":{}}]}""").Expect(400);
    }

    [Fact]
    public void Archive_is_204_even_for_unknown_ids()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        Assert.True(Batch("contacts", "archive", $$"""{"inputs":[{"id":"{{id}}"},{"id":"99"}]}""").Expect(204).Changed);
        Assert.False(Batch("contacts", "archive", """{"inputs":[{"id":"99"}]}""").Expect(204).Changed);
    }

    [Fact]
    public void Unique_value_of_another_record_conflicts_with_its_id()
    {
        var holder = portal.Create("products", """{"name":"A","hs_sku":"S-1"}""");
        var answer = portal.Send("POST", "/crm/v3/objects/products", """{"properties":{"name":"B","hs_sku":"S-1"}}""").Expect(400);
        Assert.Equal("CONFLICTING_UNIQUE_VALUE", answer.Text("errors.0.code"));
        Assert.Contains($"{holder} already has that value", answer.Text("message"));
    }
}
