using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Storage;

/// <summary>A connection that can send a statement without waiting for its answer.</summary>
internal interface IDeferring
{
    /// <summary>Statements carried out without a result are only noted while it is set, and sent ahead of the next that is asked something.</summary>
    bool Deferring { get; set; }
}

/// <summary>Statements whose answer nobody asks for.</summary>
internal static class Deferred
{
    /// <summary>
    /// Carries a statement out in its turn, at the latest at the commit, and asks for no answer: to a server each answer is a way there and back.
    /// What is wrong with it is told by the next statement that is asked something, or by the commit.
    /// </summary>
    /// <param name="sql">One statement.</param>
    public static void ExecuteLater(this DbConnection db, string sql, object? parameters, DbTransaction? transaction)
    {
        if (sql.Contains(';', StringComparison.Ordinal)) throw new ArgumentException("Several statements in one text cannot be sent later: " + sql, nameof(sql));
        if (db is not IDeferring connection)
        {
            db.Execute(sql, parameters, transaction);
            return;
        }
        connection.Deferring = true;
        try
        {
            db.Execute(sql, parameters, transaction);
        }
        finally
        {
            connection.Deferring = false;
        }
    }
}
