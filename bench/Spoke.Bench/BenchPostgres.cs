using System.Diagnostics;

namespace Spoke.Bench;

/// <summary>A PostgreSQL server of the row's own, with its own defaults, on a socket in a folder of its own.</summary>
internal sealed class BenchPostgres : IDisposable
{
    private readonly string _programs;
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-bench-pg-").FullName;

    private BenchPostgres(string programs) => _programs = programs;

    public string Database => $"Host={_folder};Username=spoke;Database=postgres";

    /// <returns>Null where PostgreSQL's programs are not installed.</returns>
    public static BenchPostgres? Start()
    {
        var programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault() : null;
        if (programs is null) return null;
        var server = new BenchPostgres(programs);
        if (Environment.IsPrivilegedProcess) Launch("chown", "postgres", server._folder);   // it does not run as root
        server.Run("initdb", "-D", server.Data, "-A", "trust", "-U", "spoke", "--no-sync", "-E", "UTF8", "--locale=C");
        server.Run("pg_ctl", "-D", server.Data, "-l", Path.Combine(server._folder, "log"), "-w", "-o", $"-c listen_addresses='' -c unix_socket_directories='{server._folder}'", "start");
        return server;
    }

    public void Dispose()
    {
        Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        if (Environment.IsPrivilegedProcess) Launch("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]);
        else Launch(path, arguments);
    }

    private static void Launch(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
