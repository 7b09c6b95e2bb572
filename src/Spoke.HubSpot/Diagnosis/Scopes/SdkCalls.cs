using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Calls through HubSpot's official clients (Node, Python, PHP, Ruby) and through this one: <c>client.crm.contacts.basicApi.create(…)</c>.</summary>
internal static partial class SdkCalls
{
    private static readonly Dictionary<string, (string Method, string Tail)> Basic = new(StringComparer.Ordinal)
    {
        ["getpage"] = ("GET", ""),
        ["getall"] = ("GET", ""),
        ["getbyid"] = ("GET", "/1"),
        ["create"] = ("POST", ""),
        ["update"] = ("PATCH", "/1"),
        ["archive"] = ("DELETE", "/1"),
        ["merge"] = ("POST", "/merge"),
        ["purge"] = ("POST", "/gdpr-delete"),
        ["dosearch"] = ("POST", "/search"),
        ["search"] = ("POST", "/search"),
    };

    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
    {
        ["GetAsync"] = "GET /1",
        ["ListAsync"] = "GET ",
        ["SearchAsync"] = "POST /search",
        ["CreateAsync"] = "POST ",
        ["UpdateAsync"] = "PATCH /1",
        ["ArchiveAsync"] = "DELETE /1",
        ["MergeAsync"] = "POST /merge",
        ["BatchReadAsync"] = "POST /batch/read",
        ["BatchCreateAsync"] = "POST /batch/create",
        ["BatchUpdateAsync"] = "POST /batch/update",
        ["BatchUpsertAsync"] = "POST /batch/upsert",
        ["BatchArchiveAsync"] = "POST /batch/archive",
    };

    // Words of the PHP client have brackets, those of the Ruby and Python clients underscores.
    [GeneratedRegex(@"\bcrm(?:\(\))?(?:\.|->)(?:objects(?:\(\))?(?:\.|->))?(?<type>\w+?)(?:\(\))?(?:\.|->)(?<api>basic_?api|batch_?api|search_?api|gdpr_?api|public_object_api)(?:\(\))?(?:\.|->)(?<call>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Objects();

    [GeneratedRegex(@"\bcrm(?:\(\))?(?:\.|->)(?<area>properties|pipelines|owners|associations|schemas|lists)(?:\(\))?(?:\.|->)(?:v4(?:\(\))?(?:\.|->))?(?<api>\w+?)_?api(?:\(\))?(?:\.|->)(?<call>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Areas();

    [GeneratedRegex(@"\.(?<type>Contacts|Companies|Deals|Tickets|Products|LineItems|Orders|Carts)\.(?<call>\w+Async)\(")]
    private static partial Regex Own();

    public static IEnumerable<FoundCall> Find(string text)
    {
        foreach (Match match in Objects().Matches(text))
            if (Object(match) is { } call) yield return call with { Line = LineOf(text, match.Index) };
        foreach (Match match in Areas().Matches(text))
            if (Area(match) is { } call) yield return call with { Line = LineOf(text, match.Index) };
        foreach (Match match in Own().Matches(text))
            if (Ours.TryGetValue(match.Groups["call"].Value, out var call))
                yield return new FoundCall(call.Split(' ')[0], "/crm/v3/objects/" + TypeName(match.Groups["type"].Value) + call.Split(' ')[1], LineOf(text, match.Index));
    }

    private static FoundCall? Object(Match match)
    {
        var type = TypeName(match.Groups["type"].Value);
        var call = Plain(match.Groups["call"].Value);
        var api = Plain(match.Groups["api"].Value);
        var root = "/crm/v3/objects/" + (type is "objects" ? "1" : type);
        if (api == "batchapi") return call is "read" or "create" or "update" or "upsert" or "archive" ? new FoundCall("POST", $"{root}/batch/{call}", 0) : null;
        return Basic.TryGetValue(call, out var basic) && !(api == "searchapi" && call != "dosearch" && call != "search") ? new FoundCall(basic.Method, root + basic.Tail, 0) : null;
    }

    private static FoundCall? Area(Match match)
    {
        var call = Plain(match.Groups["call"].Value);
        var area = match.Groups["area"].Value.ToLowerInvariant();
        if (Basic.ContainsKey(Plain(match.Groups["api"].Value))) return null;
        var (method, rest) = call switch
        {
            "getall" or "getpage" => ("GET", ""),
            "getbyid" or "getbyname" => ("GET", "/1"),
            "create" => ("POST", ""),
            "update" or "replace" => ("PATCH", "/1"),
            "archive" or "remove" => ("DELETE", "/1"),
            "dosearch" => ("POST", "/search"),
            _ => ("", ""),
        };
        return (area, method) switch
        {
            (_, "") => null,
            ("owners", "GET") => new FoundCall("GET", "/crm/v3/owners" + rest, 0),
            ("properties" or "pipelines", _) => new FoundCall(method, $"/crm/v3/{area}/contacts{rest}", 0),
            ("schemas" or "lists", _) => new FoundCall(method, $"/crm/v3/{area}{rest}", 0),
            _ => null,
        };
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string TypeName(string name) => name.ToLowerInvariant() switch { "lineitems" => "line_items", "commercepayments" => "commerce_payments", var other => other };

    private static int LineOf(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;
}
