namespace Spoke.HubSpot;

/// <summary>A grant in a file that only its user can read, encrypted by functions you give, such as those of ASP.NET Core's data protection. Shared by processes of one machine.</summary>
public sealed class FileGrantStore : IGrantStore
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);
    private readonly string _path;
    private readonly Func<byte[], byte[]> _protect;
    private readonly Func<byte[], byte[]> _unprotect;

    /// <param name="path">The file; its folder is made when it is missing. Beside it stands <c>PATH.lock</c>.</param>
    /// <param name="protect">Encrypts before writing.</param>
    /// <param name="unprotect">Decrypts after reading; may throw.</param>
    public FileGrantStore(string path, Func<byte[], byte[]> protect, Func<byte[], byte[]> unprotect)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(protect);
        ArgumentNullException.ThrowIfNull(unprotect);
        (_path, _protect, _unprotect) = (Path.GetFullPath(path), protect, unprotect);
    }

    /// <inheritdoc/>
    public async ValueTask<OAuthGrant?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return OAuthGrant.FromJson(_unprotect(await File.ReadAllBytesAsync(_path, cancellationToken).ConfigureAwait(false)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(OAuthGrant grant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grant);
        CreateFolder();
        var fresh = _path + "." + Path.GetRandomFileName();
        await using (var file = new FileStream(fresh, Options(FileMode.CreateNew, FileShare.None)))
        {
            await file.WriteAsync(_protect(grant.ToJson()), cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);   // the old refresh token may be dead already
        }
        File.Move(fresh, _path, overwrite: true);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_path)) File.Delete(_path);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        CreateFolder();
        while (true)
            try
            {
                return new FileStream(_path + ".lock", Options(FileMode.OpenOrCreate, FileShare.None));
            }
            catch (IOException held) when (held is not (DirectoryNotFoundException or PathTooLongException))
            {
                // Another process has it; the kernel lets go of it with that process. It takes real time, whatever clock the credential goes by.
                await Task.Delay(s_lookAgain, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
    }

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private void CreateFolder()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
