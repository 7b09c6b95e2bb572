namespace Spoke.Proxy.Journal;

/// <summary>The last calls, in memory; the oldest make room.</summary>
internal sealed class CallJournal(int most)
{
    private readonly JournalEntry?[] _entries = new JournalEntry?[most];
    private readonly Lock _gate = new();
    private long _number;
    private long _added;

    public long NextNumber() => Interlocked.Increment(ref _number);

    public void Add(JournalEntry entry)
    {
        lock (_gate) _entries[_added++ % most] = entry;
    }

    /// <summary>The newest first.</summary>
    /// <param name="search">Words that all have to be in the call: method, path, status, cause, caller, portal, headers, bodies; null or empty: every call.</param>
    public IEnumerable<JournalEntry> Find(string? search)
    {
        var words = (search ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Newest().Where(entry => words.All(word => Fits(entry, word)));
    }

    public void Clear()
    {
        lock (_gate)
        {
            Array.Clear(_entries);
            _added = 0;
        }
    }

    private List<JournalEntry> Newest()
    {
        lock (_gate)
        {
            var count = (int)Math.Min(_added, most);
            return [.. Enumerable.Range(1, count).Select(back => _entries[(_added - back) % most]!)];
        }
    }

    private static bool Fits(JournalEntry entry, string word) =>
        entry.Method.Equals(word, StringComparison.OrdinalIgnoreCase) || entry.Status.ToString(System.Globalization.CultureInfo.InvariantCulture) == word
        || string.Equals(entry.Cause, word, StringComparison.OrdinalIgnoreCase) || entry.Portal.Equals(word, StringComparison.OrdinalIgnoreCase) || entry.Text.Contains(word);
}
