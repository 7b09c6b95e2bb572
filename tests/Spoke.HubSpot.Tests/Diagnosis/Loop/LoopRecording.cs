using System.Text.Json.Nodes;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>What a browser or proxy would have kept of a client's calls.</summary>
internal static class LoopRecording
{
    /// <param name="standsFor">The address the emulator stands for; empty: its own. A Host header says more.</param>
    public static string Har(JsonArray calls, Uri emulator, string standsFor)
    {
        var entries = new JsonArray([.. calls.Select(call => Entry(call!["sent"]!, call["answer"]!, emulator, standsFor))]);
        return new JsonObject { ["log"] = new JsonObject { ["version"] = "1.2", ["creator"] = new JsonObject { ["name"] = "loop", ["version"] = "1" }, ["entries"] = entries } }.ToJsonString();
    }

    private static JsonObject Entry(JsonNode sent, JsonNode answer, Uri emulator, string standsFor)
    {
        var headers = sent["headers"]!.AsArray();
        string? Header(string name) => headers.FirstOrDefault(h => h![0]!.GetValue<string>() == name)?[1]!.GetValue<string>();
        var address = Header("Host") is { } host ? "https://" + host : standsFor.Length > 0 ? standsFor : emulator.GetLeftPart(UriPartial.Authority);
        var request = new JsonObject
        {
            ["method"] = sent["method"]!.DeepClone(),
            ["url"] = sent["url"]!.GetValue<string>().Replace(emulator.GetLeftPart(UriPartial.Authority), address, StringComparison.Ordinal),
            ["httpVersion"] = "HTTP/1.1",
            ["headers"] = Headers(headers),
            ["queryString"] = new JsonArray(),
            ["cookies"] = new JsonArray(),
        };
        if (sent["body"] is { } body) request["postData"] = new JsonObject { ["mimeType"] = Header("Content-Type"), ["text"] = body.DeepClone() };
        var response = answer["refused"] is { } refused
            ? new JsonObject { ["status"] = 0, ["statusText"] = "", ["headers"] = new JsonArray(), ["content"] = new JsonObject { ["size"] = 0 }, ["_error"] = refused.DeepClone() }
            : new JsonObject { ["status"] = answer["status"]!.DeepClone(), ["statusText"] = "", ["headers"] = Headers(answer["headers"]!.AsArray()), ["content"] = new JsonObject { ["mimeType"] = "", ["text"] = answer["body"]!.DeepClone() } };
        return new JsonObject { ["startedDateTime"] = sent["at"]!.DeepClone(), ["time"] = 1, ["request"] = request, ["response"] = response, ["cache"] = new JsonObject(), ["timings"] = new JsonObject() };
    }

    private static JsonArray Headers(JsonArray pairs) => new([.. pairs.Select(pair => new JsonObject { ["name"] = pair![0]!.DeepClone(), ["value"] = pair[1]!.DeepClone() })]);
}
