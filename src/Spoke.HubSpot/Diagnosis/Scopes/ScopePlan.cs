using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A call with what opens it.</summary>
/// <param name="Call">As found.</param>
/// <param name="Endpoint">The published endpoint; null when HubSpot publishes none.</param>
/// <param name="AnyOf">Scopes of which any one will do; a plus joins those needed together. Empty: none needed, or none published.</param>
public sealed record PlannedCall(FoundCall Call, PublishedEndpoint? Endpoint, IReadOnlyList<string> AnyOf)
{
    /// <summary>Why no scope of an account opens it, or why the endpoint is unknown; null when all is plain.</summary>
    public string? Remark { get; init; }
}

/// <summary>A scope and the subscription it needs.</summary>
public sealed record TierBoundScope(string Scope, string Tier);

/// <summary>The least scopes for a number of calls.</summary>
public sealed record ScopePlan
{
    /// <summary>The calls, each once.</summary>
    public required IReadOnlyList<PlannedCall> Calls { get; init; }

    /// <summary>The least that opens all of them, as far as scopes of an account can.</summary>
    public required IReadOnlyList<string> Least { get; init; }

    /// <summary>Needed and not granted. Empty when it is not known what is granted.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Granted and not needed by these calls.</summary>
    public IReadOnlyList<string> Excess { get; init; } = [];

    /// <summary>Whether it was known what is granted.</summary>
    public bool GrantedKnown { get; init; }

    /// <summary>Calls that no scope of an account opens, and calls HubSpot does not publish.</summary>
    public IEnumerable<PlannedCall> Remarkable => Calls.Where(call => call.Remark is not null);

    /// <summary>Those of <see cref="Least"/> that need a subscription, as HubSpot's scope list told it in November 2026.</summary>
    public IReadOnlyList<TierBoundScope> TierBound => [.. Least.Where(scope => ScopeFacts.Tier(scope) is not null).Select(scope => new TierBoundScope(scope, ScopeFacts.Tier(scope)!))];

    /// <summary>The address by which an account installs an OAuth app with exactly these scopes; those bound to a subscription are optional there.</summary>
    /// <param name="clientId">The app's; a placeholder is put in when null.</param>
    /// <param name="redirectUri">One of the app's, byte for byte.</param>
    public string InstallLink(string? clientId = null, string? redirectUri = null)
    {
        var bound = TierBound.Select(scope => scope.Scope).ToHashSet(StringComparer.Ordinal);
        var link = new StringBuilder("https://app.hubspot.com/oauth/authorize?client_id=").Append(Uri.EscapeDataString(clientId ?? "CLIENT_ID"))
            .Append("&redirect_uri=").Append(Uri.EscapeDataString(redirectUri ?? "REDIRECT_URI")).Append("&scope=").AppendJoin("%20", Least.Where(scope => !bound.Contains(scope)).Append("oauth").Select(Uri.EscapeDataString));
        if (bound.Count > 0) link.Append("&optional_scope=").AppendJoin("%20", Least.Where(bound.Contains).Select(Uri.EscapeDataString));
        return link.ToString();
    }

    /// <summary>As one line of JSON.</summary>
    public string ToJson(string? clientId = null, string? redirectUri = null)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("calls");
            foreach (var call in Calls)
            {
                json.WriteStartObject();
                json.WriteString("method", call.Call.Method);
                json.WriteString("path", call.Call.Path);
                if (call.Call.File is { } file) json.WriteString("file", file);
                if (call.Call.Line > 0) json.WriteNumber("line", call.Call.Line);
                if (!call.Call.IsMethodKnown) json.WriteBoolean("methodKnown", false);
                json.WriteString("endpoint", call.Endpoint?.Template);
                json.WriteStrings("anyOf", call.AnyOf);
                if (call.Remark is not null) json.WriteString("remark", call.Remark);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStrings("least", Least);
            if (GrantedKnown)
            {
                json.WriteStrings("missing", Missing);
                json.WriteStrings("excess", Excess);
            }
            json.WriteStartArray("tierBound");
            foreach (var (scope, tier) in TierBound)
            {
                json.WriteStartObject();
                json.WriteString("scope", scope);
                json.WriteString("tier", tier);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("installLink", InstallLink(clientId, redirectUri));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>As a page for people.</summary>
    public string ToText(string? clientId = null, string? redirectUri = null)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Calls.Count} different {(Calls.Count == 1 ? "call" : "calls")}, {Least.Count} {(Least.Count == 1 ? "scope" : "scopes")}.").AppendLine();
        foreach (var call in Calls)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {call.Call.Method,-6} {call.Call.Path}{Place(call.Call)}: {call.Remark ?? (call.AnyOf.Count == 0 ? "no scope needed" : Served(call))}");
        Section(text, "Least scopes", Least);
        if (GrantedKnown)
        {
            Section(text, "Missing", Missing);
            Section(text, "Granted, not needed by these calls", Excess);
        }
        Section(text, "Bound to a subscription", TierBound.Select(scope => $"{scope.Scope}: {scope.Tier}"));
        if (Least.Count == 0) return text.ToString();
        text.AppendLine().AppendLine("Service key (Settings, Integrations, Service keys; for system-to-system calls, not for webhooks):");
        foreach (var scope in Least) text.Append("  [ ] ").AppendLine(scope);
        text.AppendLine().AppendLine("OAuth install link:").Append("  ").AppendLine(InstallLink(clientId, redirectUri));
        return text.ToString();
    }

    private static string Place(FoundCall call)
    {
        var place = (call.File, call.Line) switch { (null, 0) => "", (null, var line) => $"line {line}", (var file, 0) => file, var (file, line) => $"{file}:{line}" };
        var method = call.IsMethodKnown ? "" : "the text does not tell the method";
        return place.Length + method.Length == 0 ? "" : $"  ({place}{(place.Length > 0 && method.Length > 0 ? "; " : "")}{method})";
    }

    /// <summary>Which of the chosen scopes opens the call.</summary>
    private string Served(PlannedCall call) =>
        call.AnyOf.FirstOrDefault(alternative => Array.TrueForAll(alternative.Split('+'), scope => scope == "oauth" || Least.Contains(scope)))?.Replace("+", " and ", StringComparison.Ordinal) ?? "none that an account can grant";

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var list = lines.ToList();
        if (list.Count == 0) return;
        text.AppendLine().Append(title).AppendLine(":");
        foreach (var line in list) text.Append("  ").AppendLine(line);
    }
}
