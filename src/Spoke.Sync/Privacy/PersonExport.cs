using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>All that is kept about one person, as one JSON.</summary>
internal sealed class PersonExport(SyncDatabase database, Connection connection, TimeProvider time)
{
    private sealed record Linked(string Object, string Record_Key, string? Record_Id, string? Shadow);

    private sealed record AuditLine(long At, string Object, string Record_Key, string? Property, string What, string? Before, string? After, string? Detail);

    private sealed record ConsentLine(string Contact_Key, long Channel, long? Base_Store, long? Base_Portal, long? Portal, string? Problem);

    private sealed record Known(List<(long Kind, string Body)> Ledger, List<Linked> Records, List<ConsentLine> Consents, List<AuditLine> Audit, List<(Linked Record, WrittenRow Write)> Written);

    /// <exception cref="HubSpotException">What HubSpot has now cannot be read.</exception>
    public async Task WriteAsync(Person person, Stream output, CancellationToken cancellationToken)
    {
        var known = await database.ReadAsync(db => Read(db, person), cancellationToken).ConfigureAwait(false);
        var now = await CurrentAsync(known.Records, cancellationToken).ConfigureAwait(false);
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("connection", connection.Name);
        json.WriteString("exportedAt", time.GetUtcNow());
        json.WriteStartObject("ledger");
        foreach (var (name, kind) in new[] { ("customers", EntityKind.Customer), ("orders", EntityKind.Order), ("carts", EntityKind.Cart) })
            List(name, known.Ledger.Where(row => row.Kind == (int)kind), row => json.WriteRawValue(row.Body));
        json.WriteEndObject();
        List("hubspot", known.Records.Where(record => record.Record_Id is not null), record =>
        {
            json.WriteStartObject();
            Name(record);
            json.WriteString("id", record.Record_Id);
            Values("written", Shadow(record)!);
            Values("current", now.GetValueOrDefault((record.Object, record.Record_Id!)) ?? []);
            json.WriteEndObject();
        });
        json.WriteStartObject("consent");
        List("state", known.Consents, row =>
        {
            json.WriteStartObject();
            json.WriteString("contact", row.Contact_Key);
            json.WriteString("channel", row.Channel == (long)ConsentChannel.Email ? "email" : "sms");
            json.WriteString("store", ((ConsentState?)row.Base_Store)?.ToString());
            json.WriteString("hubspot", ((ConsentState?)(row.Portal ?? row.Base_Portal))?.ToString());
            json.WriteString("problem", row.Problem);
            json.WriteEndObject();
        });
        List("history", known.Audit.Where(line => line.What is AuditTrail.Consent or AuditTrail.SmsConsent), Audit);
        json.WriteEndObject();
        List("audit", known.Audit, Audit);
        List("written", known.Written, row =>
        {
            json.WriteStartObject();
            json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(row.Write.At));
            Name(row.Record);
            json.WriteString("what", row.Write.What);
            json.WritePropertyName("changes");
            json.WriteRawValue(row.Write.Changes);
            json.WriteEndObject();
        });
        json.WriteEndObject();

        void List<T>(string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items) write(item);
            json.WriteEndArray();
        }

        void Name(Linked record)
        {
            json.WriteString("object", record.Object);
            json.WriteString("key", record.Record_Key);
        }

        void Values(string name, IEnumerable<KeyValuePair<string, string>> values)
        {
            json.WriteStartObject(name);
            foreach (var (property, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(property, value);
            json.WriteEndObject();
        }

        void Audit(AuditLine line)
        {
            json.WriteStartObject();
            json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(line.At));
            json.WriteString("object", line.Object);
            json.WriteString("key", line.Record_Key);
            json.WriteString("what", line.What);
            json.WriteString("property", line.Property);
            json.WriteString("before", line.Before);
            json.WriteString("after", line.After);
            json.WriteString("detail", line.Detail);
            json.WriteEndObject();
        }
    }

    private Known Read(DbConnection db, Person person)
    {
        var among = database.Dialect.Among("keys");
        var keys = person.Keys.Concat(person.OrderIds.Select(id => SpokeKey.Of(connection.Name, EntityKind.Order, id))).Concat(person.CartIds.Select(id => SpokeKey.Of(connection.Name, EntityKind.Cart, id))).ToList();
        var parameters = new { connection.Name, keys, people = person.Keys.ToList(), orders = person.OrderIds.ToList() };
        var records = db.Query<Linked>($"select object, record_key, record_id, shadow from record where connection = @Name and record_key {among} order by object, record_key", parameters).AsList();
        return new Known(
            db.Query<(long, string)>($"select kind, body from ledger where connection = @Name and body <> '' and (contact_key {database.Dialect.Among("people")} or (kind = 3 and platform_id {database.Dialect.Among("orders")})) order by kind, platform_id", parameters).AsList(),
            records,
            db.Query<ConsentLine>($"select contact_key, channel, base_store, base_portal, portal, problem from consent where connection = @Name and contact_key {among}", parameters).AsList(),
            db.Query<AuditLine>($"select at, object, record_key, property, what, before, after, detail from audit where connection = @Name and record_key {among} order by seq", parameters).AsList(),
            [.. records.SelectMany(record => WrittenStore.Of(db, connection.Name, record.Object, record.Record_Key).Select(write => (record, write))).OrderBy(row => row.write.Seq)]);
    }

    private async Task<Dictionary<(string, string), Dictionary<string, string>>> CurrentAsync(IEnumerable<Linked> records, CancellationToken cancellationToken)
    {
        var current = new Dictionary<(string, string), Dictionary<string, string>>();
        foreach (var group in records.Where(record => record.Record_Id is not null).GroupBy(record => record.Object))
        {
            var properties = group.SelectMany(record => Shadow(record).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            var read = await connection.Portal.Objects(group.Key).BatchReadAsync([.. group.Select(record => (RecordId)record.Record_Id!)], new ReadOptions { Properties = properties }, new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
            foreach (var record in read.Select(outcome => outcome.Record).OfType<CrmRecord>())
                current[(group.Key, record.Id.Value)] = record.Properties.Where(property => !string.IsNullOrEmpty(property.Value)).ToDictionary(property => property.Key, property => property.Value!, StringComparer.Ordinal);
        }
        return current;
    }

    private static Dictionary<string, string> Shadow(Linked record) => record.Shadow is null ? [] : JsonSerializer.Deserialize(record.Shadow, LedgerJson.Default.DictionaryStringString)!;
}
