using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Section 3 of the catalogue.</summary>
internal static class CredentialExamples
{
    private const string PersonalKey = "CiRuYTEtMWIyYy0zZDRlLTVmNjAtNGE3Yi04YzlkMGUxZjJhM2I0YzVkEAEYAg";

    private static readonly string s_jwt = $"{Base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").TrimEnd('=')}.{Base64("{\"sub\":\"someone\",\"iss\":\"https://login.example.com\"}").TrimEnd('=')}.c2lnbmF0dXJl";
    private static readonly string s_visitor = $"{Base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").TrimEnd('=')}.{Base64("{\"portalId\":62515,\"email\":\"a@example.com\",\"type\":\"visitor\"}").TrimEnd('=')}.c2lnbmF0dXJl";

    public static IEnumerable<Example> All =>
    [
        new("K01", "curl", $"curl 'https://api.hubapi.com/contacts/v1/lists/all/contacts/all?hapikey={Uuid}&count=10'"),
        new("K01", "raw", $"GET /crm/v3/objects/contacts?hapikey={Uuid} HTTP/1.1\r\nHost: api.hubapi.com\r\n\r\n"),
        new("K02", "curl", Curl("Bearer " + Uuid)) { AtMost = Confidence.Likely },
        new("K02", "named", $"@hapikey = {Uuid}\n\nGET {List}\nAuthorization: Bearer {{{{hapikey}}}}\n"),
        new("K03", "curl", $"curl 'https://api.hubapi.com/crm/v3/objects/contacts?hapikey={Pat}'"),
        new("K03", "python client", $"from hubspot import HubSpot\nclient = HubSpot(api_key=\"{Pat}\")\n"),
        new("K04", "query", $"curl 'https://api.hubapi.com/crm/v3/objects/contacts?access_token={Pat}'"),
        new("K04", "body", $"curl -X POST 'https://api.hubapi.com/crm/v3/objects/contacts' -H 'Content-Type: application/json' -d '{{\"access_token\":\"{Pat}\",\"properties\":{{}}}}'"),
        new("K05", "curl", Curl("Bearer " + RegionUuid)) { AtMost = Confidence.Likely },
        new("K05", "named", $"HUBSPOT_DEVELOPER_API_KEY={RegionUuid}\ncurl '{List}' -H \"Authorization: Bearer $HUBSPOT_DEVELOPER_API_KEY\""),
        new("K06", "curl", Curl("Bearer " + PersonalKey)),
        new("K06", "raw", Raw("Bearer " + PersonalKey)),
        new("K07", "named in the file", $"@refreshToken = {RegionUuid}\n\nGET {List}\nAuthorization: Bearer {{{{refreshToken}}}}\n"),
        new("K07", "variable", $"curl '{List}' -H \"Authorization: Bearer $REFRESH_TOKEN\"") { AtMost = Confidence.Likely },
        new("K08", "client secret", $"CLIENT_SECRET={Uuid}\ncurl '{List}' -H \"Authorization: Bearer $CLIENT_SECRET\""),
        new("K08", "app id", $"@app_id = 1234567\nGET {List}\nAuthorization: Bearer {{{{app_id}}}}\n"),
        new("K09", "code", $"import requests\nauth_code = request.args['code']\nrequests.get('{List}', headers={{'Authorization': f'Bearer {{auth_code}}'}})") { AtMost = Confidence.Likely },
        new("K09", "uuid called code", $"CODE={Uuid}\ncurl '{List}' -H \"Authorization: Bearer $CODE\""),
        new("K10", "github", Curl("Bearer ghp_1b2c3d4e5f604a7b8c9d0e1f2a3b4c5d")),
        new("K10", "jwt", Raw("Bearer " + s_jwt)),
        new("K10", "shopify", Curl("Bearer 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")),
        new("K11", "visitor identification", Curl("Bearer " + s_visitor)),
        new("K11", "named", $"fetch('{List}', {{ headers: {{ Authorization: `Bearer ${{visitorToken}}` }} }})") { AtMost = Confidence.Likely },
        new("K12", "portal id", Curl("Bearer 62515")) { AtMost = Confidence.Likely },
        new("K12", "form guid", $"FORM_GUID={Uuid}\ncurl '{List}' -H \"Authorization: Bearer $FORM_GUID\""),
        new("K13", "webhooks", $"# the service key of our account\ncurl 'https://api.hubapi.com/webhooks/v3/123456/subscriptions' -H 'Authorization: Bearer {Pat}'"),
        new("K13", "cards", $"curl 'https://api.hubapi.com/crm/v3/extensions/cards/123456' -H \"Authorization: Bearer $HUBSPOT_SERVICE_KEY\""),
        new("K13", "shape alone", $"GET https://api.hubapi.com/webhooks/v3/123456/settings\nAuthorization: Bearer {Pat}\n") { AtMost = Confidence.Likely },
        new("K14", "chrome", $"curl 'https://app.hubspot.com/api/crm-objects/v1/objects/0-1?portalId=62515' \\\n  -H 'accept: application/json' \\\n  -b 'hubspotapi-csrf=AAcc; hubspotapi=xyz' \\\n  -H 'x-hubspot-csrf-hubspotapi: AAcc' --compressed"),
        new("K14", "cmd", "curl ^\"https://app-eu1.hubspot.com/api/inbounddb-objects/v1/crm-objects^\" ^\r\n  -H ^\"Cookie: hubspotapi=abc; hubspotapi-csrf=def^\" ^\r\n  -H ^\"X-HubSpot-CSRF-hubspotapi: def^\""),
    ];
}
