using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Explain;

/// <summary>The fields of the ledger behind one record, by the names the mapping has for them, and the change that was heard last of them.</summary>
internal sealed class LedgerValues
{
    private sealed record Row(long Kind, string Body, string? Heard);

    private readonly Dictionary<string, JsonElement> _entities = new(StringComparer.Ordinal);

    private LedgerValues(IEnumerable<Row> rows)
    {
        foreach (var row in rows)
        {
            Heard ??= ChangeSource.Read(row.Heard).FirstOrDefault();
            if (row.Body.Length > 0) _entities.TryAdd(((EntityKind)row.Kind).ToString(), JsonDocument.Parse(row.Body).RootElement);
        }
    }

    public ChangeSource? Heard { get; }

    public static LedgerValues Of(DbConnection db, string connection, string @object, string key, string sourceId)
    {
        const string Select = "select kind, body, heard from ledger where connection = @connection and ";
        if (@object == RecordObjects.Contacts)
            return new LedgerValues(db.Query<Row>(Select + "contact_key = @key order by kind, guest, occurred_at desc, version desc, platform_id", new { connection, key }));
        if (@object != RecordObjects.LineItems)
            return new LedgerValues(db.Query<Row>(Select + "kind = @kind and platform_id = @sourceId", new { connection, sourceId, kind = (int)Kind(@object) }));
        // KIND/PARENT/LINE
        var parts = sourceId.Split('/', 2);
        var (parent, line) = (parts[1][..parts[1].LastIndexOf('/')], parts[1][(parts[1].LastIndexOf('/') + 1)..]);
        var values = new LedgerValues(db.Query<Row>(Select + "kind = @kind and platform_id = @parent", new { connection, parent, kind = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) }));
        foreach (var entity in values._entities.Values.ToList())
            if (entity.TryGetProperty("Lines", out var lines) && lines.EnumerateArray().FirstOrDefault(l => l.GetProperty("Id").GetString() == line) is { ValueKind: JsonValueKind.Object } found) values._entities["Line"] = found;
        return values;
    }

    /// <summary>The first of the fields that has a value.</summary>
    public string? First(IReadOnlyList<string> paths) => paths.Select(Value).FirstOrDefault(value => value is not null);

    private string? Value(string path)
    {
        var names = path.Split('.');
        if (!_entities.TryGetValue(names[0], out var at)) return null;
        foreach (var name in names.Skip(1))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        return at.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.String => at.GetString(),
            JsonValueKind.Object when at.TryGetProperty("Minor", out var minor) && at.TryGetProperty("Currency", out var currency) => new Money(minor.GetInt64(), currency.GetString()!).ToString(),
            _ => at.GetRawText(),
        };
    }

    private static EntityKind Kind(string @object) => @object switch
    {
        RecordObjects.Products => EntityKind.Variant,
        RecordObjects.Orders => EntityKind.Order,
        RecordObjects.Companies => EntityKind.Company,
        _ => EntityKind.Cart,
    };
}
