using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Account;

/// <summary>Keeps on disk how far the clock was moved. It is no part of a snapshot, so it has a file of its own. Without a folder it keeps nothing.</summary>
internal sealed class ClockFile(EmulatorClock clock, PortalFolder? folder) : IDisposable
{
    private readonly SemaphoreSlim _oneWriter = new(1, 1);

    /// <summary>Moves the clock as it was moved, if there is a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public void Load()
    {
        if (folder is null || !File.Exists(folder.Clock)) return;
        PortalLog.Load(folder.Clock, saved =>
        {
            using var document = JsonDocument.Parse(saved);
            clock.Offset = TimeSpan.FromTicks(document.RootElement.GetProperty("offsetTicks").GetInt64());
        });
    }

    /// <summary>What holds now is on disk when this returns.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public async Task KeepAsync()
    {
        if (folder is null) return;
        await _oneWriter.WaitAsync().ConfigureAwait(false);
        try
        {
            PortalFolder.WriteWhole(folder.Clock, Encoding.UTF8.GetBytes($$"""{"offsetTicks":{{clock.Offset.Ticks}}}"""));
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public void Dispose() => _oneWriter.Dispose();
}
