using Spoke.Commands;
using Spoke.Emulator;

namespace Spoke.Composition;

/// <summary>The folder of one <c>spoke up</c>, held against any other while it runs.</summary>
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
    public string Portal => System.IO.Path.Combine(Path, "hubspot");

    /// <summary>The emulated account's token, for programs that are to call it.</summary>
    public string TokenFile => System.IO.Path.Combine(Path, "token");

    public static DataFolder Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"the folder {path} cannot be made: {refused.Message} Choose another with --data.");
        }
        FileStream held;
        try
        {
            held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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
        File.WriteAllText(folder.TokenFile, EmulatorServer.DefaultToken);
        return folder;
    }

    public void Dispose() => _lock.Dispose();
}
