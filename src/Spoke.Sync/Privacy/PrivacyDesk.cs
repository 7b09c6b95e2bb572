using System.Text.Json.Serialization;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>A request about a person's data, for whoever has to answer it.</summary>
/// <param name="Kind">export, erase person, erase store.</param>
/// <param name="State">open, erased here, done.</param>
/// <param name="Wanted">By when we want it done: 24 hours.</param>
/// <param name="Limit">By when it has to be done: 30 days.</param>
public sealed record PrivacyCase(
    [property: JsonPropertyName("request")] string Request,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("received")] DateTimeOffset Received,
    [property: JsonPropertyName("wanted")] DateTimeOffset Wanted,
    [property: JsonPropertyName("limit")] DateTimeOffset Limit,
    [property: JsonPropertyName("finished")] DateTimeOffset? Finished,
    [property: JsonPropertyName("problem")] string? Problem,
    [property: JsonPropertyName("receipt")] ErasureReceipt? Receipt)
{
    /// <summary>Nobody has finished it.</summary>
    [JsonIgnore]
    public bool IsOpen => Finished is null;
}

/// <summary>What is known of a person, in numbers.</summary>
public sealed record KnownPerson(
    [property: JsonPropertyName("customers")] int Customers,
    [property: JsonPropertyName("orders")] int Orders,
    [property: JsonPropertyName("carts")] int Carts,
    [property: JsonPropertyName("contacts")] int Contacts)
{
    /// <summary>There is nothing of such a person.</summary>
    [JsonIgnore]
    public bool IsNobody => Customers + Orders + Carts + Contacts == 0;
}

/// <summary>What an operator does about people's data: see the requests, export a person, erase one.</summary>
public sealed class PrivacyDesk(SyncDatabase database, Connection connection, TimeProvider time, ILogger logger)
{
    /// <summary>How soon we want a request done.</summary>
    public static TimeSpan Wanted { get; } = TimeSpan.FromHours(24);

    /// <summary>How soon a request has to be done.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromDays(30);

    /// <summary>All requests, the oldest first.</summary>
    public async Task<IReadOnlyList<PrivacyCase>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(db => PrivacyStore.All(db, connection.Name), cancellationToken).ConfigureAwait(false)).Select(Case)];

    /// <param name="given">An e-mail address, the store's customer id, or the id of HubSpot's contact.</param>
    /// <returns>Null: nobody of that id is known.</returns>
    public async Task<KnownPerson?> FindAsync(string given, CancellationToken cancellationToken) =>
        await PersonAsync(given, cancellationToken).ConfigureAwait(false) is { } person ? new KnownPerson(person.CustomerIds.Count, person.OrderIds.Count, person.CartIds.Count, person.RecordIds.Count) : null;

    /// <summary>Erases a person here and in HubSpot; the orders' records are cleared by the next pass.</summary>
    /// <returns>Null: nobody of that id is known. An address nobody has is remembered, so that it does not come in.</returns>
    /// <exception cref="HubSpotException">The portal cannot be reached; the next pass goes on with it.</exception>
    public async Task<PrivacyCase?> EraseAsync(string given, CancellationToken cancellationToken)
    {
        if (await AskedAsync(given, cancellationToken).ConfigureAwait(false) is not { } asked) return null;
        var request = new PrivacyRequest(PrivacyRequestKind.ErasePerson, $"operator-{Guid.CreateVersion7(time.GetUtcNow()):N}", asked.Customer_Id, asked.Email, []);
        await database.WriteAsync((db, transaction) => PrivacyStore.Insert(db, transaction, connection.Name, request, time.GetUtcNow().ToUnixTimeMilliseconds(), asked.Record_Id), cancellationToken).ConfigureAwait(false);
        await new Eraser(database, connection, new LedgerFeed(database, logger), time, logger).RunAsync(cancellationToken).ConfigureAwait(false);
        return Case((await database.ReadAsync(db => PrivacyStore.Find(db, connection.Name, request.RequestId), cancellationToken).ConfigureAwait(false))!);
    }

    /// <summary>Writes all that is kept about a person. Requests for it that are open are done with that.</summary>
    /// <returns>False: nobody of that id is known.</returns>
    /// <exception cref="HubSpotException">What HubSpot has now cannot be read.</exception>
    public async Task<bool> ExportAsync(string given, Stream output, CancellationToken cancellationToken)
    {
        if (await PersonAsync(given, cancellationToken).ConfigureAwait(false) is not { RecordIds.Count: var linked } person || linked + person.CustomerIds.Count + person.OrderIds.Count + person.CartIds.Count == 0) return false;
        await new PersonExport(database, connection, time).WriteAsync(person, output, cancellationToken).ConfigureAwait(false);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var answered = (await database.ReadAsync(db => PrivacyStore.All(db, connection.Name), cancellationToken).ConfigureAwait(false)).Where(row => row is { Request: PrivacyRequestKind.Export, State: < PrivacyState.Done }
            && ((row.Customer_Id is { } id && person.CustomerIds.Contains(id)) || (EmailAddress.Normalise(row.Email) is { } email && person.Emails.Contains(email)))).ToList();
        if (answered.Count > 0) await database.WriteAsync((db, transaction) => answered.ForEach(row => PrivacyStore.Done(db, transaction, row.Seq, null, at)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<Person?> PersonAsync(string given, CancellationToken cancellationToken) =>
        await AskedAsync(given, cancellationToken).ConfigureAwait(false) is { } asked ? await database.ReadAsync(db => Person.Of(db, null, database.Dialect, connection.Name, asked), cancellationToken).ConfigureAwait(false) : null;

    private Task<PrivacyRow?> AskedAsync(string given, CancellationToken cancellationToken) => database.ReadAsync(db =>
    {
        var row = new PrivacyRow(0, "", (long)PrivacyRequestKind.ErasePerson, null, null, null, "", 0, 0, null, "", null, null, null);
        if (EmailAddress.Normalise(given) is { } email) return row with { Email = email };
        var names = new { connection.Name, given };
        if (db.ExecuteScalar<long>("select count(*) from ledger where connection = @Name and kind = 2 and platform_id = @given", names) > 0) return row with { Customer_Id = given };
        return db.ExecuteScalar<long>("select count(*) from record where connection = @Name and object = 'contacts' and record_id = @given", names) > 0 ? row with { Record_Id = given } : null;
    }, cancellationToken);

    private static PrivacyCase Case(PrivacyRow row)
    {
        var received = DateTimeOffset.FromUnixTimeMilliseconds(row.Received_At);
        return new PrivacyCase(row.Request_Id, row.Request switch { PrivacyRequestKind.Export => "export", PrivacyRequestKind.ErasePerson => "erase person", _ => "erase store" },
            row.State switch { PrivacyState.Asked => "open", PrivacyState.ErasedHere => "erased here", _ => "done" }, received, received + Wanted, received + Limit,
            row.Finished_At is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, row.Problem, ErasureReceipt.Read(row.Receipt));
    }
}
