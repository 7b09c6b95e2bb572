using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Search;

public sealed class SearchTests
{
    private readonly CrmPortal portal = new();

    private Answer Search(string type, string body) => portal.Send("POST", $"/crm/v3/objects/{type}/search", body);

    private int Total(string filter, string type = "contacts") =>
        Search(type, $$"""{"filterGroups":[{"filters":[{{filter}}]}]}""").Expect(200).At("total").GetInt32();

    private void Seed()
    {
        portal.Create("contacts", """{"email":"ada@one.example","firstname":"Ada","lifecyclestage":"lead","phone":"1"}""");
        portal.Now += TimeSpan.FromSeconds(10);
        portal.Create("contacts", """{"email":"bob@two.example","firstname":"Bob","lifecyclestage":"customer"}""");
        portal.Now += TimeSpan.FromSeconds(10);
        portal.Create("contacts", """{"email":"cy@two.example","firstname":"Cy"}""");
    }

    [Theory]
    [InlineData("""{"propertyName":"firstname","operator":"EQ","value":"ada"}""", 1)]
    [InlineData("""{"propertyName":"firstname","operator":"NEQ","value":"ADA"}""", 2)]
    [InlineData("""{"propertyName":"lifecyclestage","operator":"EQ","value":"Lead"}""", 0)]
    [InlineData("""{"propertyName":"lifecyclestage","operator":"NEQ","value":"lead"}""", 1)]
    [InlineData("""{"propertyName":"firstname","operator":"IN","values":["ada","bob"]}""", 2)]
    [InlineData("""{"propertyName":"firstname","operator":"IN","values":["Ada"]}""", 0)]
    [InlineData("""{"propertyName":"lifecyclestage","operator":"NOT_IN","values":["lead"]}""", 1)]
    [InlineData("""{"propertyName":"phone","operator":"HAS_PROPERTY"}""", 1)]
    [InlineData("""{"propertyName":"phone","operator":"NOT_HAS_PROPERTY"}""", 2)]
    [InlineData("""{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"*@two.example"}""", 2)]
    [InlineData("""{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"one"}""", 1)]
    [InlineData("""{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"tw"}""", 0)]
    [InlineData("""{"propertyName":"email","operator":"NOT_CONTAINS_TOKEN","value":"two"}""", 1)]
    [InlineData("""{"propertyName":"createdate","operator":"GT","value":"2026-11-24T10:00:00.000Z"}""", 2)]
    [InlineData("""{"propertyName":"createdate","operator":"LTE","value":"2026-11-24T10:00:10.000Z"}""", 2)]
    [InlineData("""{"propertyName":"createdate","operator":"BETWEEN","value":"2026-11-24T10:00:05Z","highValue":"2026-11-24T10:00:15Z"}""", 1)]
    [InlineData("""{"propertyName":"hs_object_id","operator":"GTE","value":"40000000002"}""", 2)]
    [InlineData("""{"propertyName":"hs_object_id","operator":"LT","value":"40000000002"}""", 1)]
    public void Operators(string filter, int expected)
    {
        Seed();
        Assert.Equal(expected, Total(filter));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Equality_finds_what_was_written_whenever_its_index_was_made(int seed)
    {
        var random = new Random(seed);
        string[] cities = ["Bonn", "BONN", "Köln", "köln", "Ulm", ""];
        var cityOf = new SortedDictionary<long, string>();
        for (var step = 0; step < 600; step++)
        {
            var city = cities[random.Next(cities.Length)];
            var someone = cityOf.Count == 0 ? 0 : cityOf.Keys.ElementAt(random.Next(cityOf.Count));
            switch (cityOf.Count < 5 ? 0 : random.Next(8))
            {
                case 0 or 1 or 2: cityOf[long.Parse(portal.Create("contacts", $$"""{"email":"c{{step}}@one.example","city":"{{city}}"}"""), System.Globalization.CultureInfo.InvariantCulture)] = city; break;
                case 3 or 4:
                    portal.Send("PATCH", $"/crm/v3/objects/contacts/{someone}", $$$"""{"properties":{"city":"{{{city}}}"}}""").Expect(200);
                    cityOf[someone] = city;
                    break;
                case 5:
                    portal.Send("DELETE", $"/crm/v3/objects/contacts/{someone}").Expect(204);
                    cityOf.Remove(someone);
                    break;
                case 6:
                    portal.Send("POST", "/crm/v3/objects/contacts/gdpr-delete", $$"""{"objectId":"{{someone}}"}""").Expect(204);
                    cityOf.Remove(someone);
                    break;
                default:
                    var expected = cityOf.Where(one => string.Equals(one.Value, city, StringComparison.OrdinalIgnoreCase)).Select(one => one.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    var found = Search("contacts", $$"""{"filters":[{"propertyName":"city","operator":"EQ","value":"{{(city.Length == 0 ? "Paris" : city)}}"}],"limit":200}""").Expect(200).At("results").EnumerateArray().Select(one => one.GetProperty("id").GetString()!);
                    Assert.Equal(city.Length == 0 ? [] : expected, found);
                    break;
            }
        }
    }

    [Theory]
    [InlineData("""{"query":"kel"}""", 1)]
    [InlineData("""{"query":"elv"}""", 0)]
    [InlineData("""{"query":"KELVIN two"}""", 1)]
    [InlineData("""{"query":"öz"}""", 1)]
    [InlineData("""{"query":"smith-jo"}""", 1)]
    [InlineData("""{"query":"ithj"}""", 0)]
    public void Words_of_a_query_begin_words_of_a_record(string body, int expected)
    {
        portal.Create("contacts", """{"email":"a@two.example","firstname":"\u212Aelvin","lastname":"Smith-Jones"}""");
        portal.Create("contacts", """{"email":"b@one.example","firstname":"x","lastname":"Özil"}""");
        Assert.Equal(expected, Search("contacts", body).Expect(200).At("total").GetInt32());
    }

    [Fact]
    public void Groups_are_or_and_loose_filters_count_as_a_group()
    {
        Seed();
        Assert.Equal(2, Search("contacts", """
            {"filterGroups":[{"filters":[{"propertyName":"firstname","operator":"EQ","value":"ada"}]},{"filters":[{"propertyName":"firstname","operator":"EQ","value":"bob"}]}]}
            """).Expect(200).At("total").GetInt32());
        Assert.Equal(1, Search("contacts", """{"filters":[{"propertyName":"firstname","operator":"EQ","value":"ada"}]}""").Expect(200).At("total").GetInt32());
        Assert.Equal(3, Search("contacts", "{}").Expect(200).At("total").GetInt32());
        Assert.Equal(2, Search("contacts", """{"query":"two"}""").Expect(200).At("total").GetInt32());
    }

    [Fact]
    public void Sorts_pages_by_offset_and_returns_the_defaults()
    {
        Seed();
        var first = Search("contacts", """{"limit":2,"sorts":[{"propertyName":"firstname","direction":"DESCENDING"}]}""").Expect(200);
        Assert.Equal("Cy", first.Text("results.0.properties.firstname"));
        Assert.Equal("2", first.Text("paging.next.after"));
        Assert.Equal(["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            first.At("results.0.properties").EnumerateObject().Select(member => member.Name));
        var second = Search("contacts", """{"limit":2,"after":"2","sorts":[{"propertyName":"firstname","direction":"DESCENDING"}]}""").Expect(200);
        Assert.Equal("Ada", second.Text("results.0.properties.firstname"));
        Assert.False(second.Has("", "paging"));
    }

    [Fact]
    public void Limits_are_kept()
    {
        Search("contacts", """{"limit":201}""").Expect(400);
        Search("contacts", """{"limit":100,"after":"9900"}""").Expect(200);
        Search("contacts", """{"limit":100,"after":"9901"}""").Expect(400);
        const string filter = """{"propertyName":"phone","operator":"HAS_PROPERTY"}""";
        string Group(int n) => $$"""{"filters":[{{string.Join(',', Enumerable.Repeat(filter, n))}}]}""";
        string Groups(params int[] sizes) => $$"""{"filterGroups":[{{string.Join(',', sizes.Select(Group))}}]}""";
        Search("contacts", Groups(6, 6, 6)).Expect(200);
        Search("contacts", Groups(7)).Expect(400);
        Search("contacts", Groups(6, 6, 6, 1)).Expect(400);
        Search("contacts", Groups(1, 1, 1, 1, 1, 1)).Expect(400);
        Search("contacts", $$"""{"query":"{{new string('x', 3000)}}"}""").Expect(400);
        Search("contacts", """{"sorts":[{"propertyName":"a"},{"propertyName":"b"}]}""").Expect(400);
        Assert.StartsWith("There was a problem with the request.",
            Search("contacts", """{"filters":[{"propertyName":"nonsense","operator":"EQ","value":"1"}]}""").Expect(400).Text("message"));
        Search("contacts", """{"filters":[{"propertyName":"email","operator":"LIKE","value":"1"}]}""").Expect(400);
    }

    [Fact]
    public void Records_are_found_by_what_they_are_associated_with()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var order = portal.Create("orders", """{"hs_order_name":"#1"}""");
        portal.Create("orders", """{"hs_order_name":"#2"}""");
        portal.Send("PUT", $"/crm/v4/objects/orders/{order}/associations/default/contacts/{contact}").Expect(200);
        var found = Search("orders", $$"""{"filters":[{"propertyName":"associations.contact","operator":"EQ","value":"{{contact}}"}]}""").Expect(200);
        Assert.Equal(order, found.Text("results.0.id"));
        Assert.Equal(1, found.At("total").GetInt32());
    }

    [Fact]
    public void Index_lags_behind_by_the_set_delay()
    {
        portal.Api.SearchLag = TimeSpan.FromSeconds(10);
        var id = portal.Create("contacts", """{"email":"a@b.example","firstname":"Old"}""");
        Assert.Equal(0, Total("""{"propertyName":"email","operator":"EQ","value":"a@b.example"}"""));
        portal.Now += TimeSpan.FromSeconds(10);
        Assert.Equal(1, Total("""{"propertyName":"email","operator":"EQ","value":"a@b.example"}"""));
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"firstname":"New"}}""").Expect(200);
        portal.Now += TimeSpan.FromSeconds(9);
        Assert.Equal(1, Total("""{"propertyName":"firstname","operator":"EQ","value":"Old"}"""));
        Assert.Equal("New", portal.Send("GET", $"{CrmPortal.Contacts}/{id}").Text("properties.firstname"));
        portal.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(0, Total("""{"propertyName":"firstname","operator":"EQ","value":"Old"}"""));
        Assert.Equal(1, Total("""{"propertyName":"firstname","operator":"EQ","value":"New"}"""));
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{id}").Expect(204);
        Assert.Equal(0, Search("contacts", "{}").At("total").GetInt32());
    }
}
