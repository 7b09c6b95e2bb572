using Spoke.Proxy.Forwarding;

namespace Spoke.Proxy.Journal;

/// <summary>A body on its way through, its beginning kept for the journal.</summary>
internal sealed class WatchedStream(Stream body, Excerpt excerpt) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var got = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        excerpt.Add(buffer.Span[..got]);
        return got;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }
}
