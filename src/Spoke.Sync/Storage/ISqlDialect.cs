using System.Data.Common;

namespace Spoke.Sync.Storage;

/// <summary>What makes tables grow.</summary>
public enum Growth
{
    /// <summary>Changes that are entered into the ledger.</summary>
    Entered,

    /// <summary>Records that are pushed.</summary>
    Pushed,

    /// <summary>Associations that are wanted.</summary>
    Linked,
}

/// <summary>What differs between databases. Everything else is SQL that SQLite and PostgreSQL both understand, and a conformance suite holds each implementation to the same behaviour.</summary>
public interface ISqlDialect
{
    /// <summary>What to call the database in messages.</summary>
    string Name { get; }

    /// <summary>An open connection, set up for full durability.</summary>
    /// <exception cref="StorageException">It cannot be opened.</exception>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Hands out none of the connections it keeps any more, only new ones: one has refused a write, and a session may do that for as long as it lasts.</summary>
    void Renew()
    {
        // a database that keeps no sessions has nothing to renew
    }

    /// <summary>Begins a transaction that will write and that no other writer can be in.</summary>
    /// <exception cref="StorageException">Another process holds the database for too long.</exception>
    Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Column definition of a number that the database counts up itself, as primary key.</summary>
    string IdentityColumn { get; }

    /// <summary>Column type of bytes.</summary>
    string BytesType { get; }

    /// <summary>The statement by which it learns how much these tables hold; null: it goes by no such knowledge.</summary>
    string? TakeStatistics(Growth tables) => null;

    /// <summary>What stands behind a column to say that its value is one of a list given as parameter.</summary>
    string Among(string parameter);

    /// <summary>Carries a statement out for all of some rows, in their order and in the cheapest way this database has.</summary>
    /// <param name="columns">"name type, name type" with the types text and bigint.</param>
    /// <param name="rows">Of strings, whole numbers and nulls, in the order of the columns. One at least.</param>
    /// <param name="sql">Makes the statement, given what stands in it as the table v of these columns.</param>
    /// <param name="shared">Parameters that are the same for all of them; none is called as a column.</param>
    void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared);

    /// <summary>Says a database's own failure in our words; null when it is none of these (a mistake of ours).</summary>
    StorageException? Explain(Exception failure);
}
