using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Crm;

/// <summary>Calculated properties with the language of HubSpot's guide: what formulas give, when they are worked out, and which are refused.</summary>
public sealed class FormulaTests
{
    private readonly AreaPortal portal = new();

    private Answer Define(string name, string formula, string type = "number", string objectType = "deals") => portal.Send("POST", $"/crm/v3/properties/{objectType}",
        $$"""{"name":"{{name}}","label":"{{name}}","groupName":"dealinformation","type":"{{type}}","fieldType":"calculation_equation","calculationFormula":{{System.Text.Json.JsonSerializer.Serialize(formula)}}{{(type == "enumeration" ? ",\"options\":[{\"label\":\"A\",\"value\":\"a\"}]" : "")}}}""");

    private string? Value(string deal, string name)
    {
        var answer = portal.Send("GET", $"/crm/v3/objects/deals/{deal}?properties={name}").Expect(200);
        return answer.Json.GetProperty("properties").GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("amount * 2 + 1", "number", "25")]
    [InlineData("10 - 2 - 3", "number", "5")]
    [InlineData("-amount / (1 - 5)", "number", "3")]
    [InlineData("2 + 3 * 4", "number", "14")]
    [InlineData("amount / 0", "number", null)]
    [InlineData("amount + string_to_number(string(description))", "number", null)]
    [InlineData("max(amount, 20, 3)", "number", "20")]
    [InlineData("min(amount, 20)", "number", "12")]
    [InlineData("string_to_number('1.50') + 1", "number", "2.5")]
    [InlineData("concatenate(string(dealname), \" \", 'x')", "string", "Big deal x")]
    [InlineData("string(dealname) + '!'", "string", "Big deal!")]
    [InlineData("concatenate('n', number_to_string(amount / 8))", "string", "n1.5")]
    [InlineData("contains(string(dealname), 'deal')", "bool", "true")]
    [InlineData("contains(string(dealname), 'Deal')", "bool", "false")]
    [InlineData("is_present(amount) and not is_present(string(description))", "bool", "true")]
    [InlineData("amount equals 12 or amount > 100", "bool", "true")]
    [InlineData("string(dealname) != 'Big deal'", "bool", "false")]
    [InlineData("closedate - createdate > 0", "bool", "true")]
    [InlineData("if amount >= 100 then 'large' elseif amount >= 10 then 'middle' else 'small' endif", "string", "middle")]
    [InlineData("if is_present(string(description)) then if amount >= 1 then true else false else ''", "bool", null)]
    [InlineData("if is_present(amount) then if amount >= 100 then true else false else ''", "bool", "false")]
    [InlineData("if string(description) = 'x' then 'a'\n else\t'b'", "enumeration", null)]
    [InlineData("if is_present(amount) then 'a' endif", "enumeration", "a")]
    public void A_formula_gives_its_value(string formula, string type, string? expected)
    {
        Define("result", formula, type).Expect(201);
        var deal = portal.Create("deals", """{"dealname":"Big deal","amount":"12","closedate":"2027-01-01T00:00:00Z"}""");
        Assert.Equal(expected, Value(deal, "result"));
        portal.AssertLasts();
    }

    [Fact]
    public void Values_are_there_for_old_records_follow_their_inputs_and_each_other_and_say_who_set_them()
    {
        var deal = portal.Create("deals", """{"dealname":"D","amount":"10"}""");
        Define("net", "amount * 0.8").Expect(201);
        Define("per_month", "net / 2").Expect(201);
        Assert.Equal(("8", "4"), (Value(deal, "net"), Value(deal, "per_month")));
        portal.Advance(TimeSpan.FromMinutes(1));
        portal.Send("PATCH", $"/crm/v3/objects/deals/{deal}", """{"properties":{"amount":"20"}}""").Expect(200);
        Assert.Equal(("16", "8"), (Value(deal, "net"), Value(deal, "per_month")));
        var history = portal.Send("GET", $"/crm/v3/objects/deals/{deal}?propertiesWithHistory=net,amount").Expect(200);
        Assert.Equal(("16", "8"), (history.Text("propertiesWithHistory.net.0.value"), history.Text("propertiesWithHistory.net.1.value")));
        Assert.Equal(("CALCULATED", "CalculatedPropertyComputer", "INTEGRATION"), (history.Text("propertiesWithHistory.net.0.sourceType"), history.Text("propertiesWithHistory.net.0.sourceId"), history.Text("propertiesWithHistory.amount.0.sourceType")));
        Assert.Equal(1, portal.Send("POST", "/crm/v3/objects/deals/search", """{"filterGroups":[{"filters":[{"propertyName":"per_month","operator":"EQ","value":"8"}]}]}""").Count("results"));
        portal.Send("PATCH", "/crm/v3/properties/deals/net", """{"calculationFormula":"amount * 0.5"}""").Expect(200);
        Assert.Equal(("10", "5"), (Value(deal, "net"), Value(deal, "per_month")));
        portal.Send("PATCH", $"/crm/v3/objects/deals/{deal}", """{"properties":{"amount":""}}""").Expect(200);
        Assert.Equal((null, null), (Value(deal, "net"), Value(deal, "per_month")));
        portal.AssertLasts();
    }

    [Fact]
    public void The_value_is_read_only()
    {
        Define("net", "amount * 0.8").Expect(201);
        var refused = portal.Send("POST", "/crm/v3/objects/deals", """{"properties":{"dealname":"D","net":"1"}}""").Expect(400);
        Assert.Contains("READ_ONLY_VALUE", refused.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amount +", "number", "We were expecting a valid function or value expression but found the end of the formula instead.")]
    [InlineData("amount / / 2", "number", "We were expecting a valid function or value expression but found / at position 10 instead.")]
    [InlineData("amount # 2", "number", "found # at position 8")]
    [InlineData("amount 2", "number", "We were expecting the end of the formula but found 2")]
    [InlineData("nonsense(amount)", "number", "found nonsense")]
    [InlineData("nonsense", "number", "Property nonsense does not exist on 0-3.")]
    [InlineData("dealname", "number", "Property dealname is of type string: it is written string(dealname).")]
    [InlineData("'Cars: ' + amount", "string", "+ takes numbers, not a string; string_to_number and number_to_string convert.")]
    [InlineData("max(1)", "number", "max takes 2 to 100 arguments, not 1.")]
    [InlineData("contains('a', 1)", "bool", "contains takes strings, not a number.")]
    [InlineData("if amount then 1 else 2", "number", "if takes a boolean, not a number.")]
    [InlineData("if true then 1 else 'x'", "number", "All branches of an if must give the same kind of value")]
    [InlineData("if true 1 else 2", "number", "We were expecting then")]
    [InlineData("'x'", "number", "The property is of type number, but the formula gives a string.")]
    [InlineData("amount = string(dealname)", "bool", "a number and a string cannot be compared.")]
    public void A_wrong_formula_is_refused_with_the_reason(string formula, string type, string message)
    {
        var refused = Define("result", formula, type).Expect(400);
        Assert.Equal("VALIDATION_ERROR", refused.Text("category"));
        Assert.Contains(message, refused.Text("message"), StringComparison.Ordinal);
        portal.Send("GET", "/crm/v3/properties/deals/result").Expect(404);
    }

    [Fact]
    public void A_formula_that_reads_itself_or_stands_in_the_wrong_field_is_refused()
    {
        Define("one", "amount").Expect(201);
        Define("two", "one + 1").Expect(201);
        Assert.Contains("It reads one itself.", portal.Send("PATCH", "/crm/v3/properties/deals/one", """{"calculationFormula":"two + 1"}""").Expect(400).Text("message"), StringComparison.Ordinal);
        portal.Send("PATCH", "/crm/v3/properties/deals/one", """{"fieldType":"number"}""").Expect(400);
        portal.Send("POST", "/crm/v3/properties/deals", """{"name":"three","label":"T","groupName":"dealinformation","type":"number","fieldType":"number","calculationFormula":"amount"}""").Expect(400);
        var deep = string.Concat(Enumerable.Repeat("(", 5_000)) + "1" + string.Concat(Enumerable.Repeat(")", 5_000));
        Assert.Contains("nested more than", Define("deep", deep).Expect(400).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_the_same_over_http_and_in_a_batch()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        (await emulator.SendAsync("POST", "/crm/v3/properties/deals", """{"name":"net","label":"Net","groupName":"dealinformation","type":"number","fieldType":"calculation_equation","calculationFormula":"amount * 0.8"}""")).Expect(201);
        var made = (await emulator.SendAsync("POST", "/crm/v3/objects/deals/batch/create", """{"inputs":[{"properties":{"dealname":"A","amount":"10"}},{"properties":{"dealname":"B"}}]}""")).Expect(201);
        Assert.Equal(["8", null], made.Json.GetProperty("results").EnumerateArray().Select(deal => deal.GetProperty("properties").TryGetProperty("net", out var net) ? net.GetString() : null));
        (await emulator.SendAsync("POST", "/crm/v3/properties/deals", """{"name":"bad","label":"Bad","groupName":"dealinformation","type":"number","fieldType":"calculation_equation","calculationFormula":"amount *"}""")).Expect(400);
    }
}
