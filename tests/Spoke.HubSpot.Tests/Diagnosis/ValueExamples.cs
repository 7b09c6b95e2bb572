using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Section 2 of the catalogue.</summary>
internal static class ValueExamples
{
    public static IEnumerable<Example> All =>
    [
        new("V08", "a reference in YAML", "HUBSPOT_TOKEN: op://vault/hubspot/token\n"),
        new("V01", "a placeholder in a list of YAML", "services:\n  app:\n    environment:\n      - HUBSPOT_TOKEN=YOUR_TOKEN\n") { AtMost = Confidence.Likely },
        new("V01", "a placeholder in YAML", "env:\n  HUBSPOT_TOKEN: YOUR_TOKEN\n") { AtMost = Confidence.Likely },
        new("V01", "MY_TOKEN", Curl("Bearer MY_TOKEN")) { AtMost = Confidence.Likely },
        new("V01", "angle brackets", Raw("Bearer <YOUR ACCESS TOKEN>")) { AtMost = Confidence.Likely },
        new("V01", "filled with x", Curl("Bearer pat-na1-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) { AtMost = Confidence.Likely },
        new("V01", "powershell", $"irm '{List}' -Headers @{{Authorization='Bearer your-private-app-token-here'}}") { AtMost = Confidence.Likely },
        new("V02", "curl", Curl("Bearer access-token")) { AtMost = Confidence.Likely },
        new("V02", "with the answer of 1970", Raw("Bearer access_token") + """
            HTTP/1.1 401 Unauthorized
            Content-Type: application/json;charset=utf-8

            {"status":"error","message":"The OAuth token used to make this call expired 20782 day(s) ago.","correlationId":"c","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["1970-01-01T00:00:00Z"]}}
            """),
        new("V03", "postman", Curl("Bearer {{hubspot_token}}")),
        new("V03", "insomnia", Curl("Bearer {{ _.token }}")),
        new("V03", ".http without the variable", "@host = https://api.hubapi.com\n\nGET {{host}}/crm/v3/objects/contacts\nAuthorization: Bearer {{token}}\n") { AtMost = Confidence.Likely },
        new("V04", "single quotes in bash", Curl("Bearer $HUBSPOT_TOKEN")),
        new("V04", "cmd's way in bash", $"curl \"{List}\" \\\n  -H \"Authorization: Bearer %HUBSPOT_TOKEN%\""),
        new("V04", "bash's way in cmd", $"curl \"{List}\" ^\r\n  -H \"Authorization: Bearer $HUBSPOT_TOKEN\""),
        new("V04", "single quotes in powershell", $"$headers = @{{ Authorization = 'Bearer $env:HUBSPOT_TOKEN' }}\nInvoke-RestMethod -Uri \"{List}\" -Headers $headers"),
        new("V04", "powershell's way in bash", $"curl \"{List}\" \\\n -H \"Authorization: Bearer ${{HUBSPOT_TOKEN}}\" -H 'Authorization2: x'\n".Replace("\"Authorization: Bearer ${HUBSPOT_TOKEN}\"", "'Authorization: Bearer ${HUBSPOT_TOKEN}'")),
        new("V05", "python", $"import os, requests\ntoken = os.environ['T']\nrequests.get('{List}', headers={{'Authorization': 'Bearer {{token}}'}})"),
        new("V05", "javascript", $"const token = process.env.T;\nfetch('{List}', {{ headers: {{ Authorization: 'Bearer ${{token}}' }} }});"),
        new("V05", "c#", $"var request = new HttpRequestMessage(HttpMethod.Get, \"{List}\");\nrequest.Headers.Add(\"Authorization\", \"Bearer {{token}}\");"),
        new("V05", "php", "$client = new GuzzleHttp\\Client();\n$client->request('GET', 'https://api.hubapi.com/crm/v3/objects/contacts', ['headers' => ['Authorization' => 'Bearer $token']]);"),
        new("V06", "nothing", Curl("Bearer ")),
        new("V06", "None", Raw("Bearer None")),
        new("V06", "undefined", Curl("Bearer undefined")),
        new("V06", "object", Curl("Bearer [object Object]")),
        new("V06", "a C# type", Raw("Bearer System.Threading.Tasks.Task`1[System.String]")),
        new("V06", "a variable set empty", $"TOKEN=\"\"\ncurl '{List}' -H \"Authorization: Bearer $TOKEN\""),
        new("V07", "python", $"import os, requests\nfrom dotenv import load_dotenv\ntoken = os.getenv('HUBSPOT_TOKEN')\nload_dotenv()\nrequests.get('{List}', headers={{'Authorization': f'Bearer {{token}}'}})") { AtMost = Confidence.Likely },
        new("V07", "javascript", $"const token = process.env.HUBSPOT_TOKEN;\nrequire('dotenv').config();\nfetch('{List}', {{ headers: {{ Authorization: `Bearer ${{token}}` }} }});") { AtMost = Confidence.Likely },
        new("V08", "1password", Curl("Bearer op://vault/hubspot/token")),
        new("V08", "key vault", Raw("Bearer @Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/hubspot)")),
        new("V08", "amazon", Curl("Bearer arn:aws:secretsmanager:eu-west-1:123456789012:secret:hubspot")),
        new("V09", "token answer", Raw("Bearer {\"access_token\":\"" + Uuid + "\",\"expires_in\":1800}")),
        new("V09", "curl", Curl("Bearer {\"token\": \"" + Pat + "\"}")),
    ];
}
