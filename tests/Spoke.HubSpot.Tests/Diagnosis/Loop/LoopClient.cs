using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>The client in C#: sends the calls of each story, and tells what was sent and what came of it.</summary>
internal static class LoopClient
{
    public static async Task<JsonArray> TellAsync(JsonArray stories, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var all = new JsonArray();
        foreach (var story in stories)
        {
            var values = story!["given"]!.AsObject().ToDictionary(p => p.Key, p => (string?)p.Value!.GetValue<string>());
            string Fill(string text) => Regex.Replace(text, "«(\\w+)»", m => values.TryGetValue(m.Groups[1].Value, out var value) ? $"{value}" : m.Value);
            var told = new JsonArray();
            foreach (var call in story["calls"]!.AsArray())
            {
                var sent = new JsonObject
                {
                    ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                    ["method"] = call!["method"]!.GetValue<string>(),
                    ["url"] = Fill(call["url"]!.GetValue<string>()),
                    ["headers"] = new JsonArray([.. call["headers"]!.AsArray().Select(header => new JsonArray(header![0]!.GetValue<string>(), Fill(header[1]!.GetValue<string>())))]),
                    ["body"] = call["body"] is { } body ? Fill(body.GetValue<string>()) : null,
                };
                var answer = await SendAsync(http, sent, stop);
                foreach (var (name, field) in call["take"]!.AsObject()) values[name] = Take(answer, field!.GetValue<string>());
                told.Add(new JsonObject { ["sent"] = sent, ["answer"] = answer });
            }
            all.Add(told);
        }
        return all;
    }

    private static async Task<JsonObject> SendAsync(HttpClient http, JsonObject call, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(call["method"]!.GetValue<string>()), call["url"]!.GetValue<string>());
        var headers = call["headers"]!.AsArray().Select(header => (Name: header![0]!.GetValue<string>(), Value: header[1]!.GetValue<string>())).ToList();
        if (call["body"] is { } body) request.Content = new StringContent(body.GetValue<string>(), Encoding.UTF8, headers.First(h => h.Name == "Content-Type").Value);
        var refused = headers.Where(h => h.Name != "Content-Type").Any(h => !request.Headers.TryAddWithoutValidation(h.Name, h.Value));
        try
        {
            if (refused) throw new HttpRequestException("The header's value has a line end.");
            using var answer = await http.SendAsync(request, stop);
            return new JsonObject
            {
                ["status"] = (int)answer.StatusCode,
                ["headers"] = new JsonArray([.. answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value.Select(value => new JsonArray(header.Key, value)))]),
                ["body"] = await answer.Content.ReadAsStringAsync(stop),
            };
        }
        catch (HttpRequestException failure)
        {
            return new JsonObject { ["refused"] = failure.Message };
        }
    }

    /// <summary>A field of the answer, or of the address it redirects to.</summary>
    private static string? Take(JsonObject answer, string field)
    {
        var location = answer["headers"]?.AsArray().FirstOrDefault(h => h![0]!.GetValue<string>().Equals("location", StringComparison.OrdinalIgnoreCase));
        if (location is not null)
            return new Uri(location[1]!.GetValue<string>()).Query.TrimStart('?').Split('&').Where(p => p.StartsWith(field + "=", StringComparison.Ordinal)).Select(p => Uri.UnescapeDataString(p[(field.Length + 1)..])).FirstOrDefault();
        try
        {
            return JsonNode.Parse(answer["body"]?.GetValue<string>() ?? "{}")?[field]?.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
