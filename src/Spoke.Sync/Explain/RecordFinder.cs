using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Explain;

/// <summary>Finds a record by whatever a person has at hand: key, store id, order number, e-mail address, HubSpot id.</summary>
internal static class RecordFinder
{
    private const int Candidates = 5000;

    private static readonly Dictionary<string, string> s_words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["product"] = RecordObjects.Products,
        ["variant"] = RecordObjects.Products,
        ["variants"] = RecordObjects.Products,
        ["company"] = RecordObjects.Companies,
        ["contact"] = RecordObjects.Contacts,
        ["customer"] = RecordObjects.Contacts,
        ["customers"] = RecordObjects.Contacts,
        ["order"] = RecordObjects.Orders,
        ["cart"] = RecordObjects.Carts,
        ["line_item"] = RecordObjects.LineItems,
        ["line"] = RecordObjects.LineItems,
        ["lines"] = RecordObjects.LineItems,
    };

    /// <summary>HubSpot's name of an object from HubSpot's or the store's word for it; null: there is no such object.</summary>
    public static string? Object(string word) => s_words.GetValueOrDefault(word) ?? RecordObjects.InOrder.FirstOrDefault(known => string.Equals(known, word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The record's key; the nearer meaning of what is given wins.</summary>
    public static string? Key(DbConnection db, string connection, string @object, string given)
    {
        var names = new { connection, @object, given, title = "#" + given.TrimStart('#') };
        foreach (var condition in (string[])["record_key = @given", "source_id = @given", "title = @title", "record_id = @given"])
            if (db.QueryFirstOrDefault<string?>($"select record_key from record where connection = @connection and object = @object and {condition} order by record_key", names) is { } key) return key;
        return @object switch
        {
            RecordObjects.Contacts => OfPerson(db, connection, given),
            RecordObjects.Companies => db.QueryFirstOrDefault<string?>("select record_key from company_domain where connection = @connection and domain = @domain", new { connection, domain = given.ToLowerInvariant() }),
            RecordObjects.Orders => OfNumber(db, connection, given),
            RecordObjects.Products => OfSku(db, connection, given),
            RecordObjects.LineItems => db.QueryFirstOrDefault<string?>("select record_key from record where connection = @connection and object = @object and record_key in (@line, @cartline)", new { connection, @object, line = $"{connection}:line:{given}", cartline = $"{connection}:cartline:{given}" }),
            _ => null,
        };
    }

    /// <summary>Keys that may have been meant.</summary>
    public static IReadOnlyList<string> Near(DbConnection db, string connection, string @object) =>
        db.Query<string>("select record_key from record where connection = @connection and object = @object order by record_key limit @Candidates", new { connection, @object, Candidates }).AsList();

    private static string? OfPerson(DbConnection db, string connection, string given) =>
        (EmailAddress.Normalise(given) is { } email ? db.QueryFirstOrDefault<string?>("select contact_key from ledger where connection = @connection and email = @email and contact_key is not null order by kind", new { connection, email }) : null)
        ?? db.QueryFirstOrDefault<string?>("select contact_key from ledger where connection = @connection and kind = 2 and platform_id = @given", new { connection, given });

    // Only an order that never was in HubSpot has no title yet: the ledger is looked through for its number.
    private static string? OfNumber(DbConnection db, string connection, string given) =>
        db.QueryFirstOrDefault<string?>("select platform_id from ledger where connection = @connection and kind = 3 and body like @like", new { connection, like = $"%\"Number\":\"{given.TrimStart('#').Replace("%", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)}\"%" }) is { } id
            ? SpokeKey.Of(connection, EntityKind.Order, id) : null;

    private static string? OfSku(DbConnection db, string connection, string given) =>
        db.QueryFirstOrDefault<string?>("select platform_id from ledger where connection = @connection and sku = @sku order by platform_id", new { connection, sku = given.ToUpperInvariant() }) is { } id ? SpokeKey.Of(connection, EntityKind.Variant, id) : null;
}
