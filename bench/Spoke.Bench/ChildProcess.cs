using System.Diagnostics;

namespace Spoke.Bench;

/// <summary>A program in a process of its own, on the same processors, that says on its first line that it is ready. It is ended with everything it started.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private ChildProcess(Process process, string firstLine) => (Process, FirstLine) = (process, firstLine);

    public Process Process { get; }

    public string FirstLine { get; }

    /// <summary>Of a program that says <c>ready ADDRESS</c>.</summary>
    public Uri Address => new(FirstLine.Split(' ')[1]);

    /// <summary>Bytes of memory that are there in fact.</summary>
    public long Memory
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64;
        }
    }

    /// <summary>The released program, with a verb.</summary>
    public static Task<ChildProcess> SpokeAsync(string repository, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken) =>
        StartAsync(Path.Combine(repository, "artifacts", "bin", "Spoke", "release", "spoke"), arguments, environment, cancellationToken);

    /// <summary>This same program, told to be another; it ends with its input.</summary>
    public static Task<ChildProcess> ItselfAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null) => StartAsync(Environment.ProcessPath!, arguments, environment, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    private static async Task<ChildProcess> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line) return new ChildProcess(process, line);
        process.Dispose();
        throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)} ended before it was ready");
    }
}
