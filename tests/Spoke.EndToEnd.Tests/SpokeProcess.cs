using System.Diagnostics;
using System.Text;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The program as a user runs it: its own process, its own streams, its exit code.</summary>
internal sealed class SpokeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _error = new();

    private SpokeProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_error) _error.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public string Error { get { lock (_error) return _error.ToString(); } }

    public static SpokeProcess Start(IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "artifacts", "bin", "Spoke", "debug", "spoke"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("HUBSPOT_ACCESS_TOKEN");
        start.Environment.Remove("HUBSPOT_BASE_URL");
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return new SpokeProcess(Process.Start(start)!);
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        await using var spoke = Start(environment, arguments);
        var output = await spoke._process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await spoke._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (spoke._process.ExitCode, output, spoke.Error);
    }

    /// <summary>Runs to the end with a text on standard input.</summary>
    public static async Task<(int Code, string Output, string Error)> RunWithInputAsync(IReadOnlyDictionary<string, string?>? environment, string input, params string[] arguments)
    {
        await using var spoke = Start(environment, arguments);
        await spoke._process.StandardInput.WriteAsync(input.AsMemory(), TestContext.Current.CancellationToken);
        spoke._process.StandardInput.Close();
        var output = await spoke._process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await spoke._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (spoke._process.ExitCode, output, spoke.Error);
    }

    /// <summary>The next line of stdout; fails with stderr when the program ends before it writes one.</summary>
    public async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("spoke ended before it was ready: " + Error);

    public bool HasExited => _process.HasExited;

    /// <summary>Ctrl-C. A shell has SIGINT ignored for its background jobs, and whatever they start inherits that: then SIGTERM, which is handled alike.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", [IgnoresInterrupt ? "-TERM" : "-INT", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    private static bool IgnoresInterrupt =>
        File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 0b10) != 0;

    /// <summary>The exit code, once it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Kills it at the moment given; false when it was done before.</summary>
    public async Task<bool> KillAfterAsync(TimeSpan moment)
    {
        using var timer = new CancellationTokenSource(moment, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(timer.Token);
            Assert.True(_process.ExitCode == 0, Error);
            return false;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return true;
        }
    }

    /// <summary>SIGTERM, which is handled as Ctrl-C is; a shell may have had SIGINT ignored for its background jobs and so for the tests.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}
