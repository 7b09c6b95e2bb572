using System.Diagnostics;
using Spoke.Commands;

namespace Spoke.Configuration;

/// <summary>Where a secret is, never the secret: <c>env:NAME</c>, <c>file:PATH</c>, <c>exec:COMMAND</c>.</summary>
internal sealed record SecretReference(string Text)
{
    /// <summary>Why the text is no reference; null when it is one.</summary>
    public static string? Problem(string text)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal) || text.StartsWith("exec:", StringComparison.Ordinal))
            return text.IndexOf(':') == text.Length - 1 ? "names nothing behind the colon" : null;
        return text.StartsWith("stored:", StringComparison.Ordinal)
            ? "refers to a stored secret, which this version cannot keep; use env:, file: or exec:"
            : "is a secret written out; put it into an environment variable and write env:NAME here (or file:PATH, exec:COMMAND)";
    }

    /// <summary>The secret, read now. White space around it stays: who uses it decides.</summary>
    /// <exception cref="UsageException">There is none at that place.</exception>
    public string Read()
    {
        var place = Text[(Text.IndexOf(':') + 1)..];
        var value = Text[0] switch
        {
            'e' when Text.StartsWith("env:", StringComparison.Ordinal) => Environment.GetEnvironmentVariable(place),
            'f' => File.Exists(place) ? File.ReadAllText(place) : throw new UsageException($"{Text}: there is no such file."),
            _ => Execute(place),
        };
        return string.IsNullOrWhiteSpace(value) ? throw new UsageException($"{Text} gives nothing. Set it and try again.") : value;
    }

    private static string Execute(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new UsageException($"exec:{command} could not be started.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.TrimEnd('\r', '\n') : throw new UsageException($"exec:{command} ended with code {process.ExitCode}.");
    }
}
