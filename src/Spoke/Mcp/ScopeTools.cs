using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Spoke.HubSpot;

namespace Spoke.Mcp;

/// <summary>Which scopes do calls need? One by one, or the least for all the calls of a text.</summary>
[McpServerToolType]
internal sealed class ScopeTools
{
    [McpServerTool(Name = "scopes_for_endpoints", ReadOnly = true, OpenWorld = false)]
    [Description("Looks up which scopes calls need by HubSpot's published table. Any one scope of anyOf opens the call. Returns JSON.")]
    public static string For([Description("Calls as METHOD PATH, such as 'GET /crm/v3/objects/contacts'")] string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return Written.Json(json =>
        {
            json.WriteStartArray("endpoints");
            foreach (var text in endpoints) Write(json, text);
            json.WriteEndArray();
        });
    }

    [McpServerTool(Name = "scopes_plan", ReadOnly = true, OpenWorld = false)]
    [Description("Finds the calls of HubSpot's API in source code, a HAR, a Postman export, an OpenAPI description or a list of endpoints, and tells the least scopes for all of them, what is missing and what is too much, what needs a subscription, and an install link. Returns JSON.")]
    public static string Plan(
        [Description("The text itself")] string text,
        [Description("Scopes the token has; left out: not known")] string[]? granted = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > ScopePlanner.LongestInput) throw new McpException($"The argument 'text' has {text.Length:N0} characters; {ScopePlanner.LongestInput:N0} are looked at, at most.");
        try
        {
            return ScopePlanner.Plan(text, granted).ToJson();
        }
        catch (FormatException wrong)
        {
            throw new McpException("The argument 'text': " + wrong.Message);
        }
    }

    private static void Write(Utf8JsonWriter json, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        json.WriteStartObject();
        json.WriteString("endpoint", text);
        if (words.Length != 2 || !words[1].StartsWith('/')) json.WriteString("problem", "write METHOD PATH, such as GET /crm/v3/objects/contacts");
        else if (EndpointCatalogue.Find(words[0].ToUpperInvariant(), words[1]) is not { } endpoint)
        {
            var methods = EndpointCatalogue.Matches(words[1]).Select(e => e.Method).Distinct().ToList();
            json.WriteString("problem", methods.Count == 0 ? "HubSpot publishes no such path" : $"HubSpot publishes this path for {string.Join(", ", methods)}");
        }
        else
        {
            json.WriteString("template", endpoint.Template);
            json.WriteStartArray("anyOf");
            foreach (var scope in EndpointCatalogue.ScopesOf(words[0].ToUpperInvariant(), words[1])) json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteStartArray("credentialKinds");
            foreach (var kind in endpoint.CredentialKinds) json.WriteStringValue(kind);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
