using System.Globalization;
using CsCheck;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Tests.Lists;

/// <summary>After any run of changes, whoever is on a dynamic list is whoever would be put on it anew.</summary>
public sealed class ListPropertyTests
{
    private static readonly string[] Filters =
    [
        ListFilters.Root(ListFilters.Text("firstname", "IS_EQUAL_TO", "a")),
        ListFilters.Root(ListFilters.Text("firstname", "HAS_EVER_BEEN_EQUAL_TO", "b")),
        ListFilters.Root(ListFilters.Of("firstname", """{"operationType":"STRING","operator":"IS_NOT_EQUAL_TO","value":"a","includeObjectsWithNoValueSet":true}""")),
        ListFilters.Root("", ListFilters.Associated(1, "0-2", ListFilters.Text("name", "CONTAINS", "a"))),
        ListFilters.Root("", "{\"filterBranchType\":\"NOT_ANY\",\"filters\":[],\"filterBranches\":[" + ListFilters.Associated(279, "0-2", ListFilters.Text("name", "CONTAINS", "b")) + "]}"),
        ListFilters.Root("", $$"""{"filterBranchType":"ASSOCIATION","associationCategory":"HUBSPOT_DEFINED","associationTypeId":279,"objectTypeId":"0-2","operator":"IN_LIST","filters":[],"filterBranches":[{{ListFilters.Associated(342, "0-3", ListFilters.Text("dealname", "CONTAINS", "a"))}}]}"""),
        ListFilters.Root(ListFilters.InList("1") + "," + ListFilters.InList("2", "NOT_IN_LIST")),
        ListFilters.Root(ListFilters.Of("lastmodifieddate", """{"operationType":"ROLLING_DATE_RANGE","operator":"IS_LESS_THAN_X_DAYS_AGO","numberOfDays":2}""")),
        ListFilters.Root(ListFilters.Of("firstname", """{"operationType":"ROLLING_PROPERTY_UPDATED","operator":"NOT_UPDATED_IN_LAST_X_DAYS","numberOfDays":3}""")),
        ListFilters.Root(ListFilters.Of("createdate", """{"operationType":"CALENDAR_DATE","operator":"IN_LAST_TIME_UNIT","timeUnit":"DAY"}""")),
        ListFilters.Root(ListFilters.Of("createdate", """{"operationType":"TIME_POINT","operator":"IS_BEFORE","timePoint":{"timeType":"INDEXED","zoneId":"US/Eastern","indexReference":{"referenceType":"TODAY"},"offset":{"days":-1,"hours":3}}}""")),
        ListFilters.Root(ListFilters.Of("createdate", """{"operationType":"TIME_POINT","operator":"IS_AFTER","timePoint":{"timeType":"INDEXED","zoneId":"UTC","indexReference":{"referenceType":"NOW"},"offset":{"hours":-30}}}""")),
        ListFilters.Root("", "{\"filterBranchType\":\"NOT_ALL\",\"filters\":[" + ListFilters.Known("firstname") + "," + ListFilters.Known("lastname") + "],\"filterBranches\":[]}"),
    ];

    [Fact]
    public void Incremental_membership_is_the_membership_worked_out_anew() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 3]).Array[20, 80].Sample(steps =>
        {
            var portal = new AreaPortal();
            foreach (var (filter, at) in Filters.Select((filter, at) => (filter, at)))
                portal.Send("POST", "/crm/v3/lists", $$"""{"name":"L{{at}}","objectTypeId":"0-1","processingType":"DYNAMIC",{{filter[1..]}}""").Expect(200);
            var records = new Dictionary<string, List<string>> { ["contacts"] = [], ["companies"] = [], ["deals"] = [] };
            foreach (var (step, one, two, letter) in steps) Do(portal, records, step, one, two, "abc?"[letter]);
            var area = Area(portal);
            foreach (var list in area.Store.All)
                Assert.Equal(area.Engine.Anew(list, portal.Now.ToUnixTimeMilliseconds()).Order(), list.Members.Ids);
        }, iter: 40);

    private static void Do(AreaPortal portal, Dictionary<string, List<string>> records, int step, int one, int two, char letter)
    {
        var (contacts, companies, deals) = (records["contacts"], records["companies"], records["deals"]);
        var text = letter == '?' ? "" : letter.ToString();
        switch (step)
        {
            case 0 or 1: contacts.Add(portal.Create("contacts", $$"""{"email":"c{{contacts.Count}}@b.example","firstname":"{{text}}"}""")); break;
            case 2: companies.Add(portal.Create("companies", $$"""{"name":"{{text}}","domain":"d{{companies.Count}}.example"}""")); break;
            case 3: deals.Add(portal.Create("deals", $$"""{"dealname":"{{letter}}"}""")); break;
            case 4: Patch(portal, "contacts", contacts, one, "firstname", text); break;
            case 5: Patch(portal, "companies", companies, one, "name", text); break;
            case 6: Pair(portal, letter == 'a' ? "DELETE" : "PUT", "contacts", contacts, one, "companies", companies, two); break;
            case 7: Pair(portal, letter == 'a' ? "DELETE" : "PUT", "companies", companies, one, "deals", deals, two); break;
            case 8: Patch(portal, "deals", deals, one, "dealname", letter.ToString()); break;
            case 9: portal.Advance(TimeSpan.FromHours((one * 11) + (two * 3)) + TimeSpan.FromMilliseconds(letter)); break;
            default:
                if (contacts.Count > one && letter == 'b') portal.Send("DELETE", $"/crm/v3/objects/contacts/{contacts[one]}").Expect(204);
                else if (companies.Count > one && letter == 'c') portal.Send("DELETE", $"/crm/v3/objects/companies/{companies[one]}").Expect(204);
                else if (contacts.Count > Math.Max(one, two) && one != two) portal.Send("POST", "/crm/v3/objects/contacts/merge", $$"""{"primaryObjectId":"{{contacts[one]}}","objectIdToMerge":"{{contacts[two]}}"}""");
                break;
        }
    }

    private static void Patch(AreaPortal portal, string type, List<string> ids, int at, string property, string value)
    {
        if (ids.Count > at) portal.Send("PATCH", $"/crm/v3/objects/{type}/{ids[at]}", $$$"""{"properties":{"{{{property}}}":"{{{value}}}"}}""");
    }

    private static void Pair(AreaPortal portal, string method, string from, List<string> ids, int one, string to, List<string> others, int two)
    {
        if (ids.Count > one && others.Count > two) portal.Send(method, $"/crm/v4/objects/{from}/{ids[one]}/associations/{(method == "PUT" ? "default/" : "")}{to}/{others[two]}");
    }

    private static ListsArea Area(AreaPortal portal)
    {
        using var stream = new MemoryStream();
        portal.Api.Save(stream);
        // The state read back, so that what is compared is what anybody would get.
        var loaded = PortalReader.Read(1000001, System.Text.Json.JsonDocument.Parse(stream.ToArray()).RootElement);
        Assert.Equal(Filters.Length.ToString(CultureInfo.InvariantCulture), loaded.Areas.OfType<ListsArea>().Single().Store.LastId.ToString(CultureInfo.InvariantCulture));
        return loaded.Areas.OfType<ListsArea>().Single();
    }
}
