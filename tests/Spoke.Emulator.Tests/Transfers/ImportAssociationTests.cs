using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Tests.Transfers;

/// <summary>Label columns, keys and common columns of several files, with the requests of HubSpot's guide.</summary>
public sealed class ImportAssociationTests
{
    private const string TwoFiles = """
        {"name":"Contact Company import","dateFormat":"YEAR_MONTH_DAY","files":[
         {"fileName":"companies.csv","fileFormat":"CSV","fileImportPage":{"hasHeader":true,"columnMappings":[
          {"columnObjectTypeId":"0-2","columnName":"Company name","propertyName":"name"},
          {"columnObjectTypeId":"0-2","columnName":"Company domain name","propertyName":"domain","columnType":"HUBSPOT_ALTERNATE_ID"},
          {"columnObjectTypeId":"0-2","toColumnObjectTypeId":"0-1","columnName":"Email","propertyName":null,"foreignKeyType":{"associationTypeId":280,"associationCategory":"HUBSPOT_DEFINED"}}]}},
         {"fileName":"contacts.csv","fileFormat":"CSV","fileImportPage":{"hasHeader":true,"columnMappings":[
          {"columnObjectTypeId":"0-1","columnName":"First name","propertyName":"firstname"},
          {"columnObjectTypeId":"0-1","columnName":"Email","propertyName":"email","associationIdentifierColumn":true}]}}]}
        """;

    [Fact]
    public async Task A_label_column_labels_the_association_of_its_row()
    {
        await using var scene = await TransferScene.StartAsync();
        (await scene.Emulator.SendAsync("POST", "/crm/v4/associations/contacts/companies/labels", """{"label":"Decision maker","name":"decision_maker"}""")).Expect(200);
        var done = await scene.ImportAsync("""
            {"name":"Labels","files":[{"fileName":"l.csv","fileFormat":"CSV","fileImportPage":{"hasHeader":true,"columnMappings":[
             {"columnObjectTypeId":"0-1","columnName":"Email","propertyName":"email"},
             {"columnObjectTypeId":"0-2","columnName":"Domain","propertyName":"domain"},
             {"columnName":"Association Label","columnType":"FLEXIBLE_ASSOCIATION_LABEL","columnObjectTypeId":"0-1","toColumnObjectTypeId":"0-2"}]}}]}
            """, ("l.csv", Encoding.UTF8.GetBytes("Email,Domain,Association Label\nann@b.example,b.example,Decision maker;Billing contact\nbob@c.example,c.example,Nonsense\ncy@d.example,d.example,\n")));
        Assert.Equal("DONE", done.GetProperty("state").GetString());
        Assert.Equal(["Billing contact", "Decision maker", "Primary"], await LabelsAsync(scene, "ann@b.example"));
        Assert.Equal(["Primary"], await LabelsAsync(scene, "bob@c.example"));
        Assert.Equal(["Primary"], await LabelsAsync(scene, "cy@d.example"));
        var error = Assert.Single(await scene.ErrorsAsync(done));
        Assert.Equal(("ASSOCIATION_LABEL_NOT_FOUND", "Nonsense", 3), (error.GetProperty("errorType").GetString(), error.GetProperty("invalidValue").GetString(), error.GetProperty("sourceData").GetProperty("lineNumber").GetInt32()));
    }

    [Fact]
    public async Task A_common_column_joins_the_records_of_two_files_in_either_order()
    {
        await using var scene = await TransferScene.StartAsync();
        var done = await scene.ImportAsync(TwoFiles,
            ("companies.csv", "Company name,Company domain name,Email\nShop,shop.example,ann@b.example\nMill,mill.example,nobody@b.example\n"u8.ToArray()),
            ("contacts.csv", "First name,Email\nAnn,ann@b.example\n"u8.ToArray()));
        Assert.Equal("DONE", done.GetProperty("state").GetString());
        Assert.Equal(["Primary"], await LabelsAsync(scene, "ann@b.example"));
        var error = Assert.Single(await scene.ErrorsAsync(done));
        Assert.Equal(("ASSOCIATION_RECORD_NOT_FOUND", "nobody@b.example"), (error.GetProperty("errorType").GetString(), error.GetProperty("invalidValue").GetString()));
    }

    [Fact]
    public async Task Keys_join_records_of_the_same_type_and_ids_records_that_are_there()
    {
        await using var scene = await TransferScene.StartAsync();
        var company = (await scene.Emulator.SendAsync("POST", "/crm/v3/objects/companies", """{"properties":{"name":"Shop"}}""")).Expect(201).Json.GetProperty("id").GetString();
        var done = await scene.ImportAsync("""
            {"name":"Keys","files":[{"fileName":"k.csv","fileImportPage":{"hasHeader":true,"columnMappings":[
             {"columnName":"Email","idColumnType":"HUBSPOT_ALTERNATE_ID","propertyName":"email","columnObjectType":"CONTACT"},
             {"columnName":"Associated contact","columnType":"ASSOCIATION_KEYS","propertyName":"email","columnObjectTypeId":"0-1"},
             {"columnName":"Company ID","idColumnType":"HUBSPOT_OBJECT_ID","propertyName":null,"foreignKeyType":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1},"columnObjectType":"CONTACT"}]}}]}
            """, ("k.csv", Encoding.UTF8.GetBytes($"Email,Associated contact,Company ID\nann@b.example,bob@b.example,{company}\nbob@b.example,,\n")));
        Assert.Empty(await scene.ErrorsAsync(done));
        Assert.Equal(["Primary"], await LabelsAsync(scene, "ann@b.example"));
        Assert.Single(await AssociatedAsync(scene, "ann@b.example", "contacts"));
    }

    [Fact]
    public async Task What_cannot_join_records_is_refused_and_what_is_not_done_says_so()
    {
        await using var scene = await TransferScene.StartAsync();
        var refused = await scene.StartAsync(TwoFiles.Replace(",\"associationIdentifierColumn\":true", "", StringComparison.Ordinal), ("companies.csv", []), ("contacts.csv", []));
        Assert.Contains("no column of 0-1 has associationIdentifierColumn", refused.Expect(400).Text, StringComparison.Ordinal);
        refused = await scene.StartAsync(TwoFiles.Replace("\"propertyName\":\"email\"", "\"propertyName\":\"lastname\"", StringComparison.Ordinal), ("companies.csv", []), ("contacts.csv", []));
        Assert.Contains("lastname does not have unique values", refused.Expect(400).Text, StringComparison.Ordinal);
        refused = await scene.StartAsync(TwoFiles.Replace("280", "9999", StringComparison.Ordinal), ("companies.csv", []), ("contacts.csv", []));
        Assert.Contains("there is no association type 9999", refused.Expect(400).Text, StringComparison.Ordinal);
        (await scene.StartAsync(TwoFiles.Replace("\"columnType\":\"HUBSPOT_ALTERNATE_ID\"", "\"columnType\":\"EVENT_TIMESTAMP\"", StringComparison.Ordinal), ("companies.csv", []), ("contacts.csv", []))).Expect(501);
    }

    [Fact]
    public async Task Three_imports_run_at_once_and_an_app_sees_its_own()
    {
        await using var scene = await TransferScene.StartAsync();
        for (var i = 0; i < 4; i++) (await scene.StartAsync(TwoFiles, ("companies.csv", []), ("contacts.csv", []))).Expect(200);
        async Task<string[]> StatesAsync() => [.. (await scene.Emulator.SendAsync("GET", "/crm/v3/imports")).Json.GetProperty("results").EnumerateArray().Select(one => one.GetProperty("state").GetString()!).Order(StringComparer.Ordinal)];
        await scene.AdvanceAsync(1_000);
        Assert.Equal(["DEFERRED", "PROCESSING", "PROCESSING", "PROCESSING"], await StatesAsync());
        await scene.AdvanceAsync(1_000);
        Assert.Equal(["DONE", "DONE", "DONE", "PROCESSING"], await StatesAsync());
        var other = await scene.Emulator.TokenAsync();
        Assert.Empty((await scene.Emulator.SendAsync("GET", "/crm/v3/imports", null, other)).Expect(200).Json.GetProperty("results").EnumerateArray());
    }

    private static async Task<JsonElement[]> AssociatedAsync(TransferScene scene, string email, string type)
    {
        var id = (await scene.Emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{email}?idProperty=email")).Expect(200).Json.GetProperty("id").GetString();
        return [.. (await scene.Emulator.SendAsync("GET", $"/crm/v4/objects/contacts/{id}/associations/{type}")).Expect(200).Json.GetProperty("results").EnumerateArray()];
    }

    private static async Task<string[]> LabelsAsync(TransferScene scene, string email) =>
        [.. (await AssociatedAsync(scene, email, "companies")).SelectMany(one => one.GetProperty("associationTypes").EnumerateArray()).Select(type => type.GetProperty("label").GetString()).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
