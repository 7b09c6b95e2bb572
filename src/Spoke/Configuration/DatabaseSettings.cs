using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Configuration;

/// <summary>Where the engine keeps what it knows: <c>sqlite:FILE</c>, or <c>postgres:</c> and a connection string whose password is a reference.</summary>
internal sealed class DatabaseSettings
{
    public const string Default = "sqlite:spoke.db";
    private const string SqliteWord = "sqlite:";
    private const string PostgresWord = "postgres:";
    private readonly string? _server;
    private readonly SecretReference? _password;

    private DatabaseSettings(string? file, string? server, SecretReference? password) => (File, _server, _password) = (file, server, password);

    /// <returns>The settings, or why the text is none.</returns>
    public static (DatabaseSettings? Settings, string? Problem) Parse(string text, string folder)
    {
        if (text.StartsWith(SqliteWord, StringComparison.Ordinal) && text.Length > SqliteWord.Length) return (new DatabaseSettings(Path.GetFullPath(text[SqliteWord.Length..], folder), null, null), null);
        if (!text.StartsWith(PostgresWord, StringComparison.Ordinal)) return (null, $"'{Masked(text)}' is no database; write \"sqlite:FILE\" or \"postgres:Host=...;Database=...;Username=...;Password=env:NAME\"");
        NpgsqlConnectionStringBuilder server;
        try
        {
            server = new NpgsqlConnectionStringBuilder(text[PostgresWord.Length..]);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            return (null, $"is no connection string of PostgreSQL: {wrong.Message.Split('\n')[0].TrimEnd('.')}");
        }
        if (string.IsNullOrWhiteSpace(server.Host)) return (null, "names no Host");
        if (string.IsNullOrWhiteSpace(server.Database)) return (null, "names no Database");
        if (server.SslPassword is { Length: > 0 }) return (null, "holds SSL Password, a secret written out; keep the client's key in a file without one, readable by this user only");
        if (server.Password is not { Length: > 0 } password) return (new DatabaseSettings(null, server.ConnectionString, null), null);
        server.Password = null;
        var reference = new SecretReference(password, folder);
        return (SecretReference.Problem(password) ?? reference.Absence()) is { } problem
            ? (null, "has a Password that " + problem)   // the text itself is not shown: it may be a secret
            : (new DatabaseSettings(null, server.ConnectionString, reference), null);
    }

    /// <summary>SQLite's file; null for a server.</summary>
    public string? File { get; }

    /// <summary>Whether there is no such file yet.</summary>
    public bool IsMissing => File is not null && !System.IO.File.Exists(File);

    /// <summary>The database, its password read now.</summary>
    /// <exception cref="Commands.UsageException">There is no password at its reference.</exception>
    public ISqlDialect Dialect() => File is not null ? new SqliteDialect(File) : new PostgresDialect(Server());

    /// <summary>A connection that is not open yet, for what is not the engine's.</summary>
    /// <exception cref="Commands.UsageException">There is no password at its reference.</exception>
    public DbConnection Connection() => File is not null
        ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 }.ToString())
        : new NpgsqlConnection(Server());

    private string Server()
    {
        var server = new NpgsqlConnectionStringBuilder(_server);
        if (_password is not null) server.Password = _password.Read().Trim();
        return server.ConnectionString;
    }

    // Somebody may have written postgres://user:password@host here.
    private static string Masked(string text) => text.Contains('@') ? text[..(text.IndexOf(':') + 1)] + "..." : text;
}
