using System.Text;

namespace Spoke.Emulator.Account;

/// <summary>One request as it was judged. The token is masked before it gets here; path and bodies are masked when they are read.</summary>
/// <param name="Why">The reason of a refusal.</param>
internal sealed record JournalEntry(
    long Number, DateTimeOffset At, string Method, string Path, string? Token, int Status, double Milliseconds, string Verdict, string? Why,
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

/// <summary>The last requests in a ring, so that its size is bounded.</summary>
internal sealed class Journal
{
    private const int Kept = 1_000;
    private readonly Lock _gate = new();
    private readonly JournalEntry?[] _ring = new JournalEntry?[Kept];
    private long _numbers;
    private long _count;

    /// <summary>Requests since the start or the last reset.</summary>
    public long Count { get { lock (_gate) return _count; } }

    public long NextNumber() => Interlocked.Increment(ref _numbers);

    public void Add(JournalEntry entry)
    {
        lock (_gate) _ring[_count++ % Kept] = entry;
    }

    /// <summary>The newest <paramref name="most"/>, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Last(int most)
    {
        lock (_gate)
        {
            var size = (int)Math.Min(Math.Min(most, _count), Kept);
            var entries = new JournalEntry[Math.Max(0, size)];
            for (var i = 0; i < entries.Length; i++) entries[i] = _ring[(_count - size + i) % Kept]!;
            return entries;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            Array.Clear(_ring);
            _count = 0;
        }
    }
}
