using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Recordings as browsers and proxies export them.</summary>
internal static class Har
{
    public const string Contacts = "https://api.hubapi.com/crm/v3/objects/contacts";

    /// <summary>One entry; the answer's headers as alternating names and values.</summary>
    public static string Entry(int second, string method, string url, string? authorization, int status, string body = "", string[]? headers = null, string[]? answer = null, string? error = null, string? post = null)
    {
        string List(IEnumerable<(string Name, string Value)> pairs) => string.Join(",", pairs.Select(p => $"{{\"name\":{JsonSerializer.Serialize(p.Name)},\"value\":{JsonSerializer.Serialize(p.Value)}}}"));
        IEnumerable<(string, string)> Pairs(string[]? flat) => (flat ?? []).Chunk(2).Select(c => (c[0], c[1]));
        var sent = Pairs(headers).Concat(authorization is null ? [] : [("Authorization", authorization)]).Prepend(("Host", new Uri(url).Host));
        var location = Pairs(answer).FirstOrDefault(p => p.Item1 == "Location").Item2 ?? "";
        return $$"""
            {
              "startedDateTime": "{{Example.Now.AddSeconds(second).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}}",
              "time": 84.2,
              "request": { "method": "{{method}}", "url": {{JsonSerializer.Serialize(url)}}, "httpVersion": "http/2.0", "headers": [{{List(sent)}}], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0{{(post is null ? "" : $",\"postData\":{{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":{JsonSerializer.Serialize(post)}}}")}} },
              "response": { "status": {{status}}, "statusText": "", "httpVersion": "http/2.0", "headers": [{{List(Pairs(answer))}}], "cookies": [], "content": { "size": {{body.Length}}, "mimeType": "application/json;charset=utf-8", "text": {{JsonSerializer.Serialize(body)}} }, "redirectURL": {{JsonSerializer.Serialize(location)}}, "headersSize": -1, "bodySize": -1{{(error is null ? "" : $",\"_error\":\"{error}\"")}} },
              "cache": {}, "timings": { "send": 0, "wait": 84, "receive": 0 }
            }
            """;
    }

    public static byte[] Of(params string[] entries) => Encoding.UTF8.GetBytes("""{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[""" + string.Join(",", entries) + "]}}");

    /// <summary>Not a call to HubSpot.</summary>
    public static string Other(int second) => Entry(second, "GET", "https://shop.example.com/app.js", null, 200, "console.log('crm/v3')", ["Cookie", "session=1"]);
}
