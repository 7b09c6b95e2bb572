namespace Spoke.Proxy.Journal;

/// <summary>The beginning of a body, and how long the whole was.</summary>
internal sealed class Excerpt(int most)
{
    private byte[] _kept = [];

    /// <summary>Bytes that went through.</summary>
    public long Length { get; private set; }

    public ReadOnlyMemory<byte> Kept => _kept;

    public bool IsCut => Length > _kept.Length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        var room = Math.Min(most - _kept.Length, bytes.Length);
        if (room > 0) _kept = [.. _kept, .. bytes[..room]];
    }
}
