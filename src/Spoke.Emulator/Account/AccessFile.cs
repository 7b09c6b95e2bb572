using System.Buffers;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Account;

/// <summary>Keeps who may do what on disk, in one file that is always whole. Without a folder it keeps nothing.</summary>
internal sealed class AccessFile(AccessState access, PortalFolder? folder) : IDisposable
{
    private readonly SemaphoreSlim _oneWriter = new(1, 1);

    /// <summary>False when nothing was ever written: then a snapshot's own word counts.</summary>
    public bool IsThere => folder is not null && File.Exists(folder.Access);

    /// <summary>Takes what the file says, if there is one.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it. Nothing was changed.</exception>
    public void Load()
    {
        if (!IsThere) return;
        PortalLog.Load(folder!.Access, saved =>
        {
            using var document = JsonDocument.Parse(saved);
            access.Read(document.RootElement);
        });
    }

    public void Read(JsonElement saved) => access.Read(saved);

    public ReadOnlyMemory<byte> Save()
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options)) access.Write(json);
        return buffer.WrittenMemory;
    }

    /// <summary>What holds now is on disk when this returns.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public async Task KeepAsync()
    {
        if (folder is null) return;
        await _oneWriter.WaitAsync().ConfigureAwait(false);
        try
        {
            PortalFolder.WriteWhole(folder.Access, Save().Span);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public void Dispose() => _oneWriter.Dispose();
}
