using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Section 6 of the catalogue, as far as a text shows it, and what answers of sections 4 and 5 say.</summary>
internal static class AddressExamples
{
    private static string Call(string address, string more = "") => $"curl {more}'{address}' -H 'Authorization: Bearer {Pat}'\n";

    private static string Error(string category, string message, string more = "") => $"{{\"status\":\"error\",\"message\":\"{message}\",\"correlationId\":\"01938a6e-0000-7000-8000-000000000001\",\"category\":\"{category}\"{more}}}";

    public static IEnumerable<Example> All =>
    [
        new("R01", "pages' host", Call("https://app.hubspot.com/crm/v3/objects/contacts")),
        new("R01", "typo", Call("https://api.hubaapi.com/crm/v3/objects/contacts")),
        new("R01", "api.hubspot.com", Call("https://api.hubspot.com/crm/v3/objects/contacts")) { AtMost = Confidence.Likely },
        new("R01", "other data centre", Call("https://api-eu1.hubapi.com/crm/v3/objects/contacts")) { AtMost = Confidence.Likely },
        new("R02", "http", Call("http://api.hubapi.com/crm/v3/objects/contacts")) { AtMost = Confidence.Likely },
        new("R02", "with the redirect", Call("http://api.hubapi.com/crm/v3/objects/contacts") + "\nHTTP/1.1 301 Moved Permanently\nLocation: https://api.hubapi.com/crm/v3/objects/contacts\n\n"),
        new("R03", "transcript", $"> GET /crm/v3/objects/contacts/ HTTP/1.1\n> Host: api.hubapi.com\n> Authorization: Bearer {Pat}\n> \n< HTTP/1.1 302 Found\n< Location: https://other.hubapi.com/x\n< \n> GET /crm/v3/objects/contacts HTTP/1.1\n> Host: api.hubapi.com\n> Accept: */*\n> \n< HTTP/1.1 401 Unauthorized\n< \n" + NotFound),
        new("R03", "another transcript", $"> GET /crm/v3/objects/deals HTTP/2\n> Host: api.hubapi.com\n> authorization: Bearer {Pat}\n> \n< HTTP/2 308\n< location: /crm/v3/objects/deals?x=1\n< \n> GET /crm/v3/objects/deals?x=1 HTTP/2\n> Host: api.hubapi.com\n> \n< HTTP/2 401\n< \n"),
        new("R04", "gateway", Call(List) + "HTTP/1.1 401 Unauthorized\nVia: 1.1 gateway\nContent-Type: text/html\n\n<html><body>Unauthorized</body></html>") { AtMost = Confidence.Likely },
        new("R04", "proxy login", Call(List) + "HTTP/1.1 407 Proxy Authentication Required\nContent-Type: text/html\n\n<html>proxy</html>") { AtMost = Confidence.Likely },
        new("R05", "company", Call(List) + "HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<html><body><h1>Access denied by network policy</h1></body></html>") { AtMost = Confidence.Likely },
        new("R05", "page alone", "HTTP/1.1 403 Forbidden\nServer: fortigate\n\n<!DOCTYPE html><html><body>Web Page Blocked</body></html>") { AtMost = Confidence.Likely },
        new("R06", "cloudflare", Call(List) + "HTTP/1.1 403 Forbidden\ncf-ray: 8f00-FRA\nserver: cloudflare\n\nerror code: 1010") { AtMost = Confidence.Likely },
        new("R06", "challenge", "HTTP/1.1 403 Forbidden\ncf-ray: 8f00-FRA\n\n<html><title>Just a moment...</title></html>") { AtMost = Confidence.Likely },
        new("R07", "preflight", "OPTIONS /crm/v3/objects/contacts HTTP/1.1\r\nHost: api.hubapi.com\r\nOrigin: https://shop.example.com\r\nAccess-Control-Request-Headers: authorization\r\n\r\n"),
        new("R07", "browser's report", $"fetch('{List}', {{ headers: {{ Authorization: 'Bearer {Pat}' }} }})\n\nAccess to fetch at '{List}' from origin 'https://shop.example.com' has been blocked by CORS policy: no header is present. Status code: 401"),
        new("R08", "requests", $"import requests\nheaders = {{'Authorization': 'Bearer {Pat}'}}\nrequests.get('{List}', headers)"),
        new("R08", "params", $"import requests\nheaders = {{'Authorization': 'Bearer {Pat}'}}\nrequests.get('{List}', params=headers)"),
        new("R08", "axios", $"axios.post('https://api.hubapi.com/crm/v3/objects/contacts', {{ headers: {{ Authorization: 'Bearer {Pat}' }} }})"),
        new("R08", "fetch", $"fetch('{List}', {{ header: {{ Authorization: 'Bearer {Pat}' }} }})"),
        new("R08", "in the body", $"curl 'https://api.hubapi.com/crm/v3/objects/contacts' -d '{{\"headers\":{{\"Authorization\":\"Bearer {Pat}\"}}}}'"),
        new("R09", "objects forgotten", Call("https://api.hubapi.com/crm/v3/contacts")) { AtMost = Confidence.Likely },
        new("R09", "404 page", Call("https://api.hubapi.com/crm/v3/no/such") + "HTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<html><body><h2>HTTP ERROR 404</h2></body></html>"),
        new("R09", "old answer", Call("https://api.hubapi.com/owners/v2/owners") + "{\"status\":\"error\",\"message\":\"Any of the listed authentication credentials are missing\",\"correlationId\":\"c\",\"engagement\":{\"hapikey\":\"hapikey not found\",\"oauth-token\":\"No hub id found\"}}"),
        new("R10", "double slash", Call("https://api.hubapi.com//crm/v3/objects/contacts")) { AtMost = Confidence.Likely },
        new("R10", "closing slash, redirected", Call("https://api.hubapi.com/crm/v3/objects/contacts/") + "HTTP/1.1 301 Moved Permanently\nLocation: /crm/v3/objects/contacts\n\n"),
        new("R17", "no such portal", $"curl 'http://127.0.0.1:4021/_portal/shop/crm/v3/objects/contacts'\nHTTP/1.1 404 Not Found\nContent-Type: application/json\nSpoke-Cause: NO_SUCH_PORTAL\nSpoke-Fix: Name one of them.\n\n" + Error("SPOKE_PROXY", "The proxy has no portal called 'shop'. It has: main.", ",\"subCategory\":\"SpokeProxy.NO_SUCH_PORTAL\"")),
        new("R17", "its key", "curl 'http://127.0.0.1:4021/crm/v3/objects/contacts'\nHTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n" + Error("SPOKE_PROXY", "The proxy refused this call: its own key is missing or wrong.", ",\"subCategory\":\"SpokeProxy.KEY_MISSING\"")),
        new("R17", "a write", "curl -X DELETE 'http://127.0.0.1:4021/crm/v3/objects/contacts/1'\nHTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n" + Error("SPOKE_PROXY", "The proxy refused DELETE: it lets only reads through (--read-only).", ",\"subCategory\":\"SpokeProxy.READ_ONLY\"")),
        new("R11", "get of search", Call("https://api.hubapi.com/crm/v3/objects/contacts/search")) { AtMost = Confidence.Likely },
        new("R11", "405", Call("https://api.hubapi.com/oauth/v1/token") + "HTTP/1.1 405 Method Not Allowed\n\n<html>405</html>"),
        new("R12", "damaged line", $"import requests\nheaders = {{'Authorization': 'Bearer {Pat}'}}\nrequests.get('{List}')\nresp headers=headers)\n") { AtMost = Confidence.Likely },
        new("R12", "damaged call", "import requests\nresp = requests.request(\"GET\", \"https://api.hubapi.com/crm/v3/objects/contacts\", resp headers=headers)\n") { AtMost = Confidence.Likely },
        new("R12", "quote never closed", $"curl '{List}' -H 'Authorization: Bearer {Pat}") { AtMost = Confidence.Likely },
        new("R13", "old report", Call("https://api.hubapi.com/analytics/v2/reports/totals/total") + "HTTP/1.1 200 OK\n\n{}") { AtMost = Confidence.Likely },
        new("R14", "limit as 403", Call(List) + "HTTP/1.1 403 Forbidden\n\n" + Error("RATE_LIMITS", "You have reached your secondly limit.")),
        new("R14", "limit as 500", "HTTP/1.1 500 Internal Server Error\n\n" + Error("RATE_LIMITS", "You have reached your daily limit.")),
        new("R15", "receiver", "POST /hubspot/webhook HTTP/1.1\r\nHost: shop.example.com\r\nX-HubSpot-Signature-v3: abcdefghijklmnop=\r\nX-HubSpot-Request-Timestamp: 1732531200000\r\nContent-Type: application/json\r\n\r\n[{\"eventId\":1}]\r\nHTTP/1.1 401 Unauthorized\r\n\r\n"),
        new("R15", "curl replay", "curl -X POST 'https://shop.example.com/hook' -H 'X-HubSpot-Signature: 232db2615f3d' -H 'X-HubSpot-Signature-Version: v1' -d '[]'") { AtMost = Confidence.Likely },
        new("R16", "mock", "curl 'http://localhost:4010/crm/v3/objects/contacts' -H 'Authorization: Bearer test'\nHTTP/1.1 200 OK\n\n{\"results\":[]}"),
        new("X01", "body", Error("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 3 day(s) ago.", ",\"context\":{\"expire time\":[\"2026-11-22T10:00:00Z\"]}")),
        new("X01", "from the token", Curl("Bearer " + OAuth(Now.AddDays(-2)))) { AtMost = Confidence.Likely },
        new("X02", "just now", Error("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 0 second(s) ago.", ",\"context\":{\"expire time\":[\"2026-11-25T11:59:59Z\"]}")),
        new("X05", "refresh", "HTTP/1.1 400 Bad Request\n\n{\"error\":\"invalid_grant\",\"error_description\":\"refresh token is invalid, expired or revoked\",\"status\":\"BAD_REFRESH_TOKEN\",\"message\":\"refresh token is invalid, expired or revoked\"}"),
        new("X06", "code", "{\"status\":\"BAD_AUTH_CODE\",\"message\":\"missing or unknown auth code\"}"),
        new("X07", "redirect", "{\"status\":\"BAD_REDIRECT_URI\",\"message\":\"missing or unknown redirect URI\"}"),
        new("X08", "json", "POST /oauth/v1/token HTTP/1.1\r\nHost: api.hubapi.com\r\nContent-Type: application/json\r\n\r\n{\"grant_type\":\"refresh_token\"}"),
        new("X09", "oauth", Curl("Bearer " + OAuth(Now.AddMinutes(20))) + "\n" + NotFound) { AtMost = Confidence.Likely },
        new("X10", "pat", Curl("Bearer " + Pat) + "\n\n" + NotFound) { AtMost = Confidence.Likely },
        new("X12", "user", Error("USER_DOES_NOT_HAVE_PERMISSIONS", "The user does not have permission to perform this action.")),
        new("X14", "closed", Error("INVALID_AUTHENTICATION", "The account is not active.", ",\"subCategory\":\"AuthenticationError.PORTAL_NOT_ACTIVE\"")),
        new("X15", "488", "HTTP/1.1 488 Wrong\n\n" + Error("MIGRATION", "This account is unknown to this Hublet", ",\"context\":{\"correctHublet\":[\"eu1\"]}")),
        new("P01", "read", Error("MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.", ",\"errors\":[{\"message\":\"m\",\"context\":{\"requiredGranularScopes\":[\"crm.objects.contacts.read\"]}}]")),
        new("P01", "write", Error("MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.", ",\"errors\":[{\"message\":\"m\",\"context\":{\"requiredGranularScopes\":[\"crm.objects.contacts.write\"]}}]")),
        new("P05", "tier", Error("GATED", "This account does not have access to this feature.")),
        new("P06", "not public", Error("MISSING_SCOPES", "The scope needed for this API call isn't available for public use. If you have questions, contact support.")),
        new("P07", "by path", Call("https://api.hubapi.com/media-bridge/v1/123/settings") + "\n" + Error("INVALID_AUTHENTICATION", "This API can't be called using an OAuth access token. A valid developer API key must be provided in the `hapikey` query parameter")),
        new("P08", "observed", Call("https://api.hubapi.com/crm/v3/extensions/calling/123/settings") + "\n" + NotFound),
        new("P08", "webhooks, observed", Call("https://api.hubapi.com/webhooks/v3/123/subscriptions") + "\n" + NotFound),
        new("P12", "export", Error("FORBIDDEN", "Permission to get export file cannot be granted for exportId 1 and portalId 2")),
    ];
}
