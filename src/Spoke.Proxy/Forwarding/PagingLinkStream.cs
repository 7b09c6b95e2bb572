using System.Buffers;

namespace Spoke.Proxy.Forwarding;

/// <summary>A long JSON body with its paging links led through the proxy, a piece at a time.</summary>
internal sealed class PagingLinkStream(Stream body, Portal portal, string ownBase) : ReadOnlyStream
{
    private const int Piece = 32 * 1024;
    private readonly byte[] _read = new byte[Piece + 8192];
    private readonly ArrayBufferWriter<byte> _ready = new(Piece + 1024);
    private int _waiting;   // bytes at the front of _read that what follows decides about
    private int _taken;     // of _ready
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_taken == _ready.WrittenCount)
        {
            if (_ended) return 0;
            _ready.ResetWrittenCount();
            _taken = 0;
            var got = await body.ReadAsync(_read.AsMemory(_waiting), cancellationToken).ConfigureAwait(false);
            _ended = got == 0;
            var filled = _waiting + got;
            var complete = _ended ? filled : PagingLinks.Complete(_read.AsSpan(0, filled));
            PagingLinks.Rewrite(_read.AsSpan(0, complete), _ready, portal, ownBase);
            _waiting = filled - complete;
            _read.AsSpan(complete, _waiting).CopyTo(_read);
        }
        var count = Math.Min(buffer.Length, _ready.WrittenCount - _taken);
        _ready.WrittenMemory.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }
}
