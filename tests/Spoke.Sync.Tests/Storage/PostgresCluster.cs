using System.Diagnostics;
using Npgsql;
using Spoke.Sync.Storage.Postgres;

namespace Spoke.Sync.Tests.Storage;

/// <summary>A PostgreSQL cluster of the tests' own, on a socket in a folder of its own. Where PostgreSQL's programs are not installed, the tests skip and say so.</summary>
public sealed class PostgresCluster : IDisposable
{
    private const string Guarded = "guarded";

    private readonly string? _programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault()
        : null;

    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-pg-").FullName;
    private readonly Lock _gate = new();
    private bool _started;

    /// <summary>A connection string of a new, empty database.</summary>
    /// <param name="password">The password its user then needs; the string does not hold it.</param>
    internal string NewDatabase(string? password = null)
    {
        if (_programs is null) Assert.Skip("PostgreSQL's programs are not installed");
        lock (_gate)
        {
            if (!_started) Start();
            _started = true;
        }
        var name = "t" + Guid.NewGuid().ToString("N");
        using var connection = new NpgsqlConnection(Database("postgres"));
        connection.Open();
        using var command = new NpgsqlCommand($"create database {name}", connection);
        command.ExecuteNonQuery();
        if (password is null) return Database(name);
        using var user = new NpgsqlCommand($"create role {Guarded} superuser login password '{password}'", connection);
        user.ExecuteNonQuery();
        return Database(name, Guarded);
    }

    /// <summary>The same for whoever keeps connections, as the program does for anybody, and closes them.</summary>
    internal string NewKeptDatabase() => NewDatabase() + ";Pooling=true";

    /// <summary>A new, empty database whose connections are kept.</summary>
    internal PostgresDialect NewDialect() => new(NewKeptDatabase());

    /// <summary>The documented backup: <c>pg_dump</c> into a file.</summary>
    internal void Dump(string database, string file) => Run("pg_dump", "-h", _folder, "-U", "spoke", "-Fc", "-f", Own(file), new NpgsqlConnectionStringBuilder(database).Database!);

    /// <summary>The documented way back: <c>pg_restore</c> in place of what is there.</summary>
    internal void Restore(string database, string file) => Run("pg_restore", "-h", _folder, "-U", "spoke", "--clean", "-d", new NpgsqlConnectionStringBuilder(database).Database!, Own(file));

    private string Own(string file) => Path.Combine(_folder, file);

    /// <summary>What an administrator does in the middle of the day. Returns when it takes connections again.</summary>
    /// <param name="immediately">As a crash does: without writing anything out.</param>
    internal void Restart(bool immediately) => Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-m", immediately ? "immediate" : "fast", "-w", "-o", Options, "restart");

    public void Dispose()
    {
        if (_started) Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Options => $"-c listen_addresses='' -c unix_socket_directories='{_folder}'";

    private string Database(string name, string user = "spoke") => $"Host={_folder};Username={user};Database={name};Pooling=false";

    private void Start()
    {
        // PostgreSQL does not run as root; its own user does it then.
        if (Environment.IsPrivilegedProcess) Launch("chown", "postgres", _folder);
        Run("initdb", "-D", Path.Combine(_folder, "data"), "-A", "trust", "-U", "spoke", "--no-sync", "-E", "UTF8", "--locale=C");
        var access = Path.Combine(_folder, "data", "pg_hba.conf");
        File.WriteAllText(access, $"local all {Guarded} scram-sha-256\n" + File.ReadAllText(access));
        Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-w", "-o", Options, "start");
    }

    private void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs!, program);
        if (Environment.IsPrivilegedProcess) Launch("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]);
        else Launch(path, arguments);
    }

    private static void Launch(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
