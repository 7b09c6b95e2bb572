using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Spoke.StandIns.WooCommerce;

/// <summary>What WordPress answers when something is wrong: a code, a message and the status once more.</summary>
internal sealed class WooError(int status, string code, string message, JsonObject? parameters = null) : Exception(message)
{
    public int Status => status;

    public JsonObject ToJson()
    {
        var data = new JsonObject { ["status"] = status };
        if (parameters is not null) data["params"] = parameters;
        return new JsonObject { ["code"] = code, ["message"] = Message, ["data"] = data };
    }

    public static WooError Parameter(string name, string problem) => new(400, "rest_invalid_param", $"Invalid parameter(s): {name}", new JsonObject { [name] = problem });
}

/// <summary>The parameters of a list and the page they ask for.</summary>
internal sealed class WooQuery(HttpRequest request, WooOptions options)
{
    private bool KnowsModified => Version.Parse(options.Version) >= new Version(5, 8);

    public string? Text(string name) => request.Query.TryGetValue(name, out var value) && value[^1] is { Length: > 0 } text ? text : null;

    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw WooError.Parameter(name, $"{name} must be between {least} (inclusive) and {most} (inclusive)");
    }

    public int Dp => Number("dp", options.Decimals, 0, 20);

    /// <summary>The page's rows; the counts go into the headers.</summary>
    public List<WooTable<T>.Row> Page<T>(IEnumerable<WooTable<T>.Row> rows, HttpResponse response, params string[] orders) where T : WooEntity
    {
        var perPage = Number("per_page", 10, 1, 100);
        var page = Number("page", 1, 1, int.MaxValue);
        var offset = Text("offset") is null ? (page - 1) * perPage : Number("offset", 0, 0, int.MaxValue);
        var orderBy = Text("orderby") ?? "date";
        if (!orders.Contains(orderBy)) throw WooError.Parameter("orderby", $"orderby is not one of {string.Join(", ", orders)}.");
        if (Ids("include") is { } include) rows = rows.Where(row => include.Contains(row.Id));
        if (Ids("exclude") is { } exclude) rows = rows.Where(row => !exclude.Contains(row.Id));
        if (Moment("after") is { } after) rows = rows.Where(row => row.Created > after);
        if (Moment("before") is { } before) rows = rows.Where(row => row.Created < before);
        if (KnowsModified && Moment("modified_after") is { } modifiedAfter) rows = rows.Where(row => row.Modified > modifiedAfter);   // older versions take no notice of it
        if (KnowsModified && Moment("modified_before") is { } modifiedBefore) rows = rows.Where(row => row.Modified < modifiedBefore);
        Func<WooTable<T>.Row, (DateTime, long)> key = orderBy switch { "id" or "include" => row => (default, row.Id), "modified" => row => (row.Modified, row.Id), _ => row => (row.Created, row.Id) };
        var found = rows.ToList();
        var ascending = Text("order") == "asc";
        if (!(orderBy == "id" && ascending)) found = [.. ascending ? found.OrderBy(key) : found.OrderByDescending(key)];
        response.Headers["X-WP-Total"] = found.Count.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-WP-TotalPages"] = ((found.Count + perPage - 1) / perPage).ToString(CultureInfo.InvariantCulture);
        return found.Slice(Math.Min(offset, found.Count), Math.Min(perPage, found.Count - Math.Min(offset, found.Count)));
    }

    /// <summary>Only the members asked for by <c>_fields</c>; a point leads into an object.</summary>
    public JsonObject Fields(JsonObject json)
    {
        if (Text("_fields") is not { } fields) return json;
        var kept = new JsonObject();
        foreach (var field in fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var names = field.Split('.', 2);
            if (!json.TryGetPropertyValue(names[0], out var value)) continue;
            if (names.Length == 1) kept[names[0]] = value?.DeepClone();
            else if (value is JsonObject inner && inner.TryGetPropertyValue(names[1], out var deep))
            {
                if (kept[names[0]] is not JsonObject into) kept[names[0]] = into = [];
                into[names[1]] = deep?.DeepClone();
            }
        }
        return kept;
    }

    public HashSet<long>? Ids(string name) => Text(name) is not { } text ? null
        : [.. text.Split(',').Select(id => long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : throw WooError.Parameter(name, $"{name}[0] is not of type integer."))];

    // Without dates_are_gmt a date is by the shop's wall clock.
    private DateTime? Moment(string name)
    {
        if (Text(name) is not { } text) return null;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)) throw WooError.Parameter(name, "Invalid date.");
        return Text("dates_are_gmt") is "true" or "1" || text.EndsWith('Z') ? moment : moment.AddHours(-options.UtcOffsetHours);
    }
}
