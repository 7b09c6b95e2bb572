namespace Spoke.Emulator.Account;

/// <summary>
/// The files of a kept account. Snapshot and log of one generation belong together by their number, so that a stop between writing
/// the two cannot mix them. One emulator at a time holds the folder. All files are for their owner only: there are tokens in them.
/// </summary>
internal sealed class PortalFolder : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    /// <exception cref="IOException">Another emulator holds the folder, or it cannot be made or written; the message says what to do.</exception>
    public PortalFolder(string folder)
    {
        _folder = Make(folder);
        try
        {
            _lock = new FileStream(System.IO.Path.Combine(_folder, "in-use"), ForOwner(FileMode.OpenOrCreate, FileAccess.ReadWrite));
        }
        catch (IOException held) when (IsHeld(held))
        {
            throw new IOException($"{_folder} is in use by another emulator. Stop that one, or choose another folder with --data.", held);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder {_folder} cannot be written: {refused.Message} Choose a folder you may write to with --data, or leave it out to keep everything in memory.", refused);
        }
    }

    private static string Make(string folder)
    {
        try
        {
            return MakeForOwner(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var file = FileOnTheWay(folder);
            var why = file is null ? refused.Message : $"{file} is a file, not a folder.";
            throw new IOException($"The data folder '{folder}' cannot be made: {why} Choose a folder you may write to with --data, or leave it out to keep everything in memory.", refused);
        }
    }

    private static string? FileOnTheWay(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0', StringComparison.Ordinal)) return null;
        for (var path = System.IO.Path.GetFullPath(folder); path is not null; path = System.IO.Path.GetDirectoryName(path))
            if (File.Exists(path)) return path;
        return null;
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException refused) => refused.HResult is 11 or 35 or unchecked((int)0x80070020);

    public string Path => _folder;

    /// <summary>The newest generation, 0 for none.</summary>
    /// <exception cref="InvalidDataException">There is a log whose snapshot is missing.</exception>
    public int Newest()
    {
        var (snapshots, logs) = (Numbers("portal-*.json"), Numbers("calls-*.log"));
        if (logs > snapshots)
            throw new InvalidDataException($"{Snapshot(logs)} is missing, though its log is there. Put a copy back, or move all files of {_folder} away to begin with an empty account.");
        return snapshots;
    }

    public string Snapshot(int generation) => System.IO.Path.Combine(_folder, $"portal-{generation:D8}.json");

    public string Log(int generation) => System.IO.Path.Combine(_folder, $"calls-{generation:D8}.log");

    /// <summary>What was cut off the end of a log, kept for whoever wants to look at it.</summary>
    public string Torn(int generation) => System.IO.Path.Combine(_folder, $"torn-{generation:D8}.log");

    /// <summary>How far the clock was moved.</summary>
    public string Clock => System.IO.Path.Combine(_folder, "clock.json");

    /// <summary>What each account has used of its day.</summary>
    public string Usage => System.IO.Path.Combine(_folder, "usage.txt");

    /// <summary>Portals, apps, tokens and grants, which change apart from what is in a portal.</summary>
    public string Access => System.IO.Path.Combine(_folder, "access.json");

    public void WriteSnapshot(int generation, ReadOnlySpan<byte> content) => WriteWhole(Snapshot(generation), content);

    /// <summary>On disk under its own name only when it is complete.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        var fresh = path + ".new";
        using (var stream = new FileStream(fresh, ForOwner(FileMode.Create, FileAccess.Write)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>How a file is opened that nobody else may read.</summary>
    public static FileStreamOptions ForOwner(FileMode mode, FileAccess access, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Makes a folder that nobody else may enter; one that is there stays as it is.</summary>
    /// <returns>The full path.</returns>
    public static string MakeForOwner(string folder) =>
        (OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;

    public void DeleteOlder(int generation)
    {
        foreach (var file in (string[])[.. Directory.GetFiles(_folder, "portal-*.json"), .. Directory.GetFiles(_folder, "calls-*.log"), .. Directory.GetFiles(_folder, "portal-*.new")])
            if (file != Snapshot(generation) && file != Log(generation)) File.Delete(file);
    }

    public void Dispose() => _lock.Dispose();

    private int Numbers(string pattern) =>
        Directory.GetFiles(_folder, pattern).Select(file => int.TryParse(System.IO.Path.GetFileNameWithoutExtension(file).Split('-')[^1], out var number) ? number : 0).DefaultIfEmpty(0).Max();
}
