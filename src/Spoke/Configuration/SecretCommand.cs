using System.Diagnostics;
using System.Text;
using Spoke.Commands;

namespace Spoke.Configuration;

/// <summary>A secret manager's own client: what it prints is the secret. Remembered for five minutes, since the secret is asked for at every call.</summary>
internal sealed class SecretCommand(string command, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private string? _value;
    private long _at;

    public TimeSpan Patience { get; init; } = s_patience;

    public string Run()
    {
        lock (_gate)   // one at a time: some ask the person
        {
            if (_value is not null && time.GetElapsedTime(_at) < s_remembered) return _value;
            _value = Execute();
            _at = time.GetTimestamp();
            return _value;
        }
    }

    public void Forget()
    {
        lock (_gate) _value = null;
    }

    private string Execute()
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/d", "/c", command]) : new ProcessStartInfo("/bin/sh", ["-c", command]);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        using var process = Process.Start(start) ?? throw new UsageException($"exec:{command} could not be started.");
        process.StandardInput.Close();   // nobody is there to answer
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                lock (output) output.Append(output.Length > 0 ? "\n" : "").Append(text);
        };
        process.ErrorDataReceived += (_, _) => { };   // drained, or a talkative command would wait for ever; not shown: it may hold part of the secret
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new UsageException($"exec:{command} did not end within {Patience.TotalSeconds:0.#} s and was stopped. Run it by hand: it may wait for an answer, such as a login.");
        }
        if (process.ExitCode != 0) throw new UsageException($"exec:{command} ended with code {process.ExitCode}{(process.ExitCode == 127 ? ": there is no such program" : "")}. Run it by hand to see what it says.");
        process.WaitForExit();   // until all it printed is read
        lock (output) return output.ToString();
    }
}
