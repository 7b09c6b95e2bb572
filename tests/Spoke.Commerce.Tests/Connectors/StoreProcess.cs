using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>What starting, seeding and stopping a real store takes, whatever the platform.</summary>
internal static class StoreProcess
{
    /// <summary>Ends a store that ends with its standard input, and does not wait for ever.</summary>
    public static async Task StopAsync(Process process, TimeSpan patience)
    {
        process.StandardInput.Close();
        using var waited = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(waited.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }

    /// <summary>Runs a program to its end; a failure carries what it said.</summary>
    public static async Task RunAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {arguments[0]} failed: {await output}{error}");
    }

    /// <summary>Holds a file until it is disposed; another test run waits for it.</summary>
    public static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await timer.WaitForNextTickAsync(cancellationToken);   // another test run is at it
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The file, beside or above the tests; null: there is none.</summary>
    public static string? Above(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, relative))) return Path.GetFullPath(Path.Combine(folder.FullName, relative));
        return null;
    }
}
