using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Spoke.Sync.Tests.Storage;

/// <summary>How SQLite carries out a statement, as it says itself.</summary>
internal sealed partial class QueryPlan(SqliteConnection db)
{
    // There are few connections, objects and kinds: an index by these alone is gone through row by row.
    private static readonly HashSet<string> SaysLittle = ["connection", "object", "kind", "from_object", "to_object", "channel", "state", "deleted", "guest", "currency"];
    private readonly Dictionary<string, string> _tableOf = Indexes(db);

    /// <summary>A step of a plan that goes through a table or an index from end to end, or through all that a connection has in it.</summary>
    /// <param name="Index">Null: the table itself.</param>
    public sealed record Walk(string Table, string? Index, string Said);

    public IReadOnlyList<Walk> Walks(string statement)
    {
        var tables = Named().Matches(statement).GroupBy(match => match.Groups["alias"] is { Success: true } alias ? alias.Value : match.Groups["table"].Value).ToDictionary(group => group.Key, group => group.First().Groups["table"].Value);
        var walks = new List<Walk>();
        foreach (var line in Lines(statement))
        {
            if (Step().Match(line) is not { Success: true } step) continue;
            var index = step.Groups["index"] is { Success: true } named ? named.Value : null;
            var table = index is not null && _tableOf.TryGetValue(index, out var of) ? of : tables.GetValueOrDefault(step.Groups["name"].Value, step.Groups["name"].Value);
            var by = By().Matches(line).Select(match => match.Groups[1].Value).ToList();
            if (step.Groups["how"].Value == "SCAN" || line.Contains("AUTOMATIC", StringComparison.Ordinal) || (by.Count > 0 && by.All(SaysLittle.Contains) && !line.Contains(")>(", StringComparison.Ordinal))) walks.Add(new Walk(table, index, line));
        }
        return walks;
    }

    /// <summary>Every step of the plan.</summary>
    // Nothing is bound: without statistics a plan does not depend on values.
    public List<string> Lines(string statement)
    {
        var lines = new List<string>();
        if (raw.sqlite3_prepare_v2(db.Handle, "explain query plan " + statement, out var prepared) != raw.SQLITE_OK) throw new InvalidOperationException($"{raw.sqlite3_errmsg(db.Handle).utf8_to_string()}: {statement}");
        using (prepared)
            while (raw.sqlite3_step(prepared) == raw.SQLITE_ROW) lines.Add(raw.sqlite3_column_text(prepared, 3).utf8_to_string());
        return lines;
    }

    private static Dictionary<string, string> Indexes(SqliteConnection db)
    {
        using var command = db.CreateCommand();
        command.CommandText = "select name, tbl_name from sqlite_master where type = 'index'";
        using var rows = command.ExecuteReader();
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rows.Read()) all.Add(rows.GetString(0), rows.GetString(1));
        return all;
    }

    [GeneratedRegex(@"^(?<how>SCAN|SEARCH) (?<name>\w+)(?: EXISTS)?(?:.* INDEX (?<index>\w+))?")]
    private static partial Regex Step();

    [GeneratedRegex(@"(\w+)(?=[=<>]+\?)")]
    private static partial Regex By();

    [GeneratedRegex(@"\b(?:from|join|into|update)\s+(?<table>[a-z_]+)(?:\s+(?!(?:where|on|join|cross|left|inner|set|order|group|limit|union|values|not)\b)(?:as\s+)?(?<alias>[a-z]\w*)\b)?")]
    private static partial Regex Named();
}
