using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Settings;

/// <summary>Settings areas in every version they are published in; where HubSpot's description is at hand the answers are checked against it.</summary>
public sealed class SettingsTests
{
    private readonly CrmPortal portal = new();

    [Theory]
    [InlineData("/settings/v3/currencies")]
    [InlineData("/settings/currencies/2026-03")]
    [InlineData("/settings/currencies/2026-09")]
    public void Currencies(string root)
    {
        var published = PublishedOperations.Load();
        Answer Ok(string method, string path, string? body = null, int? status = null) => published.Ok(portal, method, root + path, body, status);
        Assert.True(Ok("GET", "/codes").Count("results") > 170);
        Assert.Equal("EUR", Ok("GET", "/company-currency").Text("id"));
        Ok("GET", "/central-fx-rates/information");
        Assert.DoesNotContain("USD", Ok("GET", "/central-fx-rates/unsupported-currencies").Json.ToString(), StringComparison.Ordinal);
        Ok("POST", "/central-fx-rates/add-currency", """{"currencyCode":"CHF"}""");
        var rate = Ok("POST", "/exchange-rates", """{"fromCurrencyCode":"USD","conversionRate":0.5}""");
        Assert.Equal("EUR", rate.Text("toCurrencyCode"));
        var path = $"/exchange-rates/{rate.Text("id")}";
        Ok("GET", path);
        Assert.Equal(0.8, Ok("PATCH", path, """{"conversionRate":0.8}""").At("conversionRate").GetDouble());
        Assert.Equal("1", Ok("GET", "/exchange-rates?fromCurrencyCode=USD").Count("results").ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(Ok("GET", "/exchange-rates?limit=1").Has("", "paging"));
        Ok("POST", "/exchange-rates/batch/create", """{"inputs":[{"fromCurrencyCode":"GBP","conversionRate":"1.2"}]}""", 201);
        Ok("POST", "/exchange-rates/batch/create", """{"inputs":[{"fromCurrencyCode":"EUR","conversionRate":1}]}""", 207);
        Ok("POST", "/exchange-rates/batch/update", $$"""{"inputs":[{"id":"{{rate.Text("id")}}","conversionRate":0.9}]}""");
        Ok("POST", "/exchange-rates/batch/read", $$"""{"inputs":[{"id":"{{rate.Text("id")}}"},{"id":"1"}]}""", 207);
        Ok("POST", "/exchange-rates/update-visibility", """{"fromCurrencyCode":"GBP","toCurrencyCode":"EUR","visibleInUI":false}""", 204);
        Assert.Equal(["CHF", "USD"], Ok("GET", "/exchange-rates/current").At("results").EnumerateArray().Select(one => one.GetProperty("fromCurrencyCode").GetString()));
        Assert.Equal("""["CHF","USD"]""", portal.Send("GET", "/account-info/v3/details").At("additionalCurrencies").ToString());
        foreach (var bad in (string[])["""{"fromCurrencyCode":"ABC","conversionRate":1}""", """{"fromCurrencyCode":"EUR","conversionRate":1}""", """{"fromCurrencyCode":"USD","conversionRate":0}""", """{"fromCurrencyCode":"USD"}"""])
            published.Check("POST", root + "/exchange-rates", portal.Send("POST", root + "/exchange-rates", bad).Expect(400));
        portal.Send("GET", root + "/exchange-rates/1").Expect(404);
        Assert.Equal("USD", Ok("PUT", "/company-currency", """{"currencyCode":"USD"}""").Text("id"));
        Assert.Equal("USD", portal.Send("GET", "/account-info/v3/details").Text("companyCurrency"));
    }

    [Fact]
    public void Money_in_another_currency_is_told_in_the_account_s_own()
    {
        portal.Send("POST", "/settings/v3/currencies/exchange-rates", """{"fromCurrencyCode":"USD","conversionRate":0.5,"effectiveAt":"2026-01-01T00:00:00Z"}""").Expect(200);
        portal.Send("POST", "/settings/v3/currencies/exchange-rates", """{"fromCurrencyCode":"USD","conversionRate":9,"effectiveAt":"2027-01-01T00:00:00Z"}""").Expect(200);
        var order = portal.Create("orders", """{"hs_total_price":"10","hs_currency_code":"USD"}""");
        var read = portal.Send("GET", $"/crm/v3/objects/orders/{order}?properties=hs_exchange_rate,hs_homecurrency_amount").Expect(200);
        Assert.Equal("0.5", read.Text("properties.hs_exchange_rate"));
        Assert.Equal("5", read.Text("properties.hs_homecurrency_amount"));
        var deal = portal.Create("deals", """{"dealname":"D","amount":"10","deal_currency_code":"EUR"}""");
        Assert.Equal("10", portal.Send("GET", $"/crm/v3/objects/deals/{deal}?properties=amount_in_home_currency").Text("properties.amount_in_home_currency"));
    }

    [Fact]
    public void Money_is_taken_in_a_currency_of_the_account_and_in_no_other()
    {
        const string order = """{"properties":{"hs_total_price":"10","hs_currency_code":"BHD"}}""";
        Assert.Contains("INVALID_OPTION", portal.Send("POST", "/crm/v3/objects/orders", order).Expect(400).Text("message"), StringComparison.Ordinal);
        portal.Send("POST", "/settings/v3/currencies/exchange-rates", """{"fromCurrencyCode":"BHD","conversionRate":2.3}""").Expect(200);
        portal.Send("POST", "/crm/v3/objects/orders", order).Expect(201);
        portal.Send("POST", "/crm/v3/objects/line_items", """{"properties":{"price":"10","hs_line_item_currency_code":"BHD"}}""").Expect(201);
        Assert.Contains("\"BHD\"", portal.Send("GET", "/crm/v3/properties/carts/hs_currency_code").Expect(200).Json.ToString(), StringComparison.Ordinal);
        portal.Send("POST", "/crm/v3/objects/orders", order.Replace("BHD", "OMR", StringComparison.Ordinal)).Expect(400);
        using var saved = new MemoryStream();
        portal.Api.Save(saved);
        var restored = new CrmPortal();
        restored.Api.Load(System.Text.Json.JsonDocument.Parse(saved.ToArray()).RootElement);
        restored.Send("POST", "/crm/v3/objects/orders", order).Expect(201);
        restored.Send("POST", "/crm/v3/objects/orders", order.Replace("BHD", "OMR", StringComparison.Ordinal)).Expect(400);
    }

    [Theory]
    [InlineData("/settings/users/v3", "/settings/v3/users")]
    [InlineData("/settings/users/2026-03", "/settings/users/2026-03")]
    public void Users(string all, string one)
    {
        var published = PublishedOperations.Load();
        Answer Ok(string method, string path, string? body = null, int? status = null) => published.Ok(portal, method, path, body, status);
        Assert.Equal(3, Ok("GET", all).Count("results"));
        Assert.True(Ok("GET", all + "?limit=2").Has("", "paging"));
        var role = Ok("GET", one + "/roles").Text("results.0.id");
        var team = Ok("GET", one + "/teams").Text("results.0.id");
        var id = Ok("POST", all, $$"""{"email":"New@portal.example","sendWelcomeEmail":false,"firstName":"New","roleId":"{{role}}","primaryTeamId":"{{team}}"}""", 201).Text("id");
        Ok("GET", $"{one}/{id}");
        Assert.Equal(id, Ok("GET", $"{one}/new@portal.example?idProperty=EMAIL").Text("id"));
        Assert.Equal("Desk", Ok("PUT", $"{one}/{id}", """{"lastName":"Desk"}""").Text("lastName"));
        Assert.Contains(id, Ok("GET", one + "/teams").Json.ToString(), StringComparison.Ordinal);
        portal.Send("POST", all, """{"email":"new@portal.example"}""").Expect(409);
        portal.Send("POST", all, """{"email":"nonsense"}""").Expect(400);
        portal.Send("POST", all, """{"email":"x@portal.example","roleId":"1"}""").Expect(400);
        // The user is an owner and has a record.
        var owner = portal.Send("GET", $"/crm/v3/owners/{id}?idProperty=userId").Expect(200);
        Assert.Equal("new@portal.example", owner.Text("email"));
        Assert.Equal("Sales", owner.Text("teams.0.name"));
        Assert.Equal(1, portal.Send("POST", "/crm/v3/objects/users/search", $$$"""{"filters":[{"propertyName":"hs_email","operator":"EQ","value":"new@portal.example"}]}""").At("total").GetInt32());
        Ok("DELETE", $"{one}/{id}", status: 204);
        portal.Send("GET", $"{one}/{id}").Expect(404);
        Assert.Contains("new@portal.example", portal.Send("GET", "/crm/v3/owners?archived=true").Json.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tax-rates/v1/tax-rates")]
    [InlineData("/tax-rates/2026-03/tax-rates")]
    [InlineData("/tax-rates/2026-09/tax-rates")]
    public void Tax_rates(string path)
    {
        var first = portal.Send("GET", path + "?active=true&limit=1").Expect(200);
        Assert.True(first.Has("", "paging"));
        var rate = portal.Send("GET", $"{path}/{first.Text("results.0.id")}").Expect(200);
        foreach (var member in (string[])["active", "createdAt", "id", "label", "name", "percentageRate", "updatedAt"]) Assert.True(rate.Has("", member), member);
        Assert.False(portal.Send("GET", path + "?active=false").Expect(200).At("results.0.active").GetBoolean());
        portal.Send("GET", path + "/1").Expect(404);
    }

    [Theory]
    [InlineData("/business-units/v3/business-units/user")]
    [InlineData("/business-units/public/2026-03/business-units/user")]
    [InlineData("/business-units/public/2026-09/business-units/user")]
    public void Business_units(string path)
    {
        var units = portal.Send("GET", path + "/61000001?properties=logoMetadata").Expect(200);
        Assert.Equal("0", units.Text("results.0.id"));
        Assert.True(units.Has("results.0", "logoMetadata"));
        Assert.Equal(0, portal.Send("GET", path + "/61000001?name=Other").Expect(200).Count("results"));
        portal.Send("GET", path + "/1").Expect(404);
    }

    [Theory]
    [InlineData("/account-info/v3")]
    [InlineData("/account-info/2026-03")]
    [InlineData("/account-info/2026-09")]
    public void Audit_log_tells_what_happened(string root)
    {
        var start = portal.Now;
        portal.Send("POST", "/crm/v3/properties/contacts", """{"name":"one","label":"One","type":"string","fieldType":"text","groupName":"contactinformation"}""").Expect(201);
        portal.Now += TimeSpan.FromMinutes(1);
        portal.Send("DELETE", $"/crm/v3/objects/contacts/{portal.Create("contacts", """{"email":"a@b.example"}""")}").Expect(204);
        portal.Now += TimeSpan.FromMinutes(1);
        portal.Send("POST", "/settings/users/v3", """{"email":"new@portal.example"}""").Expect(201);
        var log = Checked("/activity/audit-logs");
        Assert.Equal(["USER/CREATE", "CRM_OBJECT/DELETE", "PROPERTY/CREATE"], log.At("results").EnumerateArray().Select(one => $"{one.GetProperty("category")}/{one.GetProperty("action")}"));
        Assert.Equal("88", log.Text("results.0.actingUser.userId"));
        var first = Checked("/activity/audit-logs?limit=2");
        Assert.Equal("PROPERTY", Checked($"/activity/audit-logs?limit=2&after={first.Text("paging.next.after")}").Text("results.0.category"));
        Assert.Equal("PROPERTY", Checked("/activity/audit-logs?sort=occurredAt").Text("results.0.category"));
        Assert.Equal(2, Checked($"/activity/audit-logs?occurredAfter={start.AddSeconds(30).ToUnixTimeMilliseconds()}").Count("results"));
        Assert.Equal(0, Checked("/activity/audit-logs?actingUserId=1").Count("results"));
        Assert.Equal("USER_CREATE", Checked("/activity/security").Text("results.0.type"));
        Assert.Equal(0, Checked("/activity/login").Count("results"));
        portal.Send("GET", root + "/activity/audit-logs?occurredAfter=yesterday").Expect(400);

        Answer Checked(string path)
        {
            var answer = portal.Send("GET", root + path).Expect(200);
            if (root.EndsWith("v3", StringComparison.Ordinal)) PublishedOperations.Load().Check("GET", root + path, answer);
            return answer;
        }
    }
}
