using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>One call with its route, its parsed body and its query, as the endpoint classes use it.</summary>
internal sealed class CrmCall(EmulatorCall http, CrmRoute route, Portal portal, string linkBase) : IDisposable
{
    private JsonDocument? document;

    public EmulatorCall Http { get; } = http;
    public CrmRoute Route { get; } = route;
    public Portal Portal { get; } = portal;
    public string Method => Http.Method;
    public IReadOnlyList<string> Rest => Route.Rest;
    public long AtMs { get; } = http.At.ToUnixTimeMilliseconds();
    public Caller Caller => Http.Caller;

    /// <summary>The server's own address, without a slash at the end.</summary>
    public string LinkBase { get; } = linkBase;

    public JsonElement Body => (document ??= Parse()).RootElement;

    /// <summary>The body, which must be an object.</summary>
    public JsonElement BodyObject => Body.ValueKind == JsonValueKind.Object ? Body : throw CrmErrors.WrongShape("body", "an object");

    public bool Flag(string name) => string.Equals(Http.QueryValue(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A page size of the query; outside 1…most it is refused.</summary>
    public int Limit(int standard, int most)
    {
        var text = Http.QueryValue("limit");
        if (string.IsNullOrEmpty(text)) return standard;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
            throw CrmErrors.Bad("Unable to parse value for query parameter: limit");
        if (limit < 1) throw CrmErrors.Bad("limit must be positive", "limit", text);
        return limit <= most ? limit : throw CrmErrors.Bad($"limit must be at most {most}", "limit", text);
    }

    /// <summary>A list parameter: repeated, or with commas, or both.</summary>
    public IReadOnlyList<string>? Names(string parameter)
    {
        List<string>? names = null;
        foreach (var value in Http.QueryValues(parameter))
        {
            names ??= [];
            foreach (var name in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) names.Add(name);
        }
        return names;
    }

    /// <summary>The address of the next page: this call's own, with another <c>after</c>.</summary>
    public string NextLink(string after)
    {
        var link = new System.Text.StringBuilder(LinkBase);
        foreach (var segment in Http.Segments) link.Append('/').Append(Uri.EscapeDataString(segment));
        link.Append('?');
        foreach (var (name, value) in Http.Query)
            if (name != "after") link.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
        return link.Append("after=").Append(Uri.EscapeDataString(after)).ToString();
    }

    public void WritePaging(Utf8JsonWriter json, string? after)
    {
        if (after is null) return;
        json.WriteStartObject("paging");
        json.WriteStartObject("next");
        json.WriteString("after", after);
        json.WriteString("link", NextLink(after));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void Dispose() => document?.Dispose();

    private JsonDocument Parse()
    {
        try
        {
            return JsonDocument.Parse(Http.Body);
        }
        catch (JsonException error)
        {
            throw CrmErrors.InvalidJson(error, Http.Body.IsEmpty);
        }
    }
}
