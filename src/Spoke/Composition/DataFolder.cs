using Spoke.Commands;
using Spoke.Configuration;
using Spoke.Emulator;

namespace Spoke.Composition;

/// <summary>The folder of one <c>spoke up</c>, held against any other while it runs. What is in it is for its owner only: there are tokens and customers in it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }
    public string Database => System.IO.Path.Combine(Path, "spoke.db");
    public string Shop => System.IO.Path.Combine(Path, "shop");
    public string ShopDatabase => System.IO.Path.Combine(Shop, "shop.db");
    public string Portal => System.IO.Path.Combine(Path, "hubspot");

    /// <summary>The emulated account's token, for programs that are to call it.</summary>
    public string TokenFile => System.IO.Path.Combine(Path, "token");

    public static DataFolder Take(string path)
    {
        try
        {
            SecretProtection.CreateFolder(path);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"the folder {path} cannot be made: {refused.Message} Choose another with --data.");
        }
        FileStream held;
        try
        {
            held = new FileStream(System.IO.Path.Combine(path, "lock"), OwnersAlone(FileMode.OpenOrCreate));
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageException($"the folder {path} cannot be written. Give this user the right to write there, or choose another with --data.");
        }
        catch (IOException)
        {
            throw new UsageException($"the folder {path} is in use by another spoke. Stop that one, or choose another folder with --data.");
        }
        var folder = new DataFolder(path, held);
        // SQLite gives its two files beside a database the database's own mode, and an empty file is an empty database.
        foreach (var file in (string[])[folder.TokenFile, folder.Database, folder.ShopDatabase]) KeepToOwner(file);
        File.WriteAllText(folder.TokenFile, EmulatorServer.DefaultToken);
        return folder;
    }

    /// <summary>Makes the file if need be; one that an earlier version made, with what belongs to it, is closed to others now.</summary>
    private static void KeepToOwner(string file)
    {
        try
        {
            SecretProtection.CreateFolder(System.IO.Path.GetDirectoryName(file)!);
            using (new FileStream(file, OwnersAlone(FileMode.OpenOrCreate, FileShare.ReadWrite))) { }
            if (OperatingSystem.IsWindows()) return;
            foreach (var one in (string[])[file, file + "-wal", file + "-shm"])
                if (File.Exists(one)) File.SetUnixFileMode(one, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            // Whoever opens it next says what is wrong and what to do.
        }
    }

    private static FileStreamOptions OwnersAlone(FileMode mode, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    public void Dispose() => _lock.Dispose();
}
