using System.Text.Json;

namespace Spoke.Mcp;

/// <summary>
/// Standard input and output as the server sees them. Who pipes requests in and closes the pipe still gets their answers: the end of the input
/// is told to the server once every request that came in was answered, or after a while.
/// </summary>
internal sealed class ProtocolStreams(Stream input, Stream output, TimeProvider time)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _ended;

    public Stream Input => new Side(input, Received, EndAsync);

    public Stream Output => new Side(output, Sent, _ => Task.CompletedTask);

    private void Received(ReadOnlySpan<byte> message) => Count(message, "method"u8, 1);

    private void Sent(ReadOnlySpan<byte> message) => Count(message, "result"u8, -1, "error"u8);

    /// <summary>A request has an id and a method; an answer an id and a result or an error.</summary>
    private void Count(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mark, int change, ReadOnlySpan<byte> orMark = default)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return;
            using (document)
            {
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id"u8, out _) || !(root.TryGetProperty(mark, out _) || (!orMark.IsEmpty && root.TryGetProperty(orMark, out _)))) return;
            }
        }
        catch (JsonException)
        {
            return;
        }
        lock (_gate)
        {
            _open += change;
            if (_ended && _open <= 0) _answered.TrySetResult();
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _ended = true;
            if (_open <= 0) return;
        }
        using var longest = new CancellationTokenSource(s_longestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(longest.Token, cancellationToken);
        await _answered.Task.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Passes bytes on and shows whole lines to whoever counts.</summary>
    private sealed class Side(Stream inner, Side.Line line, Func<CancellationToken, Task> ended) : Stream
    {
        public delegate void Line(ReadOnlySpan<byte> message);

        private readonly MemoryStream _begun = new();

        public override bool CanRead => inner.CanRead;
        public override bool CanWrite => inner.CanWrite;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (got > 0) Show(buffer.Span[..got]);
            else
            {
                Show("\n"u8);   // a last line may do without its end
                await ended(cancellationToken).ConfigureAwait(false);
            }
            return got;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);   // counted as sent is what has left
            Show(buffer.Span);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        private void Show(ReadOnlySpan<byte> bytes)
        {
            while (bytes.IndexOf((byte)'\n') is var end and >= 0)
            {
                _begun.Write(bytes[..end]);
                line(_begun.GetBuffer().AsSpan(0, (int)_begun.Length));
                _begun.SetLength(0);
                bytes = bytes[(end + 1)..];
            }
            _begun.Write(bytes);
        }
    }
}
