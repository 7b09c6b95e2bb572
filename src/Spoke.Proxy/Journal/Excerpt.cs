namespace Spoke.Proxy.Journal;

/// <summary>The beginning of a body, and how long the whole was.</summary>
internal sealed class Excerpt(int most)
{
    private ReadOnlyMemory<byte> _kept;

    /// <summary>Bytes that went through.</summary>
    public long Length { get; private set; }

    public ReadOnlyMemory<byte> Kept => _kept;

    public bool IsCut => Length > _kept.Length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        var room = Math.Min(most - _kept.Length, bytes.Length);
        if (room > 0) _kept = (byte[])[.. _kept.Span, .. bytes[..room]];
    }

    /// <summary>A whole body that nobody changes any more: one that is short enough is kept as it is.</summary>
    public void Keep(byte[] body)
    {
        if (Length > 0 || body.Length > most)
        {
            Add(body);
            return;
        }
        (Length, _kept) = (body.Length, body);
    }
}
