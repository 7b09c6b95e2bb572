namespace Spoke.Emulator.Account;

/// <summary>One request as it was judged. The token is masked before it gets here.</summary>
internal sealed record JournalEntry(long Number, DateTimeOffset At, string Method, string Path, string? Token, int Status, double Milliseconds, string Verdict, string? Request, string? Response);

/// <summary>The last requests, newest last.</summary>
internal sealed class Journal
{
    private const int Kept = 1000;
    private readonly Lock _gate = new();
    private readonly Queue<JournalEntry> _entries = new();
    private long _count;

    public long Count { get { lock (_gate) return _count; } }

    public long NextNumber() => Interlocked.Increment(ref _numbers);

    private long _numbers;

    public void Add(JournalEntry entry)
    {
        lock (_gate)
        {
            _count++;
            _entries.Enqueue(entry);
            if (_entries.Count > Kept) _entries.Dequeue();
        }
    }

    public IReadOnlyList<JournalEntry> Last(int count)
    {
        lock (_gate) return [.. _entries.Skip(Math.Max(0, _entries.Count - count))];
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _count = 0;
        }
    }
}
