using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Limits;

/// <summary>What an account has used of its day.</summary>
internal readonly record struct DayCount(long Hub, DateOnly Day, long Calls, long Associations);

/// <summary>
/// Keeps the day's counts in a file, a line of fixed length for each account, written over at each call and left to the operating system to put on disk:
/// they outlive a killed process, and no call waits for the disk. Without a folder it keeps nothing. For one thread at a time.
/// </summary>
internal sealed class DayCounts(PortalFolder? folder) : IDisposable
{
    private const int LineLength = 57;   // hub 19, day 10, two counts of 12, three blanks and the line's end
    private readonly Dictionary<long, int> _lines = [];
    private SafeFileHandle? _file;

    /// <summary>What was kept when the emulator stopped. A line that is no count is passed over: a day's count is not worth refusing to start.</summary>
    public IReadOnlyList<DayCount> Load()
    {
        if (folder is null || !File.Exists(folder.Usage)) return [];
        var counts = File.ReadAllLines(folder.Usage).Select(Read).OfType<DayCount>().DistinctBy(count => count.Hub).ToArray();
        Clear();
        foreach (var count in counts) Keep(count);
        return counts;
    }

    /// <summary>Takes the place of the account's earlier one.</summary>
    public void Keep(in DayCount count)
    {
        if (folder is null) return;
        if (!_lines.TryGetValue(count.Hub, out var line)) _lines[count.Hub] = line = _lines.Count;
        Span<byte> text = stackalloc byte[LineLength];
        if (!Encoding.ASCII.TryGetBytes(string.Create(CultureInfo.InvariantCulture, $"{count.Hub:D19} {count.Day:yyyy-MM-dd} {count.Calls:D12} {count.Associations:D12}\n"), text, out _)) return;
        try
        {
            RandomAccess.Write(_file ??= Open(folder.Usage), text, (long)line * LineLength);
        }
        catch (IOException)
        {
            // A full disk: a count that is behind after a restart is no reason to refuse a call.
        }
    }

    public void Clear()
    {
        _lines.Clear();
        if (folder is null) return;
        _file?.Dispose();
        _file = null;
        File.Delete(folder.Usage);
    }

    public void Dispose() => _file?.Dispose();

    private static SafeFileHandle Open(string path)
    {
        using (new FileStream(path, PortalFolder.ForOwner(FileMode.OpenOrCreate, FileAccess.Write))) { }
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read);
    }

    private static DayCount? Read(string line) =>
        line.Split(' ') is [var hub, var day, var calls, var associations]
        && long.TryParse(hub, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && long.TryParse(calls, NumberStyles.None, CultureInfo.InvariantCulture, out var all) && long.TryParse(associations, NumberStyles.None, CultureInfo.InvariantCulture, out var some)
            ? new DayCount(id, date, all, some) : null;
}
