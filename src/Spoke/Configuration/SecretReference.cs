using System.Diagnostics;
using Spoke.Commands;

namespace Spoke.Configuration;

/// <summary>Where a secret is, never the secret: <c>env:NAME</c>, <c>file:PATH</c>, <c>exec:COMMAND</c>. A path is relative to <paramref name="Folder"/>.</summary>
internal sealed record SecretReference(string Text, string Folder)
{
    private string Place => Text[(Text.IndexOf(':') + 1)..];

    /// <summary>Why the text is no reference; null when it is one.</summary>
    public static string? Problem(string text)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal) || text.StartsWith("exec:", StringComparison.Ordinal))
            return text.IndexOf(':') == text.Length - 1 ? "names nothing behind the colon" : null;
        return text.StartsWith("stored:", StringComparison.Ordinal)
            ? "refers to a stored secret, which this version cannot keep; use env:, file: or exec:"
            : "is a secret written out; put it into an environment variable and write env:NAME here (or file:PATH, exec:COMMAND)";
    }

    /// <summary>Why there is no secret at that place; null when there is one, or only running the command would tell.</summary>
    public string? Absence()
    {
        if (Text.StartsWith("env:", StringComparison.Ordinal)) return string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Place)) ? $"names the environment variable {Place}, which is not set" : null;
        return Text.StartsWith("file:", StringComparison.Ordinal) && !File.Exists(Path.GetFullPath(Place, Folder)) ? $"names the file {Path.GetFullPath(Place, Folder)}, which is not there" : null;
    }

    /// <summary>The secret, read now. White space around it stays: who uses it decides.</summary>
    /// <exception cref="UsageException">There is none at that place.</exception>
    public string Read()
    {
        if (Absence() is { } absence) throw new UsageException($"{Text} {absence}.");
        var value = Text[..4] switch
        {
            "env:" => Environment.GetEnvironmentVariable(Place),
            "file" => Contents(Path.GetFullPath(Place, Folder)),
            _ => Execute(Place),
        };
        return string.IsNullOrWhiteSpace(value) ? throw new UsageException($"{Text} gives nothing. Set it and try again.") : value;
    }

    private string Contents(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{Text} cannot be read: {unreadable.Message}");
        }
    }

    private static string Execute(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new UsageException($"exec:{command} could not be started.");
        process.ErrorDataReceived += (_, _) => { };   // drained, or a talkative command would wait for ever
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.TrimEnd('\r', '\n') : throw new UsageException($"exec:{command} ended with code {process.ExitCode}.");
    }
}
