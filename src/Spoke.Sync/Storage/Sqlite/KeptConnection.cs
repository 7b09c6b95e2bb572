using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Spoke.Sync.Storage.Sqlite;

/// <summary>
/// A connection that keeps its statements prepared, since SQLite takes longer to parse one than to carry it out. When it is closed it may be kept itself: <paramref name="keep"/> says whether
/// it was, and then it is open still.
/// </summary>
internal sealed class KeptConnection(string text, Func<KeptConnection, bool> keep) : SqliteConnection(text)
{
    private const int MostStatements = 300;
    private readonly Dictionary<string, SqliteCommand> _idle = new(StringComparer.Ordinal);

    /// <summary>It has written, or something failed on it: whoever comes next gets another.</summary>
    public bool Spent { get; set; }

    /// <summary>Closes it for good.</summary>
    public void End()
    {
        Spent = true;
        Dispose();
    }

    internal SqliteCommand Take(string statement)
    {
        if (!_idle.Remove(statement, out var command)) command = new SqliteCommand(statement, this);
        command.Transaction = Transaction;   // there is one at most, and whoever writes is in it
        return command;
    }

    internal void GiveBack(SqliteCommand command)
    {
        command.Parameters.Clear();
        if (_idle.Count == MostStatements) Forget();
        if (!_idle.TryAdd(command.CommandText, command)) command.Dispose();
    }

    protected override DbCommand CreateDbCommand() => new KeptCommand(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !Spent && keep(this)) return;
        Forget();
        base.Dispose(disposing);
    }

    private void Forget()
    {
        foreach (var command in _idle.Values) command.Dispose();
        _idle.Clear();
    }
}

/// <summary>A command that is carried out by a statement of the connection, prepared if it was used before.</summary>
internal sealed class KeptCommand(KeptConnection connection) : DbCommand
{
    private readonly SqliteCommand _said = new();   // what it is told to be; never carried out itself
    private SqliteCommand? _statement;

    [AllowNull]
    public override string CommandText { get => _said.CommandText; set => _said.CommandText = value; }
    public override int CommandTimeout { get => _said.CommandTimeout; set => _said.CommandTimeout = value; }
    public override CommandType CommandType { get => _said.CommandType; set => _said.CommandType = value; }
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException("It belongs to its connection."); }
    protected override DbParameterCollection DbParameterCollection => _said.Parameters;
    protected override DbTransaction? DbTransaction { get => _said.Transaction; set => _said.Transaction = (SqliteTransaction?)value; }

    public override void Cancel() => _statement?.Cancel();

    public override void Prepare()
    {
        // it is, from its first use on
    }

    public override int ExecuteNonQuery() => Run(static statement => statement.ExecuteNonQuery());

    public override object? ExecuteScalar() => Run(static statement => statement.ExecuteScalar());

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Run(statement => statement.ExecuteReader(behavior));

    protected override DbParameter CreateDbParameter() => new SqliteParameter();

    protected override void Dispose(bool disposing)
    {
        if (disposing) GiveBack();
        base.Dispose(disposing);
    }

    private T Run<T>(Func<SqliteCommand, T> run)
    {
        GiveBack();
        _statement = connection.Take(_said.CommandText);
        _statement.CommandTimeout = _said.CommandTimeout;
        foreach (SqliteParameter parameter in _said.Parameters)
        {
            // By its whole name it is found at once; else it is looked for by each prefix there is.
            if (parameter.ParameterName is [not '@', ..] bare) parameter.ParameterName = '@' + bare;
            if (KeptText.Of(parameter.Value) is var kept && kept != parameter.Value) parameter.Value = kept;
            if (parameter.Value is IEnumerable<string> or IEnumerable<long>) parameter.Value = JsonSerializer.Serialize(parameter.Value);   // which json_each takes apart
            _statement.Parameters.Add(parameter);
        }
        try
        {
            return run(_statement);
        }
        catch (SqliteException)
        {
            connection.Spent = true;
            _statement.Dispose();
            _statement = null;
            throw;
        }
    }

    private void GiveBack()
    {
        if (_statement is { } statement) connection.GiveBack(statement);
        _statement = null;
    }
}
