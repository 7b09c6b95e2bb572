using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>Writes into the store what HubSpot's side has changed. What the store takes comes back through the intake like any other change, and is known as our own by its value.</summary>
internal sealed class StoreWrites(SyncDatabase database, ChangeIntake intake, Connection connection, TimeProvider time, ILogger logger)
{
    private const int Page = 500;

    private static readonly Dictionary<string, CustomerField> Fields = new(StringComparer.Ordinal)
    {
        ["email"] = CustomerField.Email,
        ["firstname"] = CustomerField.FirstName,
        ["lastname"] = CustomerField.LastName,
        ["phone"] = CustomerField.Phone,
        ["company"] = CustomerField.Company,
        ["address"] = CustomerField.Street,
        ["city"] = CustomerField.City,
        ["state"] = CustomerField.State,
        ["zip"] = CustomerField.PostalCode,
        ["country"] = CustomerField.Country,
    };

    /// <param name="look">Ask the store first how the customer is there now. What it has that we had not heard of goes into the intake, and where that may be newer nothing is written.</param>
    /// <returns>How many fields the store has taken, and whether it had something new.</returns>
    /// <exception cref="StoreException">The store refuses us as a whole. What was not written waits.</exception>
    public async Task<(int Taken, bool News)> WriteAsync(bool look, CancellationToken cancellationToken)
    {
        var (taken, news) = (0, false);
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await database.ReadAsync(db => TakenStore.Due(db, connection.Name, RecordObjects.Contacts, now, Page), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0 || news) return (taken, news);
            foreach (var contact in due)
            {
                if (await WriteAsync(contact.Key, [.. contact], look, cancellationToken).ConfigureAwait(false) is { } written) taken += written;
                else news = true;
            }
        }
    }

    /// <summary>When something is to be written next; null: nothing waits.</summary>
    public async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken) => DueTime.Until(await database.ReadAsync(db => TakenStore.DueAt(db, connection.Name), cancellationToken).ConfigureAwait(false), time);

    /// <returns>Null: the store has something that is to be taken in first.</returns>
    private async Task<int?> WriteAsync(string key, IReadOnlyList<TakenValue> values, bool look, CancellationToken cancellationToken)
    {
        var customers = await database.ReadAsync(db => db.Query<string>("select platform_id from ledger where connection = @Name and kind = 2 and contact_key = @key and deleted = 0 and guest = 0", new { connection.Name, key }).Order(StringComparer.Ordinal).ToList(), cancellationToken).ConfigureAwait(false);
        // There may be nobody in the store to whom it could be written, or it was never meant for the store: then it stays in HubSpot.
        var writer = customers.Count > 0 && connection.Store.Writer is { } w && w.Takes.Contains(StoreWriteKind.CustomerFields) ? w : null;
        var writable = values.Where(value => writer is not null && Fields.ContainsKey(value.Property) && connection.Policies.Of(RecordObjects.Contacts, value.Property).TwoWay).ToList();
        if (writable.Count < values.Count) await BecameAsync(key, [.. values.Except(writable)], TakenState.Kept, null, null, cancellationToken).ConfigureAwait(false);
        if (writer is null || writable.Count == 0) return 0;
        try
        {
            // All before any is written: who turns out to go by another address may be another person, and the values with them.
            var news = false;
            foreach (var customer in look ? customers : []) news |= await HasNewsAsync(key, customer, writable, cancellationToken).ConfigureAwait(false);
            return news ? null : await WriteAsync(writer, key, customers, writable, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException trouble) when (trouble.IsTransient)
        {
            var due = time.GetUtcNow().ToUnixTimeMilliseconds() + Backoff.OfRecord(values[0].Attempts);
            await database.WriteAsync((db, transaction) => TakenStore.Later(db, transaction, connection.Name, RecordObjects.Contacts, key, trouble.Message, due), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<int> WriteAsync(IStoreWriter writer, string key, IReadOnlyList<string> customers, List<TakenValue> writable, CancellationToken cancellationToken)
    {
        long? version = null;
        foreach (var customer in customers)
        {
            var outcome = await writer.WriteAsync(new CustomerFieldsWrite(Key(key, writable), customer, writable.ToDictionary(value => Fields[value.Property], value => value.Value.Length > 0 ? value.Value : null)), cancellationToken).ConfigureAwait(false);
            if (outcome.Result is StoreWriteResult.Refused or StoreWriteResult.Gone)
            {
                PullLog.Refused(logger, connection.Name, key, outcome.Problem ?? outcome.Result.ToString());
                await BecameAsync(key, writable, TakenState.Refused, outcome.Problem ?? "The store has no such customer any more.", outcome.Fix ?? "Read the store again; if the customer is gone there, drop the change.", cancellationToken).ConfigureAwait(false);
                return 0;
            }
            if (outcome.Now is not { } now) continue;
            version = Math.Max(version ?? now.Version, now.Version);
            await intake.AppendAsync(connection.Name, [now], null, cancellationToken).ConfigureAwait(false);
        }
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var value in writable) TakenStore.Written(db, transaction, connection.Name, RecordObjects.Contacts, key, value.Property, version);
        }, cancellationToken).ConfigureAwait(false);
        return writable.Count;
    }

    // No store takes a write only if nobody has changed the customer meanwhile; what we have not heard of yet would be lost.
    private async Task<bool> HasNewsAsync(string key, string customer, IReadOnlyList<TakenValue> values, CancellationToken cancellationToken)
    {
        var newest = values.Where(value => connection.Policies.Of(RecordObjects.Contacts, value.Property).Policy == FieldPolicy.Newest).Select(value => value.Property).ToList();
        if (newest.Count == 0 || await connection.Store.ReadOneAsync(EntityKind.Customer, customer, cancellationToken).ConfigureAwait(false) is not { } present) return false;
        var ((known, hash, address), record) = await database.ReadAsync(db => (
            db.QuerySingleOrDefault<(long Version, string? Hash, string? Email)>("select version, hash, email from ledger where connection = @Name and kind = 2 and platform_id = @customer", new { connection.Name, customer }),
            db.ExecuteScalar<string?>("select record_id from record where connection = @Name and object = 'contacts' and record_key = @key", new { connection.Name, key })), cancellationToken).ConfigureAwait(false);
        var customers = connection.Store.Normalise(present).OfType<Customer>().ToList();
        // A store whose versions are seconds may have changed the customer within the one we know.
        if (present.Version < known || (present.Version == known && customers.All(there => LedgerJson.Hash(LedgerJson.Write(there)) == hash))) return false;
        if (customers.Any(there => EmailAddress.Normalise(there.Email) == address) && await IsLaterAsync(record, newest, present, cancellationToken).ConfigureAwait(false)) return false;
        await intake.AppendAsync(connection.Name, [present], null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether somebody in HubSpot said all of it later than the store's version: then it stands all the same.</summary>
    private async Task<bool> IsLaterAsync(string? record, List<string> properties, StoreChange present, CancellationToken cancellationToken)
    {
        var times = await PropertyTimes.ReadAsync(connection.Portal, RecordObjects.Contacts, record is null ? [] : [record], properties, new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return properties.All(property => times.TryGetValue((record ?? "", property), out var at) && at - (StoreTime.Of(present.Version, now) ?? now) > ThreeWay.Indistinct);
    }

    /// <summary>The same for the same values of the same moment over what the store had then, and for no others: written over something newer it is another write.</summary>
    private static string Key(string key, IEnumerable<TakenValue> values) =>
        $"{key}/{LedgerJson.Hash(string.Join('\n', values.OrderBy(value => value.Property, StringComparer.Ordinal).Select(value => $"{value.Property}={value.Value}@{value.At}/{value.Version}/{value.Base}")))}";

    private Task BecameAsync(string key, IReadOnlyList<TakenValue> values, int state, string? problem, string? fix, CancellationToken cancellationToken) => database.WriteAsync((DbConnection db, DbTransaction transaction) =>
    {
        foreach (var value in values) TakenStore.Became(db, transaction, connection.Name, RecordObjects.Contacts, key, value.Property, state, problem, fix);
    }, cancellationToken);
}

internal static partial class PullLog
{
    [LoggerMessage(5001, LogLevel.Warning, "{Connection}: the store refused a change that was made in HubSpot to {Key}: {Problem}")]
    public static partial void Refused(ILogger logger, string connection, string key, string problem);

    [LoggerMessage(5002, LogLevel.Information, "{Connection}: {Changed} changes found in HubSpot, {Written} fields written to the store")]
    public static partial void Round(ILogger logger, string connection, int changed, int written);
}
