using System.Text;

namespace Spoke.Emulator.Account;

/// <summary>One request as it was judged. The token is masked before it gets here; path and bodies are masked when they are read.</summary>
/// <param name="HubId">The portal of the credential; 0 when nobody knows whose call it was.</param>
/// <param name="Why">The reason of a refusal.</param>
internal sealed record JournalEntry(
    long Number, long HubId, DateTimeOffset At, string Method, string Path, string? Token, int Status, double Milliseconds, string Verdict, string? Why,
    ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response)
{
    private const int BytesKept = 4_000;

    public JournalHeaders RequestHeaders { get; init; }

    /// <summary>Null: the connection dropped.</summary>
    public EmulatorReplyHead? Reply { get; init; }

    public static ReadOnlyMemory<byte> Excerpt(ReadOnlyMemory<byte> body) =>
        body.Length <= BytesKept ? body : body[..BytesKept].ToArray();   // a copy, so that the large body can go

    public string ShownPath => Secrets.Mask(Path);

    public static string? Shown(ReadOnlyMemory<byte> excerpt) => excerpt.IsEmpty ? null : Secrets.Mask(Encoding.UTF8.GetString(excerpt.Span));
}

/// <summary>What of an answer the journal keeps beside its body.</summary>
/// <param name="Length">Of the whole body in bytes.</param>
internal sealed record EmulatorReplyHead(string ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers, string? CorrelationId, int Length);

/// <summary>The last requests of each portal in a ring, so that its size is bounded and a busy portal does not push out another's.</summary>
internal sealed class Journal
{
    private sealed class Ring
    {
        private const int Kept = 1_000;
        private readonly JournalEntry?[] _entries = new JournalEntry?[Kept];

        public long Count { get; private set; }

        public void Add(JournalEntry entry) => _entries[Count++ % Kept] = entry;

        /// <summary>The newest, newest first.</summary>
        public IEnumerable<JournalEntry> Newest()
        {
            for (var i = Count - 1; i >= 0 && i >= Count - Kept; i--) yield return _entries[i % Kept]!;
        }
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Ring> _rings = [];
    private long _numbers;

    public long NextNumber() => Interlocked.Increment(ref _numbers);

    /// <summary>Requests since the start or the last reset, of one portal or of all.</summary>
    public long Count(long? hub = null)
    {
        lock (_gate) return hub is { } one ? _rings.GetValueOrDefault(one)?.Count ?? 0 : _rings.Values.Sum(ring => ring.Count);
    }

    public void Add(JournalEntry entry)
    {
        lock (_gate)
        {
            if (!_rings.TryGetValue(entry.HubId, out var ring)) _rings[entry.HubId] = ring = new Ring();
            ring.Add(entry);
        }
    }

    /// <summary>The newest <paramref name="most"/>, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Last(int most, long? hub = null)
    {
        most = Math.Clamp(most, 0, 1_000);
        lock (_gate)
        {
            var rings = hub is { } one ? _rings.Where(ring => ring.Key == one) : _rings;
            return [.. rings.SelectMany(ring => ring.Value.Newest().Take(most)).OrderByDescending(entry => entry.Number).Take(most).Reverse()];
        }
    }

    public void Clear(long? hub = null)
    {
        lock (_gate)
        {
            if (hub is { } one) _rings.Remove(one);
            else _rings.Clear();
        }
    }
}
