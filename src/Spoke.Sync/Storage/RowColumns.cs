using System.Data.Common;

namespace Spoke.Sync.Storage;

/// <summary>The columns of rows that go into one statement, and such statements.</summary>
internal static class RowColumns
{
    /// <param name="columns">"name type, name type" with the types text and bigint.</param>
    public static IReadOnlyList<(string Name, bool IsNumber)> Parse(string columns) => [.. columns.Split(", ").Select(column => column.Split(' ') switch
    {
        [var name, "text"] => (name, false),
        [var name, "bigint"] => (name, true),
        _ => throw new ArgumentException($"\"{column}\" is no name and type.", nameof(columns)),
    })];

    /// <summary>Carries a statement out for all of some rows and asks for no answer, as <see cref="Deferred.ExecuteLater"/> does. Nothing is said of no rows.</summary>
    /// <param name="sql">Makes the statement, given what to read from.</param>
    public static void ExecuteLater(this DbConnection db, ISqlDialect dialect, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, params (string, object)[] shared)
    {
        if (rows.Count > 0) dialect.ExecuteRows(db, transaction, columns, rows, sql, shared);
    }
}
