using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Causes that source code shows, in each language.</summary>
internal static class ProgramExamples
{
    private const string Address = "https://api.hubapi.com/crm/v3/objects/contacts";

    public static IEnumerable<Example> All =>
    [
        // Python
        new("R08", "python session", $"import requests\ns = requests.Session()\nheaders = {{'Authorization': f'Bearer {{token}}'}}\ns.get('{Address}', headers)"),
        new("R08", "python httpx with", $"import httpx\nheaders = {{'Authorization': f'Bearer {{token}}'}}\nwith httpx.Client() as c:\n    c.get('{Address}', params=headers)"),
        new("R08", "python urllib", $"import urllib.request\nreq = urllib.request.Request('{Address}', {{'Authorization': 'Bearer ' + token}})"),
        new("R08", "python http.client", "import http.client\nconn = http.client.HTTPSConnection('api.hubapi.com')\nconn.request('GET', '/crm/v3/objects/contacts', {'Authorization': 'Bearer ' + token})"),
        new("H06", "python client", $"from hubspot import HubSpot\napi = HubSpot(access_token=f\"Bearer {{token}}\")"),
        new("H15", "python name", $"import requests\nrequests.get('{Address}', headers={{'Authentication': f'Bearer {{token}}'}})"),
        new("K03", "python client", $"import hubspot\nclient = hubspot.Client.create(api_key='{Pat}')"),
        new("K04", "python params", $"import requests\nrequests.get('{Address}', params={{'access_token': '{Pat}'}})"),
        new("V06", "python empty", $"import requests\ntoken = ''\nrequests.get('{Address}', headers={{'Authorization': f'Bearer {{token}}'}})") { AtMost = Confidence.Likely },
        new("V06", "python misspelt", $"import os, requests\nHUBSPOT_TOKEN = os.environ['HUBSPOT_TOKEN']\nrequests.get('{Address}', headers={{'Authorization': f'Bearer {{HUBSPOT_TOKN}}'}})") { AtMost = Confidence.Likely },
        // JavaScript and TypeScript
        new("R08", "axios object", $"const axios = require('axios');\naxios({{ method: 'get', url: '{Address}', header: {{ Authorization: `Bearer ${{token}}` }} }})"),
        new("R08", "jquery", $"import $ from 'jquery';\n$.ajax({{ url: '{Address}', header: {{ Authorization: 'Bearer ' + token }} }})"),
        new("R08", "search params", $"const url = new URL('{Address}');\nurl.searchParams.set('Authorization', `Bearer ${{token}}`);\nawait fetch(url);"),
        new("H06", "node client", "const hubspot = require('@hubspot/api-client');\nconst client = new hubspot.Client({ accessToken: `Bearer ${process.env.T}` });"),
        new("K03", "node client", $"import {{ Client }} from '@hubspot/api-client';\nconst client = new Client({{ apiKey: '{Pat}' }});"),
        new("K01", "node client, by shorthand", "new Client({apiKey})") { AtMost = Confidence.Likely },
        new("K01", "node client, a key from the environment", "const hubspot = require('@hubspot/api-client');\nconst client = new hubspot.Client({ apiKey: process.env.HUBSPOT_API_KEY });") { AtMost = Confidence.Likely },
        new("K01", "php client, a key", "<?php\n$hubSpot = \\HubSpot\\Factory::createWithApiKey($key);") { AtMost = Confidence.Likely },
        new("K01", "ruby client, a key", "require 'hubspot-api-client'\nclient = Hubspot::Client.new(api_key: ENV['KEY'])") { AtMost = Confidence.Likely },
        new("V01", "python, words for a token", "from hubspot import HubSpot\naccess_token = 'pat-rest-of-token'\napi = HubSpot(access_token=access_token)") { AtMost = Confidence.Likely },
        new("P01", "node client, the answer with its link below", "const c = new hubspot.Client({ accessToken });\nconst owner = await c.crm.owners.ownersApi.getById(id);\n{\"status\":\"error\",\"message\":\"This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.\",\"correlationId\":\"c\",\"errors\":[{\"message\":\"m\",\"context\":{\"requiredScopes\":[\"contacts\"]}}],\"links\":{\"scopes\":\"https://developers.hubspot.com/scopes\"},\"category\":\"MISSING_SCOPES\"}"),
        new("R07", "browser's report without a status", $"fetch('{Address}', {{ headers: {{ Authorization: `Bearer ${{t}}` }} }})\nAccess to fetch at '{Address}' from origin 'http://localhost:3000' has been blocked by CORS policy: Response to preflight request doesn't pass access control check"),
        new("H15", "typescript", $"const r: Response = await fetch('{Address}', {{ headers: {{ 'Authorisation': `Bearer ${{token}}` }} }});"),
        new("V05", "axios", $"import axios from 'axios';\naxios.get('{Address}', {{ headers: {{ Authorization: \"Bearer ${{token}}\" }} }});"),
        // C#
        new("H06", "c#", $"var http = new HttpClient();\nhttp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(\"Bearer\", \"Bearer \" + token);\nawait http.GetAsync(\"{Address}\");"),
        new("R08", "restsharp", $"var client = new RestClient(\"{Address}\");\nvar request = new RestRequest();\nrequest.AddParameter(\"Authorization\", \"Bearer \" + token);"),
        new("R08", "c# content", $"using System.Net.Http;\nvar request = new HttpRequestMessage(HttpMethod.Post, \"{Address}\");\nrequest.Content.Headers.Add(\"Authorization\", $\"Bearer {{token}}\");"),
        // PHP
        new("R08", "php map", $"<?php\n$ch = curl_init('{Address}');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization' => 'Bearer ' . $token]);"),
        new("R08", "php map in an array", $"<?php\n$ch = curl_init();\ncurl_setopt_array($ch, [CURLOPT_URL => '{Address}', CURLOPT_HTTPHEADER => array('Authorization' => \"Bearer $token\"), CURLOPT_RETURNTRANSFER => true]);"),
        new("V05", "php lines", $"<?php\n$ch = curl_init('{Address}');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization: Bearer $token']);"),
        new("R08", "guzzle", $"<?php\n$client = new GuzzleHttp\\Client();\n$client->get('{Address}', ['Authorization' => \"Bearer $token\"]);"),
        new("H06", "laravel", $"<?php\nuse Illuminate\\Support\\Facades\\Http;\nHttp::withToken(\"Bearer $token\")->get('{Address}');"),
        new("R08", "laravel query", $"<?php\nuse Illuminate\\Support\\Facades\\Http;\nHttp::get('{Address}', ['Authorization' => \"Bearer $token\"]);"),
        new("H06", "php client", "<?php\n$hubspot = \\HubSpot\\Factory::createWithAccessToken('Bearer ' . $token);"),
        // Ruby
        new("V05", "ruby", $"require 'net/http'\nuri = URI('{Address}')\nreq = Net::HTTP::Get.new(uri)\nreq['Authorization'] = 'Bearer #{{token}}'"),
        new("R08", "httparty", $"require 'httparty'\nHTTParty.get('{Address}', {{ 'Authorization' => \"Bearer #{{token}}\" }})"),
        new("R08", "httparty query", $"require 'httparty'\nHTTParty.get('{Address}', query: {{ 'Authorization' => \"Bearer #{{token}}\" }})"),
        new("R08", "faraday", $"require 'faraday'\nFaraday.get('{Address}', {{ 'Authorization' => \"Bearer #{{token}}\" }})"),
        new("H06", "ruby client", "require 'hubspot-api-client'\nclient = Hubspot::Client.new(access_token: \"Bearer #{ENV['T']}\")"),
        // Go
        new("V05", "go", $"package main\nimport \"net/http\"\nfunc main() {{\n\treq, _ := http.NewRequest(\"GET\", \"{Address}\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer ${{token}}\")\n}}"),
        new("R08", "go", $"package main\nimport \"net/http\"\nfunc main() {{\n\treq, _ := http.NewRequest(\"GET\", \"{Address}\", nil)\n\tq := req.URL.Query()\n\tq.Add(\"Authorization\", \"Bearer \"+token)\n}}"),
        new("H07", "go", $"package main\nimport \"net/http\"\nfunc main() {{\n\treq, _ := http.NewRequest(\"GET\", \"{Address}\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer{Pat}\")\n}}"),
        new("V07", "go", $"package main\nimport (\"net/http\"; \"os\"; \"github.com/joho/godotenv\")\nfunc main() {{\n\ttoken := os.Getenv(\"HUBSPOT_TOKEN\")\n\tgodotenv.Load()\n\treq, _ := http.NewRequest(\"GET\", \"{Address}\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer \"+token)\n}}") { AtMost = Confidence.Likely },
        // Java
        new("V05", "java", $"import java.net.http.*;\nvar request = HttpRequest.newBuilder(URI.create(\"{Address}\")).header(\"Authorization\", \"Bearer ${{token}}\").build();"),
        new("H03", "java", $"import java.net.http.*;\nvar request = HttpRequest.newBuilder(URI.create(\"{Address}\")).header(\"Bearer\", \"{Pat}\").build();"),
        new("R08", "okhttp", $"import okhttp3.*;\nHttpUrl url = HttpUrl.parse(\"{Address}\").newBuilder().addQueryParameter(\"Authorization\", \"Bearer \" + token).build();"),
        new("H06", "spring", $"import org.springframework.http.HttpHeaders;\nHttpHeaders headers = new HttpHeaders();\nheaders.setBearerAuth(\"Bearer \" + token);\nrest.exchange(\"{Address}\", HttpMethod.GET, new HttpEntity<>(headers), String.class);"),
        new("H04", "faraday's middleware", $"require 'faraday'\nconn = Faraday.new(url: 'https://api.hubapi.com') {{ |f| f.request :authorization, 'Token', ENV['T'] }}\nconn.get('/crm/v3/objects/contacts')"),
        // the token in the query of request
        new("K04", "request, qs", $"request.get({{url:'{Address}', qs:{{access_token:'{Pat}'}}}}, cb)"),
        new("K04", "request, qs, required", $"const request = require('request');\nrequest.get({{ url: '{Address}', qs: {{ access_token: process.env.T }} }}, cb)"),
        new("K01", "axios, a key among the parameters", $"await axios.get('{Address}', {{ params: {{ hapikey: process.env.KEY }} }});") { AtMost = Confidence.Likely },
        new("K04", "axios, a token among the parameters", $"await axios.get('{Address}', {{ params: {{ access_token: process.env.T }} }});"),
        new("H18", "php, escapes in single quotes", $"<?php\necho file_get_contents('{Address}', false, stream_context_create(['http' => ['header' => 'Authorization: Bearer {Pat}\\r\\n']]));"),
        // told by what they call alone
        new("H15", "java without an import", $"HttpRequest request = HttpRequest.newBuilder()\n    .uri(URI.create(\"{Address}\"))\n    .header(\"X-API-Key\", \"{Pat}\")\n    .GET().build();"),
        new("H02", "java, a class", $"public class A {{\n  void b() throws Exception {{\n    HttpRequest r = HttpRequest.newBuilder().uri(URI.create(\"{Address}\")).header(\"Authorization\", \"{Pat}\").GET().build();\n  }}\n}}"),
        new("V05", "c# client", $"client.DefaultRequestHeaders.Add(\"Authorization\", \"Bearer {{token}}\");\nawait client.GetAsync(\"{Address}\");"),
        new("H05", "python, the word Bearer as a user", $"import requests\nrequests.get('{Address}', auth=('Bearer', '{Pat}'))"),
        // no gap in front of what is filled in
        new("H07", "python", $"import os, requests\nrequests.get('{Address}', headers={{'Authorization': f\"Bearer{{os.environ['T']}}\"}})"),
        new("H07", "python, joined", $"import os, requests\nrequests.get('{Address}', headers={{'Authorization': 'Bearer' + os.environ['T']}})"),
        new("H07", "javascript", $"await fetch('{Address}', {{ headers: {{ Authorization: `Bearer${{process.env.HS}}` }} }});"),
        new("H07", "c#", $"var request = new HttpRequestMessage(HttpMethod.Get, \"{Address}\");\nrequest.Headers.Add(\"Authorization\", $\"Bearer{{token}}\");\nawait client.SendAsync(request);"),
        new("H07", "php", $"<?php\ncurl_setopt($ch, CURLOPT_URL, '{Address}');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, [\"Authorization: Bearer$token\"]);\ncurl_exec($ch);"),
        // shells
        new("V06", "bash misspelt", $"export HUBSPOT_TOKEN='{Pat}'\ncurl '{Address}' -H \"Authorization: Bearer $HUBSPOT_TOKN\"") { AtMost = Confidence.Likely },
        new("H01", "bash, a blank behind the backslash", $"curl '{Address}' \\ \n  -H 'Authorization: Bearer {Pat}'") { AtMost = Confidence.Likely },
    ];
}

public sealed class ProgramHealthyTests
{
    private const string Address = "https://api.hubapi.com/crm/v3/objects/contacts";

    public static TheoryData<string, string> Rows() => new()
    {
        { "python session", $"import os, requests\ns = requests.Session()\ns.headers.update({{'Authorization': f\"Bearer {{os.environ['T']}}\"}})\ns.get('{Address}')\ns.post('{Address}', json={{'properties': {{}}}})" },
        { "python, another session's bad header", $"import requests\ns = requests.Session()\ns.headers.update({{'Authorization': 'Token abc'}})\nrequests.get('{Address}', headers={{'Authorization': f'Bearer {{token}}'}})" },
        { "python, a session's header set in brackets", $"import requests\nclass Api:\n    def __init__(self, token):\n        self.session = requests.Session()\n        self.session.headers['Authorization'] = f'Bearer {{token}}'\n    def get(self):\n        return self.session.get('{Address}')\n    def all(self):\n        return self.session.get('{Address}', params={{'limit': 100}})" },
        { "python, an httpx client", $"import httpx\nwith httpx.Client(headers={{'Authorization': f'Bearer {{token}}'}}) as c:\n    c.get('{Address}')\n    c.get('https://api.hubapi.com/crm/v3/objects/deals')" },
        { "another service's client", "import { Client } from '@elastic/elasticsearch';\nconst client = new Client({ apiKey: process.env.KEY });\nconst r = await fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: { Authorization: `Bearer ${process.env.T}` } });" },
        { "python, a token by way of a variable", $"from hubspot import HubSpot\naccess_token = '{Pat}'\napi_client = HubSpot(access_token=access_token)\napi_client.crm.contacts.basic_api.get_page()" },
        { "python default argument", $"import requests\ndef call(token=''):\n    return requests.get('{Address}', headers={{'Authorization': f'Bearer {{token}}'}})" },
        { "python set later", $"import requests\ntoken = ''\ndef login():\n    global token\n    token = fetch_token()\ndef call():\n    return requests.get('{Address}', headers={{'Authorization': f'Bearer {{token}}'}})" },
        { "python urllib", $"import urllib.request\nreq = urllib.request.Request('{Address}', headers={{'Authorization': 'Bearer ' + token}})" },
        { "python client", "import os\nfrom hubspot import HubSpot\napi = HubSpot(access_token=os.environ['HUBSPOT_TOKEN'])" },
        { "python several calls", $"import requests\nheaders = {{'Authorization': f'Bearer {{token}}'}}\na = requests.get('{Address}', headers=headers)\nb = requests.get('https://api.hubapi.com/crm/v3/objects/deals', headers=headers)\nc = requests.post('{Address}', headers=headers, json={{'properties': {{'email': 'a@example.com'}}}})" },
        { "javascript, dotenv first", $"require('dotenv').config();\nconst token = process.env.HUBSPOT_TOKEN;\nfetch('{Address}', {{ headers: {{ Authorization: `Bearer ${{token}}` }} }});" },
        { "axios instance", "import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://api.hubapi.com', headers: { Authorization: `Bearer ${process.env.T}` } });\nawait api.get('/crm/v3/objects/contacts');\nawait api.post('/crm/v3/objects/contacts', { properties: {} });" },
        { "axios object", $"import axios from 'axios';\naxios({{ method: 'post', url: '{Address}', headers: {{ Authorization: `Bearer ${{token}}` }}, data: {{ properties: {{}} }} }})" },
        { "typescript class", $"export class Hub {{ private token: string = '';\n  setToken(t: string) {{ this.token = t; }}\n  get() {{ return fetch('{Address}', {{ headers: {{ Authorization: `Bearer ${{this.token}}` }} }}); }} }}" },
        { "c# message", $"using var request = new HttpRequestMessage(HttpMethod.Get, \"{Address}\");\nrequest.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", Environment.GetEnvironmentVariable(\"T\"));" },
        { "c# two messages", $"using var a = new HttpRequestMessage(HttpMethod.Get, \"{Address}\");\na.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", token);\nusing var b = new HttpRequestMessage(HttpMethod.Post, \"{Address}\");\nb.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", token);" },
        { "restsharp", $"var client = new RestClient(\"https://api.hubapi.com\");\nvar request = new RestRequest(\"/crm/v3/objects/contacts\");\nrequest.AddHeader(\"Authorization\", $\"Bearer {{token}}\");" },
        { "php lines", $"<?php\n$ch = curl_init('{Address}');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization: Bearer ' . $token, 'Content-Type: application/json']);\ncurl_setopt($ch, CURLOPT_HEADER, 0);" },
        { "python, another service besides", $"import requests\nr = requests.get('https://api.stripe.com/v1/charges', headers={{'Authorization': 'Bearer sk_test_x'}})\nrequests.post('{Address}', headers={{'Authorization': f'Bearer {{t}}'}}, json={{}})" },
        { "node client, its options in a variable", "const params = { accessToken: process.env.T };\nconst client = new hubspot.Client(params);" },
        { "javascript, the blank filled in", $"fetch('{Address}', {{ headers: {{ Authorization: `Bearer${{' ' + token}}` }} }})" },
        { "php sprintf", $"<?php\n$ch = curl_init(); curl_setopt_array($ch, [CURLOPT_URL => '{Address}', CURLOPT_HTTPHEADER => [sprintf('Authorization: Bearer %s', $token)]]);" },
        { "php stream, then curl", $"<?php\n$r = file_get_contents('{Address}', false, stream_context_create(['http' => ['header' => \"Authorization: Bearer {{$token}}\\r\\nAccept: application/json\"]]));\n$ch = curl_init(); curl_setopt_array($ch, [CURLOPT_URL => '{Address}', CURLOPT_HTTPHEADER => [sprintf('Authorization: Bearer %s', $token)]]);" },
        { "php stream, several lines", $"<?php\n$ctx = stream_context_create(['http' => ['header' => \"Accept: application/json\\r\\nAuthorization: Bearer \" . $token . \"\\r\\n\"]]);\necho file_get_contents('{Address}', false, $ctx);" },
        { "php stream, a token and a line end", $"<?php\necho file_get_contents('{Address}', false, stream_context_create(['http' => ['header' => \"Authorization: Bearer {Pat}\\r\\nAccept: application/json\\r\\n\"]]));" },
        { "php two handles", $"<?php\n$a = curl_init(); curl_setopt($a, CURLOPT_URL, '{Address}'); curl_setopt($a, CURLOPT_HTTPHEADER, ['Authorization: Bearer ' . $t]);\n$b = curl_init(); curl_setopt($b, CURLOPT_URL, 'https://api.hubapi.com/crm/v3/objects/deals'); curl_setopt($b, CURLOPT_HTTPHEADER, ['Authorization: Bearer ' . $t]);" },
        { "php stream", $"<?php $r = file_get_contents('{Address}', false, stream_context_create(['http' => ['header' => \"Authorization: Bearer $token\"]]));" },
        { "guzzle", $"<?php\n$client = new GuzzleHttp\\Client();\n$client->request('GET', '{Address}', ['headers' => ['Authorization' => \"Bearer $token\"]]);" },
        { "laravel", $"<?php\nuse Illuminate\\Support\\Facades\\Http;\nHttp::withToken($token)->get('{Address}', ['limit' => 10]);" },
        { "ruby", $"require 'net/http'\nuri = URI('{Address}')\nreq = Net::HTTP::Get.new(uri)\nreq['Authorization'] = \"Bearer #{{ENV.fetch('T')}}\"" },
        { "httparty", $"require 'httparty'\nHTTParty.get('{Address}', headers: {{ 'Authorization' => \"Bearer #{{token}}\" }}, query: {{ limit: 10 }})" },
        { "faraday's middleware", "require 'faraday'\nconn = Faraday.new(url: 'https://api.hubapi.com') { |f| f.request :authorization, 'Bearer', ENV['T'] }\nconn.get('/crm/v3/objects/contacts')" },
        { "ruby format", $"require 'net/http'\nreq = Net::HTTP::Get.new(URI('{Address}'))\nreq['Authorization'] = format('Bearer %<token>s', token: ENV.fetch('T'))" },
        { "ruby percent", $"require 'net/http'\nreq = Net::HTTP::Get.new(URI('{Address}'))\nreq['Authorization'] = 'Bearer %s' % ENV.fetch('T')" },
        { "faraday", $"require 'faraday'\nFaraday.get('{Address}', {{ limit: 10 }}, {{ 'Authorization' => \"Bearer #{{token}}\" }})" },
        { "go", $"package main\nimport (\"net/http\"; \"os\")\nfunc main() {{\n\treq, _ := http.NewRequest(\"GET\", \"{Address}\", nil)\n\treq.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"T\"))\n\tq := req.URL.Query()\n\tq.Add(\"limit\", \"10\")\n}}" },
        { "java", $"import java.net.http.*;\nvar request = HttpRequest.newBuilder(URI.create(\"{Address}\")).header(\"Authorization\", \"Bearer \" + System.getenv(\"T\")).build();" },
        { "java formatted, without an import", $"class A {{ void b() throws Exception {{ HttpRequest r = HttpRequest.newBuilder().uri(URI.create(\"{Address}\")).header(\"Authorization\", String.format(\"Bearer %s\", t)).GET().build(); }} }}" },
        { "java formatted by the text", $"HttpRequest r = HttpRequest.newBuilder(URI.create(\"{Address}\")).header(\"Authorization\", \"Bearer %1$s\".formatted(t)).build();" },
        { "okhttp", $"import okhttp3.*;\nRequest request = new Request.Builder().url(\"{Address}\").addHeader(\"Authorization\", \"Bearer \" + token).build();" },
        { "bash, put", $"export HUBSPOT_TOKEN='{Pat}'\ncurl -T body.json '{Address}/1' -X PATCH -H \"Authorization: Bearer $HUBSPOT_TOKEN\" -H 'Content-Type: application/json'" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Nothing_is_blamed(string name, string text)
    {
        var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));
        Assert.True(diagnosis is { Unreadable: null, Verdict: Verdict.Healthy, Findings.Count: 0 }, $"{name}:\n{diagnosis.Unreadable}{diagnosis}");
        DoctorExampleTests.ShowsNoSecret(diagnosis, name);
    }

    [Fact]
    public void A_sessions_header_goes_with_the_sessions_calls_alone()
    {
        var diagnosis = Doctor.ExamineRequest($"import requests\ns = requests.Session()\ns.headers.update({{'Authorization': f'Token {{token}}'}})\ns.get('{Address}')\nrequests.get('https://api.hubapi.com/crm/v3/objects/deals', headers={{'Authorization': f'Bearer {{token}}'}})\nrequests.get('https://api.hubapi.com/crm/v3/objects/tickets')\n", new FakeTimeProvider(Now));
        Assert.Equal(["H04", null, "H01"], diagnosis.Requests.Select(r => r.Cause));
        Assert.Equal(1, diagnosis.Explained);
    }

    [Fact]
    public void Each_call_of_a_program_is_judged_and_the_first_at_fault_explained()
    {
        var diagnosis = Doctor.ExamineRequest($"import requests\nheaders = {{'Authorization': f'Bearer {{token}}'}}\na = requests.get('{Address}', headers=headers)\nb = requests.get('https://api.hubapi.com/crm/v3/objects/deals', headers)\nc = requests.get('https://api.hubapi.com/crm/v3/objects/tickets', params=headers)\n", new FakeTimeProvider(Now));
        Assert.Equal([null, "R08", "R08"], diagnosis.Requests.Select(r => r.Cause));
        Assert.Equal(2, diagnosis.Explained);
        Assert.Contains("line 4, column", Assert.Single(Assert.Single(diagnosis.Findings).Evidence).Where);
    }

    [Theory]
    [InlineData("import requests\nrequests.post('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': f'Bearer {t}', 'Content-Type': 'application/json'}, data=json.dumps({'properties': {'email': 'a@example.com'}}))")]
    [InlineData("import requests\npayload = {'properties': {'email': 'a@example.com'}}\nrequests.post('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': f'Bearer {t}', 'Content-Type': 'application/json'}, data=json.dumps(payload))")]
    [InlineData("import requests\nrequests.post('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': f'Bearer {t}', 'Content-Type': 'application/json'}, data='{\"properties\": {\"email\": \"a@example.com\"}}')")]
    public void A_body_given_as_data_is_kept_in_the_corrected_call(string text)
    {
        var corrected = Doctor.ExamineRequest(text, new FakeTimeProvider(Now)).Corrected!;
        Assert.Contains("a@example.com", corrected.Curl);
        Assert.DoesNotContain("-X GET", corrected.Curl);
    }

    [Theory]
    [InlineData("import requests\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts', params={'limit': 10, 'properties': ['email', 'firstname'], 'archived': False}, headers={'Authorization': 'Token x'})", "?limit=10&properties=email&properties=firstname&archived=false")]
    [InlineData("import requests\nquery = {'after': cursor, 'q': 'a b'}\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts?limit=5', headers={'Authorization': 'Token x'}, params=query)", "?limit=5&after=\"${cursor}\"&q=a%20b")]
    [InlineData("import axios from 'axios';\naxios.get('https://api.hubapi.com/crm/v3/objects/contacts', { params: { limit: 10, properties: 'email,phone' }, headers: { Authorization: 'Token x' } })", "?limit=10&properties=email,phone")]
    public void The_query_given_beside_the_address_is_kept_in_the_corrected_call(string text, string query)
    {
        var corrected = Doctor.ExamineRequest(text, new FakeTimeProvider(Now)).Corrected!;
        Assert.Contains(query, corrected.Curl.Replace("'", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_curl_uploads_is_kept_in_the_corrected_call()
    {
        var corrected = Doctor.ExamineRequest($"curl -T contact.json '{Address}/1' -X PATCH -H 'Authorization: Token {Pat}'", new FakeTimeProvider(Now)).Corrected!;
        Assert.Contains("contact.json", corrected.Curl);
        Assert.Contains("-X PATCH", corrected.Curl);
    }
}
