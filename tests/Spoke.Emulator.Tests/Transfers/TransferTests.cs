using System.Text;
using Spoke.Emulator.Tests.Crm;
using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Transfers;

public sealed class TransferTests
{
    private readonly AreaPortal portal = new();

    private const string Request = """
        {"name":"Customers","dateFormat":"DAY_MONTH_YEAR","createContactListFromImport":true,"importOperations":{"0-1":"UPSERT"},
         "files":[{"fileName":"c.csv","fileFormat":"CSV","fileImportPage":{"hasHeader":true,"columnMappings":[
          {"columnObjectTypeId":"0-1","columnName":"E-mail","propertyName":"email","columnType":"HUBSPOT_ALTERNATE_ID"},
          {"columnObjectTypeId":"0-1","columnName":"Name","propertyName":"firstname"},
          {"columnObjectTypeId":"0-1","columnName":"Stage","propertyName":"lifecyclestage"},
          {"columnObjectTypeId":"0-2","columnName":"Company","propertyName":"name"}]}}]}
        """;

    private Answer Import(string csv, string request = Request, string root = "/crm/v3/imports") => portal.Send("POST", root, Encoding.UTF8.GetBytes(
        $"--b\r\nContent-Disposition: form-data; name=\"importRequest\"\r\n\r\n{request}\r\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"c.csv\"\r\nContent-Type: text/csv\r\n\r\n{csv}\r\n--b--\r\n"), "multipart/form-data; boundary=b");

    [Fact]
    public void An_import_writes_rows_associates_them_and_lists_its_errors()
    {
        var known = portal.Create("contacts", """{"email":"ann@b.example","firstname":"Old"}""");
        var started = Import("E-mail,Name,Stage,Company\nann@b.example,\"Ann, B\",lead,Shop\nnobody,X,,\nbob@b.example,\"Bob \"\"B\"\"\",wrong,\ncy@b.example,Cy,,\n").Expect(200);
        var id = started.Text("id");
        Assert.Equal("STARTED", started.Text("state"));
        portal.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("PROCESSING", portal.Send("GET", $"/crm/v3/imports/{id}").Text("state"));
        portal.Advance(TimeSpan.FromSeconds(1));
        var done = portal.Send("GET", $"/crm/v3/imports/{id}").Expect(200);
        Assert.Equal(("DONE", "4", "2", "1", "2"), (done.Text("state"), done.Text("metadata.counters.TOTAL_ROWS"), done.Text("metadata.counters.CREATED_OBJECTS"), done.Text("metadata.counters.UPDATED_OBJECTS"), done.Text("metadata.counters.ERRORS")));
        var ann = portal.Send("GET", $"/crm/v3/objects/contacts/{known}?properties=firstname&associations=companies");
        Assert.Equal(("Ann, B", true), (ann.Text("properties.firstname"), ann.Has("", "associations")));
        var errors = portal.Send("GET", $"/crm/v3/imports/{id}/errors").Expect(200);
        Assert.Equal(("INVALID_EMAIL", "3", "nobody"), (errors.Text("results.0.errorType"), errors.Text("results.0.sourceData.lineNumber"), errors.Text("results.0.invalidValue")));
        Assert.Equal("INVALID_ENUMERATION_OPTION", errors.Text("results.1.errorType"));
        Assert.Equal("2", portal.Send("GET", $"/crm/v3/lists/{done.Text("metadata.objectLists.0.listId")}").Text("list.size"));
        portal.AssertLasts();
    }

    [Fact]
    public void A_cancelled_import_writes_nothing()
    {
        var id = Import("E-mail,Name\na@b.example,A\n").Expect(200).Text("id");
        Assert.Equal("CANCELED", portal.Send("POST", $"/crm/v3/imports/{id}/cancel").Expect(200).Text("status"));
        portal.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CANCELED", portal.Send("GET", $"/crm/v3/imports/{id}").Text("state"));
        Assert.Equal(0, portal.Api.CountRecords()["contacts"]);
    }

    [Fact]
    public void Wrong_imports_are_refused()
    {
        portal.Send("POST", "/crm/v3/imports", "{}").Expect(415);
        Assert.Contains("property nonsense does not exist on 0-1", Import("", Request.Replace("firstname", "nonsense", StringComparison.Ordinal)).Expect(400).Text("message"), StringComparison.Ordinal);
        Assert.Contains("d.csv", Import("", Request.Replace("c.csv", "d.csv", StringComparison.Ordinal)).Expect(400).Text("message"), StringComparison.Ordinal);
        Assert.Equal("importId must be positive.", portal.Send("GET", "/crm/v3/imports/0").Expect(400).Text("message"));
        portal.Send("GET", "/crm/v3/imports/5").Expect(404);
    }

    [Fact]
    public void An_export_is_a_file_for_the_app_that_asked_for_it_and_for_five_minutes()
    {
        portal.Create("contacts", """{"email":"a@b.example","firstname":"Ann, \"A\"","lifecyclestage":"lead"}""");
        portal.Create("contacts", """{"email":"c@b.example"}""");
        var task = portal.Send("POST", "/crm/v3/exports/export/async", """
            {"exportType":"VIEW","exportName":"All","format":"CSV","language":"EN","objectType":"CONTACT","objectProperties":["email","firstname","lifecyclestage"],"associatedObjectType":["COMPANY"],
             "exportInternalValuesOptions":["NAMES"],"publicCrmSearchRequest":{"filters":[{"propertyName":"lifecyclestage","operator":"HAS_PROPERTY"}],"filterGroups":[],"sorts":[]}}
            """).Expect(202).Text("id");
        var path = $"/crm/v3/exports/export/async/tasks/{task}/status";
        Assert.Equal("PENDING", portal.Send("GET", path).Text("status"));
        portal.Advance(TimeSpan.FromSeconds(3));
        var url = new Uri(portal.Send("GET", path).Expect(200).Text("result")).AbsolutePath;
        var text = Encoding.UTF8.GetString(portal.Raw("GET", url).Body.Span).ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("Record ID,email,firstname,lifecyclestage,Associated Company IDs", text[0]);
        Assert.EndsWith(",a@b.example,\"Ann, \"\"A\"\"\",Lead,", text[1], StringComparison.Ordinal);
        Assert.Equal(403, portal.Send("GET", path, default, null, app: 5).Status);
        portal.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(403, portal.Raw("GET", url).Status);
        portal.AssertLasts();
    }

    [Fact]
    public void The_31st_export_of_a_day_waits()
    {
        var ids = Enumerable.Range(0, 31).Select(i => portal.Send("POST", "/crm/v3/exports/export/async", """{"exportType":"VIEW","exportName":"All","format":"CSV","objectType":"CONTACT","objectProperties":[]}""").Expect(202).Text("id")).ToArray();
        portal.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["COMPLETE", "PENDING"], ids[^2..].Select(id => portal.Send("GET", $"/crm/v3/exports/export/async/tasks/{id}/status").Text("status")));
        portal.Advance(TimeSpan.FromHours(24));
        Assert.Equal("COMPLETE", portal.Send("GET", $"/crm/v3/exports/export/async/tasks/{ids[^1]}/status").Text("status"));
    }

    [Theory]
    [InlineData("/crm/v3/imports", "/crm/v3/exports/export")]
    [InlineData("/crm/imports/2026-03", "/crm/exports/2026-03/export")]
    [InlineData("/crm/imports/2026-09", "/crm/exports/2026-09/export")]
    public void Every_operation_answers_as_published(string imports, string exports)
    {
        var calls = new PublishedCalls(portal);
        var id = calls.Check("POST", imports, Import("E-mail,Name\nwrong,A\n", root: imports).Expect(200)).Text("id");
        portal.Advance(TimeSpan.FromSeconds(2));
        calls.Ok("GET", imports + "?limit=5");
        calls.Ok("GET", $"{imports}/{id}");
        calls.Ok("GET", $"{imports}/{id}/errors?includeErrorMessage=true&includeRowData=true");
        calls.Ok("POST", $"{imports}/{id}/cancel");
        calls.Refused("GET", $"{imports}/7", 404);
        var list = portal.Send("POST", "/crm/v3/lists", """{"name":"M","objectTypeId":"0-1","processingType":"MANUAL"}""").Text("list.listId");
        var export = calls.Ok("POST", exports + "/async", $$"""{"exportType":"LIST","listId":"{{list}}","exportName":"All","format":"CSV","language":"EN","objectType":"CONTACT","objectProperties":["email"],"associatedObjectType":[],"exportInternalValuesOptions":[]}""", 202).Text("id");
        calls.Ok("GET", $"{exports}/async/tasks/{export}/status");
        portal.Advance(TimeSpan.FromSeconds(3));
        calls.Ok("GET", $"{exports}/async/tasks/{export}/status");
        calls.Ok("GET", $"{exports}/{export}");
        calls.Refused("GET", $"{exports}/7", 404);
    }
}
