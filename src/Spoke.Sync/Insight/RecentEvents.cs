using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Insight;

/// <summary>What just happened, with what the records say now.</summary>
internal static class RecentEvents
{
    /// <summary>Keeps something that happened to a connection and to no record of it.</summary>
    public static void Add(DbConnection db, DbTransaction transaction, DateTimeOffset at, string connection, string what, string @object, string title, string detail) => db.ExecuteLater(
        "insert into recent (at, connection, what, object, title, detail) values (@at, @connection, @what, @object, @title, @detail)",
        new { at = at.ToUnixTimeMilliseconds(), connection, what, @object, title, detail }, transaction);

    private sealed record Row(long Seq, long At, string Connection, string What, string Object, string Title, string? Detail, string? Record_Id);

    public static IReadOnlyList<RecentEvent> Read(DbConnection db, ISqlDialect dialect, int limit)
    {
        var rows = db.Query<Row>("select seq, at, connection, what, object, title, detail, record_id from recent where object <> 'line_items' order by seq desc limit @limit", new { limit }).AsList();
        var told = Shadows(db, dialect, rows);
        var answers = Answers(db, dialect, rows);
        return [.. rows.Select(row => new RecentEvent(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Connection, row.What, row.Object, row.Title,
            row.Detail ?? (row.Record_Id is { } id && told.TryGetValue((row.Connection, row.Object, id), out var shadow) ? Tell(row.Object, shadow) : null), row.Record_Id, row.Seq)
            { CorrelationId = row.Record_Id is { } of ? answers.GetValueOrDefault((row.Connection, row.Object, of, row.What == "quarantined" ? Refused : row.At)) : null })];
    }

    private const long Refused = -1;

    /// <summary>HubSpot's ids of the answers by which records were written then, and of the refusals that still stand.</summary>
    private static Dictionary<(string, string, string, long), string> Answers(DbConnection db, ISqlDialect dialect, List<Row> rows)
    {
        var found = new Dictionary<(string, string, string, long), string>();
        foreach (var group in rows.Where(row => row.Record_Id is not null).GroupBy(row => (row.Connection, row.Object)))
            foreach (var (id, at, correlation) in db.Query<(string Id, long At, string Correlation)>(
                $"""
                select r.record_id, w.at, w.correlation from record r cross join written w where r.connection = @Connection and r.object = @Object and r.record_id {dialect.Among("ids")}
                    and w.connection = r.connection and w.object = r.object and w.record_key = r.record_key and w.at >= @since and w.correlation is not null
                union all
                select record_id, {Refused}, correlation from record where connection = @Connection and object = @Object and record_id {dialect.Among("ids")} and state > 1 and correlation is not null
                """, new { group.Key.Connection, group.Key.Object, ids = group.Select(row => row.Record_Id).Distinct().ToList(), since = group.Min(row => row.At) }))
                found[(group.Key.Connection, group.Key.Object, id, at)] = correlation;
        return found;
    }

    private static Dictionary<(string, string, string), Dictionary<string, string>> Shadows(DbConnection db, ISqlDialect dialect, List<Row> rows)
    {
        var found = new Dictionary<(string, string, string), Dictionary<string, string>>();
        foreach (var group in rows.Where(r => r.Record_Id is not null && r.Detail is null).GroupBy(r => (r.Connection, r.Object)))
            foreach (var (id, shadow) in db.Query<(string Id, string? Shadow)>(
                $"select record_id, shadow from record where connection = @Connection and object = @Object and record_id {dialect.Among("ids")}", new { group.Key.Connection, group.Key.Object, ids = group.Select(r => r.Record_Id).Distinct().ToList() }))
                if (shadow is not null) found[(group.Key.Connection, group.Key.Object, id)] = JsonSerializer.Deserialize(shadow, LedgerJson.Default.DictionaryStringString)!;
        return found;
    }

    private static string? Tell(string @object, Dictionary<string, string> shadow) => @object switch
    {
        RecordObjects.Orders => Join(Amount(shadow, "hs_total_price", "hs_currency_code"), shadow.GetValueOrDefault("spoke_status")?.ToLowerInvariant()),
        RecordObjects.Carts => Join(Amount(shadow, "hs_total_price", "hs_currency_code"), shadow.GetValueOrDefault("hs_external_status")),
        RecordObjects.Contacts => shadow.GetValueOrDefault("spoke_orders_count") switch { null or "0" => "no order yet", "1" => "1 order", var count => count + " orders" },
        RecordObjects.Products => shadow.GetValueOrDefault("hs_sku"),
        _ => null,
    };

    private static string? Amount(Dictionary<string, string> shadow, string amount, string currency) =>
        shadow.TryGetValue(amount, out var text) && shadow.TryGetValue(currency, out var code) && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value)
            ? $"{value.ToString("N" + Money.Exponent(code), CultureInfo.InvariantCulture)} {code}" : null;

    private static string? Join(params string?[] parts) => string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } text ? text : null;
}
