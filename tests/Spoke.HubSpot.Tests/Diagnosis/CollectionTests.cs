using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Exports of Postman, Insomnia and Bruno, with environments and inherited authentication.</summary>
public sealed class CollectionTests
{
    internal static IEnumerable<string> Fixtures =>
        [Postman("{{token}}"), Environment(Pat), InsomniaV4(Pat, "{}"), InsomniaV5("          type: bearer\n          token: \"{{ _.token }}\""), BrunoExport("{\"mode\":\"bearer\",\"bearer\":{\"token\":\"{{token}}\"}}"), .. Bruno("{{token}}").Select(f => f.Item2), HttpFile];

    private static HubSpot.Diagnosis Examine(params (string Name, string Text)[] files) =>
        Doctor.ExamineFiles([.. files.Select(f => new DoctorFile(f.Name, Encoding.UTF8.GetBytes(f.Text)))], null, new FakeTimeProvider(Now));

    private static void Healthy(HubSpot.Diagnosis diagnosis, int requests)
    {
        Assert.True(diagnosis is { Unreadable: null, Verdict: Verdict.Healthy, Findings.Count: 0 }, diagnosis.Unreadable + diagnosis);
        Assert.Equal(requests, Math.Max(1, diagnosis.Requests.Count));
        DoctorExampleTests.ShowsNoSecret(diagnosis, "collection");
    }

    private static HubSpot.Diagnosis Named(HubSpot.Diagnosis diagnosis, string cause, Confidence confidence)
    {
        Assert.True(diagnosis is { Unreadable: null, Findings.Count: > 0 } && diagnosis.Findings[0].Id == cause && diagnosis.Findings[0].Confidence == confidence, diagnosis.Unreadable + diagnosis);
        DoctorExampleTests.ShowsNoSecret(diagnosis, cause);
        return diagnosis;
    }

    private static string Postman(string token, string more = "", string request = "\"method\":\"GET\",\"header\":[]") => $$$"""
        {
          "info": { "_postman_id": "6f1c", "name": "HubSpot", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
          "item": [
            { "name": "CRM", "item": [
              { "name": "List contacts", "request": { {{{request}}}, "url": { "raw": "{{baseUrl}}/crm/v3/objects/contacts?limit=10", "host": ["{{baseUrl}}"], "path": ["crm", "v3", "objects", "contacts"], "query": [{"key": "limit", "value": "10"}] } }, "response": [] },
              { "name": "Make a contact", "request": { "method": "POST", "header": [{"key": "Content-Type", "value": "application/json"}], "body": { "mode": "raw", "raw": "{\"properties\":{}}" }, "url": "{{baseUrl}}/crm/v3/objects/contacts" }, "response": [] }
            ] }
          ],
          "auth": { "type": "bearer", "bearer": [ { "key": "token", "value": "{{{token}}}", "type": "string" } ] },
          "variable": [ { "key": "baseUrl", "value": "https://api.hubapi.com" }{{{more}}} ]
        }
        """;

    private static string Environment(string token) => $$"""{"id":"1","name":"Production","values":[{"key":"token","value":{{System.Text.Json.JsonSerializer.Serialize(token)}},"type":"secret","enabled":true}],"_postman_variable_scope":"environment","_postman_exported_at":"2026-11-20T09:00:00.000Z"}""";

    [Fact]
    public void Postman_inherits_authentication_and_takes_variables_from_the_environment()
    {
        Healthy(Examine(("hubspot.postman_collection.json", Postman("{{token}}")), ("prod.postman_environment.json", Environment(Pat))), 2);
        Healthy(Examine(("hubspot.postman_collection.json", Postman("{{token}}", $$""",{"key":"token","value":"{{Pat}}"}"""))), 2);
    }

    [Fact]
    public void Postman_a_value_with_Bearer_in_the_environment_is_told_with_the_environments_line()
    {
        var diagnosis = Named(Examine(("hubspot.postman_collection.json", Postman("{{token}}")), ("prod.postman_environment.json", Environment("Bearer " + Pat))), "H06", Confidence.Certain);
        Assert.Contains("prod.postman_environment.json, line 1", diagnosis.Findings[0].Evidence[0].Shows);
        Assert.Contains("hubspot.postman_collection.json, line 9", diagnosis.Findings[0].Evidence[0].Where);
    }

    [Fact]
    public void Postman_a_variable_that_nothing_sets_is_named_with_its_place()
    {
        var diagnosis = Named(Examine(("hubspot.postman_collection.json", Postman("{{hubspotToken}}")), ("prod.postman_environment.json", Environment(Pat))), "V03", Confidence.Certain);
        Assert.Contains("line 9, column", diagnosis.Findings[0].Evidence[0].Where);
        Named(Examine(("hubspot.postman_collection.json", Postman("{{hubspotToken}}"))), "V03", Confidence.Likely);
    }

    [Fact]
    public void Postman_a_request_with_its_own_authentication_does_not_inherit()
    {
        var diagnosis = Named(Examine(("c.json", Postman(Pat, "", "\"auth\":{\"type\":\"noauth\"},\"method\":\"GET\",\"header\":[]"))), "H01", Confidence.Certain);
        Assert.Equal(["H01", null], diagnosis.Requests.Select(r => r.Cause));
        Assert.Equal("CRM / List contacts", diagnosis.Requests[0].Name);
        Named(Examine(("c.json", Postman(Pat, "", "\"auth\":{\"type\":\"basic\",\"basic\":[{\"key\":\"username\",\"value\":\"" + Pat + "\"}]},\"method\":\"GET\",\"header\":[]"))), "H05", Confidence.Certain);
        Named(Examine(("c.json", Postman(Pat, "", "\"auth\":{\"type\":\"apikey\",\"apikey\":[{\"key\":\"key\",\"value\":\"hapikey\"},{\"key\":\"value\",\"value\":\"" + Uuid + "\"},{\"key\":\"in\",\"value\":\"query\"}]},\"method\":\"GET\",\"header\":[]"))), "K01", Confidence.Certain);
    }

    [Fact]
    public void Postman_a_token_set_by_a_script_is_left_open()
    {
        var collection = Postman("{{token}}").Replace("\"variable\":", "\"event\":[{\"listen\":\"prerequest\",\"script\":{\"exec\":[\"pm.collectionVariables.set(\\\"token\\\", t)\"]}}],\"variable\":");
        Healthy(Examine(("c.json", collection)), 2);
    }

    private static string InsomniaV4(string token, string authentication) => $$$"""
        {"_type":"export","__export_format":4,"__export_date":"2026-11-20T09:00:00.000Z","__export_source":"insomnia.desktop.app:v10.1.1","resources":[
          {"_id":"req_1","parentId":"fld_1","name":"List contacts","url":"{{ _.base_url }}/crm/v3/objects/contacts","method":"GET","body":{},"parameters":[{"name":"limit","value":"10","disabled":false}],"headers":[{"name":"User-Agent","value":"insomnia/10.1.1"}],"authentication":{{{authentication}}},"_type":"request"},
          {"_id":"fld_1","parentId":"wrk_1","name":"CRM","environment":{},"authentication":{"type":"bearer","token":"{{ _.token }}","prefix":""},"_type":"request_group"},
          {"_id":"wrk_1","parentId":null,"name":"HubSpot","scope":"collection","_type":"workspace"},
          {"_id":"env_1","parentId":"wrk_1","name":"Base Environment","data":{"base_url":"https://api.hubapi.com"},"_type":"environment"},
          {"_id":"env_2","parentId":"env_1","name":"Production","data":{"token":"{{{token}}}"},"_type":"environment"}]}
        """;

    [Fact]
    public void Insomnia_version_4_inherits_from_the_folder()
    {
        Healthy(Examine(("insomnia.json", InsomniaV4(Pat, "{}"))), 1);
        Named(Examine(("insomnia.json", InsomniaV4(Pat, "{\"type\":\"none\"}"))), "H01", Confidence.Certain);
        Named(Examine(("insomnia.json", InsomniaV4("'" + Pat + "'", "{}"))), "H09", Confidence.Certain);
        Named(Examine(("insomnia.json", InsomniaV4(Pat, "{\"type\":\"bearer\",\"token\":\"{{ _.tokn }}\"}"))), "V03", Confidence.Certain);
    }

    private static string InsomniaV5(string authentication) => $$$"""
        type: collection.insomnia.rest/5.0
        schema_version: "5.1"
        name: HubSpot
        meta:
          id: wrk_1
          created: 1717508275743
        collection:
          - name: CRM
            meta:
              id: fld_1
            children:
              - url: "{{ _.base_url }}/crm/v3/objects/contacts"
                name: List contacts
                meta:
                  id: req_1
                method: GET
                headers:
                  - name: User-Agent
                    value: insomnia/11.0.0
                authentication:
        {{{authentication}}}
                settings:
                  followRedirects: global
        environments:
          name: Base Environment
          data:
            base_url: https://api.hubapi.com
            token: {{{Pat}}}
        """;

    [Fact]
    public void Insomnia_version_5_is_read_with_its_places()
    {
        Healthy(Examine(("insomnia.yaml", InsomniaV5("          type: bearer\n          token: \"{{ _.token }}\""))), 1);
        var diagnosis = Named(Examine(("insomnia.yaml", InsomniaV5("          type: bearer\n          token: \"{{ _.token }}\"\n          prefix: Token"))), "H04", Confidence.Certain);
        Assert.Contains("line 23, column 19", diagnosis.Findings[0].Evidence[0].Where);
        Named(Examine(("insomnia.yaml", InsomniaV5("          type: bearer\n          token: \"Bearer {{ _.token }}\""))), "H06", Confidence.Certain);
    }

    private static (string, string)[] Bruno(string token, string mode = "inherit", string own = "") =>
    [
        ("shop/bruno.json", "{\"version\":\"1\",\"name\":\"HubSpot\",\"type\":\"collection\"}"),
        ("shop/collection.bru", $"auth {{\n  mode: bearer\n}}\n\nauth:bearer {{\n  token: {token}\n}}\n"),
        ("shop/environments/Production.bru", $"vars {{\n  baseUrl: https://api.hubapi.com\n  token: {Pat}\n}}\nvars:secret [\n  otherToken\n]\n"),
        ("shop/contacts/folder.bru", "meta {\n  name: contacts\n}\n\nheaders {\n  accept: application/json\n}\n"),
        ("shop/contacts/list.bru", $"meta {{\n  name: List contacts\n  type: http\n  seq: 1\n}}\n\nget {{\n  url: {{{{baseUrl}}}}/crm/v3/objects/contacts?limit=10\n  body: none\n  auth: {mode}\n}}\n\n{own}"),
    ];

    [Fact]
    public void A_bracket_left_open_in_an_Insomnia_export_is_no_end_of_the_doctor() =>
        Assert.NotNull(Examine(("insomnia.yaml", InsomniaV5("          type: bearer\n          token: x").Replace("value: insomnia", "[[[[ value: insomnia", StringComparison.Ordinal))).ToString());

    [Fact]
    public void Bruno_folders_inherit_from_the_collection()
    {
        Healthy(Examine(Bruno("{{token}}")), 1);
        Healthy(Examine(Bruno("{{otherToken}}")), 1);   // a secret that is kept elsewhere
        Healthy(Examine(Bruno("{{token}}", "none", $"headers {{\n  ~Authorization: Token x\n  Authorization: Bearer {Pat}\n}}\n")), 1);
        Named(Examine(Bruno("{{token}}", "none")), "H01", Confidence.Certain);
        Named(Examine(Bruno("{{tokn}}")), "V03", Confidence.Certain);
        var diagnosis = Named(Examine(Bruno("\"{{token}}\"")), "H09", Confidence.Certain);
        Assert.Contains("shop/collection.bru, line 6", diagnosis.Findings[0].Evidence[0].Shows);
    }

    private static string BrunoExport(string auth) => $$$"""
        {"name":"HubSpot","version":"1","items":[{"type":"folder","name":"CRM","items":[
          {"type":"http","name":"List contacts","seq":1,"request":{"url":"{{baseUrl}}/crm/v3/objects/contacts","method":"GET","headers":[],"params":[],"body":{"mode":"none"},"auth":{"mode":"inherit"} } }],
          "root":{"request":{"auth": {{{auth}}} } } }],
          "environments":[{"name":"Production","variables":[{"name":"baseUrl","value":"https://api.hubapi.com","enabled":true,"type":"text"},{"name":"token","value":"{{{Pat}}}","enabled":true,"type":"text"}]}],"brunoConfig":{"version":"1"}}
        """;

    [Fact]
    public void Brunos_JSON_export_is_read()
    {
        Healthy(Examine(("bruno.json", BrunoExport("{\"mode\":\"bearer\",\"bearer\":{\"token\":\"{{token}}\"}}"))), 1);
        Named(Examine(("bruno.json", BrunoExport("{\"mode\":\"bearer\",\"bearer\":{\"token\":\"$token\"}}"))), "V04", Confidence.Certain);
        Named(Examine(("bruno.json", BrunoExport("{\"mode\":\"none\"}"))), "H01", Confidence.Certain);
    }

    [Fact]
    public void OpenCollection_is_read_as_one_file_and_as_a_folder()
    {
        const string Request = "info:\n  name: List contacts\n  type: http\n  seq: 1\n\nhttp:\n  method: GET\n  url: \"{{baseUrl}}/crm/v3/objects/contacts\"\n  auth: inherit\n";
        const string Root = "opencollection: 1.0.0\n\ninfo:\n  name: HubSpot\n\nrequest:\n  auth:\n    type: bearer\n    token: \"{{token}}\"\n";
        var environment = $"name: Production\nvariables:\n  - name: baseUrl\n    value: https://api.hubapi.com\n  - name: token\n    value: {Pat}\n";
        Healthy(Examine(("c/opencollection.yml", Root), ("c/environments/production.yml", environment), ("c/list.yml", Request)), 1);
        Named(Examine(("c/opencollection.yml", Root.Replace("{{token}}", "Bearer {{token}}")), ("c/environments/production.yml", environment), ("c/list.yml", Request)), "H06", Confidence.Certain);
        Named(Examine(("c/environments/production.yml", environment), ("c/list.yml", Request)), "H01", Confidence.Certain);
    }

    private const string HttpFile = "### list\nGET {{host}}/crm/v3/objects/contacts\nAuthorization: Bearer {{token}}\n\n### one\nGET {{host}}/crm/v3/objects/contacts/1\nAuthorization: Bearer {{tokn}}\n";

    [Fact]
    public void A_http_file_takes_its_variables_from_environment_files()
    {
        var environment = $"{{\"dev\":{{\"host\":\"https://api.hubapi.com\"}},\"prod\":{{\"host\":\"https://api.hubapi.com\"}}}}";
        var secret = $"{{\"dev\":{{\"token\":\"{Pat}\"}}}}";
        Healthy(Examine(("a.http", HttpFile.Replace("tokn", "token")), ("http-client.env.json", environment), ("http-client.private.env.json", secret)), 2);
        var diagnosis = Named(Examine(("a.http", HttpFile), ("http-client.env.json", environment), ("http-client.private.env.json", secret)), "V03", Confidence.Certain);
        Assert.Equal(2, diagnosis.Explained);
        Assert.Equal([null, "V03"], diagnosis.Requests.Select(r => r.Cause));
    }

    [Fact]
    public void Of_several_environments_the_named_one_counts()
    {
        var environment = $"{{\"dev\":{{\"host\":\"https://api.hubapi.com\",\"token\":\"test\"}},\"prod\":{{\"host\":\"https://api.hubapi.com\",\"token\":\"{Pat}\"}}}}";
        DoctorFile[] files = [new("a.http", Encoding.UTF8.GetBytes(HttpFile.Replace("tokn", "token"))), new("http-client.env.json", Encoding.UTF8.GetBytes(environment))];
        Assert.Equal(Verdict.Healthy, Doctor.ExamineFiles(files, "prod", new FakeTimeProvider(Now)).Verdict);
        Assert.Equal("V01", Doctor.ExamineFiles(files, "dev", new FakeTimeProvider(Now)).Findings[0].Id);
        var open = Doctor.ExamineFiles(files, null, new FakeTimeProvider(Now));
        Assert.Equal(Verdict.Healthy, open.Verdict);
        Assert.Contains(open.Notes, n => n.Contains("--environment", StringComparison.Ordinal));
        Assert.Contains("no environment 'live'; there are dev, prod", Doctor.ExamineFiles(files, "live", new FakeTimeProvider(Now)).Unreadable, StringComparison.Ordinal);
    }
}
