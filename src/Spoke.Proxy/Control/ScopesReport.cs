using System.Text.Json;
using Spoke.Proxy.Scopes;

namespace Spoke.Proxy.Control;

/// <summary>The scopes the calls so far needed at least, what HubSpot refused for want of one, and the endpoints behind both.</summary>
internal static class ScopesReport
{
    public static ReadOnlyMemory<byte> Write(ScopesSeen scopes) => ControlApi.Json(json =>
    {
        var uses = scopes.Uses;
        Strings(json, "least", scopes.Least());
        json.WriteStartArray("missing");
        foreach (var use in uses.Where(use => use.Asked.Count > 0))
        {
            json.WriteStartObject();
            json.WriteString("method", use.Method);
            json.WriteString("path", use.Template);
            json.WriteNumber("refused", use.Refused);
            Strings(json, "anyOf", use.AnyOf.Count > 0 && use.AnyOf.Count < use.Asked.Count ? use.AnyOf : use.Asked);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("endpoints");
        foreach (var use in uses)
        {
            json.WriteStartObject();
            json.WriteString("method", use.Method);
            json.WriteString("path", use.Template);
            json.WriteNumber("passed", use.Passed);
            json.WriteNumber("refused", use.Refused);
            Strings(json, "anyOf", use.AnyOf);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
