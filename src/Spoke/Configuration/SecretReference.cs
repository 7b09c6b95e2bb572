using Microsoft.Extensions.Logging;
using Spoke.Commands;
using Spoke.HubSpot;

namespace Spoke.Configuration;

/// <summary>Where a secret is, never the secret: <c>env:NAME</c>, <c>file:PATH</c>, <c>exec:COMMAND</c>, <c>stored:NAME</c>. A path is relative to the folder given.</summary>
internal sealed class SecretReference(string text, string folder, GrantDatabase? grants = null)
{
    private static readonly string[] s_kinds = ["env:", "file:", "exec:", "stored:"];
    private readonly Lock _gate = new();
    private readonly SecretCommand? _command = text.StartsWith("exec:", StringComparison.Ordinal) ? new SecretCommand(text["exec:".Length..], TimeProvider.System) : null;
    private (DateTime Written, long Length, string Value)? _read;

    public string Text => text;

    public bool IsStored => text.StartsWith("stored:", StringComparison.Ordinal);

    /// <summary>The same, whatever the current folder is later.</summary>
    public string Rooted => text.StartsWith("file:", StringComparison.Ordinal) ? "file:" + File : text;

    private SecretFolder Secrets => SecretFolder.OfUser(grants);

    private string Place => text[(text.IndexOf(':') + 1)..];

    private string File => Path.GetFullPath(Place, folder);

    /// <summary>Why the text is no reference; null when it is one.</summary>
    public static string? Problem(string text)
    {
        if (!s_kinds.Any(kind => text.StartsWith(kind, StringComparison.Ordinal))) return "is a secret written out; put it into an environment variable and write env:NAME here (or file:PATH, exec:COMMAND, or stored:NAME after spoke auth store --name NAME)";
        if (text.IndexOf(':') == text.Length - 1) return "names nothing behind the colon";
        if (!text.StartsWith("stored:", StringComparison.Ordinal)) return null;
        return SecretFolder.IsName(text["stored:".Length..]) ? null : "names nothing stored: take up to 40 letters, digits, - and _";
    }

    /// <summary>Why there is no secret at that place; null when there is one, or only running the command would tell.</summary>
    /// <param name="mayBeGrant">An OAuth grant kept by <c>spoke auth login</c> would do: it is for a portal's token.</param>
    public string? Absence(bool mayBeGrant = false)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal)) return string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Place)) ? $"names the environment variable {Place}, which is not set" : null;
        if (IsStored) return StoredAbsence(mayBeGrant);
        return text.StartsWith("file:", StringComparison.Ordinal) && !System.IO.File.Exists(File) ? $"names the file {File}, which is not there" : null;
    }

    /// <summary>The secret as it is now. White space around it stays: who uses it decides. A file is read again when it changed, a command run again after five minutes or <see cref="Forget"/>.</summary>
    /// <exception cref="UsageException">There is none at that place.</exception>
    public string Read()
    {
        if (Absence() is { } absence) throw new UsageException($"{text} {absence}.");
        var value = IsStored ? Secrets.Tokens.Read(Place) : _command is not null ? _command.Run() : text.StartsWith("env:", StringComparison.Ordinal) ? Environment.GetEnvironmentVariable(Place) : Contents();
        return string.IsNullOrWhiteSpace(value) ? throw new UsageException($"{text} gives nothing. Set it and try again.") : value;
    }

    /// <summary>Nothing remembered is used again: it was refused.</summary>
    public void Forget()
    {
        lock (_gate) _read = null;
        _command?.Forget();
    }

    /// <summary>A portal's credential of it.</summary>
    /// <param name="baseUrl">The portal's address: a stored grant goes to no other.</param>
    /// <param name="source">What to call it in messages.</param>
    public ICredential Credential(Uri baseUrl, string source, ILoggerFactory? loggers = null) =>
        IsStored && Secrets.HasGrant(Place) ? Secrets.Credential(Place, baseUrl, source, loggers) : new SecretCredential(this, source);

    private string? StoredAbsence(bool mayBeGrant)
    {
        if (Secrets.HasToken(Place)) return null;
        if (!Secrets.HasGrant(Place)) return mayBeGrant ? $"names {Place}, which is not stored; spoke auth login --name {Place} makes it, or spoke auth store --name {Place} for a token" : $"names {Place}, which is not stored; spoke auth store --name {Place} makes it";
        return mayBeGrant ? null : "is an OAuth grant, which is for a portal's token; use env:, file:, exec: or a stored text here";
    }

    private string Contents()
    {
        try
        {
            var file = new FileInfo(File);
            lock (_gate)
            {
                if (_read is { } known && known.Written == file.LastWriteTimeUtc && known.Length == file.Length) return known.Value;
                _read = (file.LastWriteTimeUtc, file.Length, System.IO.File.ReadAllText(file.FullName));
                return _read.Value.Value;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{text} cannot be read: {unreadable.Message}");
        }
    }
}

/// <summary>The token at a reference, looked up for each call.</summary>
internal sealed class SecretCredential(SecretReference reference, string source) : ICredential
{
    public string Source => source;

    public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => new(reference.Read());

    public ValueTask RefusedAsync(string token, CancellationToken cancellationToken)
    {
        reference.Forget();
        return ValueTask.CompletedTask;
    }
}
