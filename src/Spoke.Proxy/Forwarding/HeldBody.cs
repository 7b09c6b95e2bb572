namespace Spoke.Proxy.Forwarding;

/// <summary>Bodies that are held in memory, and what they take together.</summary>
internal sealed class HeldBody(long mostBytes)
{
    private long _held;

    /// <summary>Takes memory for a body; false: there is none left, the body has to be streamed.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= mostBytes) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _held, -bytes);

    /// <summary>Reads up to so many bytes.</summary>
    /// <returns>What was read, and whether that was all.</returns>
    public static async Task<(byte[] Head, bool Whole)> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var (buffer, filled) = (new byte[Math.Min(most, 4096)], 0);
        while (true)
        {
            if (filled == buffer.Length)
            {
                if (filled == most)
                {
                    // One more byte tells whether this was the end.
                    var probe = new byte[1];
                    if (await stream.ReadAsync(probe, cancellationToken).ConfigureAwait(false) == 0) return (buffer, true);
                    return ([.. buffer, probe[0]], false);
                }
                Array.Resize(ref buffer, (int)Math.Min(most, (long)buffer.Length * 4));
            }
            var got = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (got == 0) return (filled == buffer.Length ? buffer : buffer[..filled], true);
            filled += got;
        }
    }
}
