using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Spoke.Bench;

/// <summary>Prism, installed by npm into a folder of its own, mocking a description with one path and one example.</summary>
internal sealed class PrismProcess : IAsyncDisposable
{
    private readonly Process _process;

    private PrismProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Null: there is no Node.js.</summary>
    public static async Task<PrismProcess?> StartAsync(string repository, string body, CancellationToken cancellationToken)
    {
        var home = Path.Combine(Path.GetTempPath(), "spoke-bench-prism-5.16.0");
        Directory.CreateDirectory(home);
        foreach (var file in Directory.GetFiles(Path.Combine(repository, "bench", "Spoke.Bench", "prism"))) File.Copy(file, Path.Combine(home, Path.GetFileName(file)), overwrite: true);
        var description = Path.Combine(home, "contact.json");
        await File.WriteAllTextAsync(description, """{"openapi":"3.0.1","info":{"title":"One contact","version":"1"},"paths":{"/crm/v3/objects/contacts/{id}":{"get":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"The contact","content":{"application/json":{"schema":{"type":"object"},"example":""" + body + "}}}}}}}}", cancellationToken);
        try
        {
            if (!File.Exists(Path.Combine(home, "node_modules", ".package-lock.json")))
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]) { WorkingDirectory = home, RedirectStandardOutput = true })!;
                await npm.StandardOutput.ReadToEndAsync(cancellationToken);
                await npm.WaitForExitAsync(cancellationToken);
                if (npm.ExitCode != 0) throw new InvalidOperationException("npm could not install Prism");
            }
            var port = FreePort();
            var start = new ProcessStartInfo("node", ["node_modules/@stoplight/prism-cli/dist/index.js", "mock", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "--verboseLevel", "fatal", description]) { WorkingDirectory = home, RedirectStandardOutput = true };
            var prism = new PrismProcess(Process.Start(start)!, port);
            await prism.AnswersAsync(cancellationToken);
            return prism;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException("Prism ended before it answered");
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{Port}/crm/v3/objects/contacts/1", cancellationToken);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException failure) when (failure.InnerException is SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
