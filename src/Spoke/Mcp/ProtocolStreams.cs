using System.Text.Json;

namespace Spoke.Mcp;

/// <summary>
/// Standard input and output as the server sees them. Who pipes requests in and closes the pipe still gets their answers: the end of the input
/// is told to the server once every request that came in was answered, or after a while. A line that is no JSON, which the server passes over
/// in silence, is answered with JSON-RPC's parse error and named on standard error.
/// </summary>
internal sealed class ProtocolStreams(Stream input, Stream output, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(2);
    private const int ParseError = -32700;
    private static readonly byte[] s_parseError = [.. "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"The line is no JSON. Each message is one line of JSON-RPC 2.0.\"}}\n"u8];
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Queue<long> _unreadable = new();
    private long _lines;
    private int _open;
    private bool _ended;

    public void Dispose() => _sending.Dispose();

    public Stream Input => new Side(input, this, Received);

    public Stream Output => new Side(output, this, Sent);

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private void Received(ReadOnlySpan<byte> message)
    {
        _lines++;
        if (message.StartsWith(ByteOrderMark)) message = message[ByteOrderMark.Length..];
        Count(message, "method"u8, 1);
        if (IsForNobody(message)) _unreadable.Enqueue(_lines);
    }

    /// <summary>No JSON, and nothing that begins as a request with an id: to those the server replies by itself.</summary>
    private static bool IsForNobody(ReadOnlySpan<byte> message)
    {
        message = message.Trim(" \t\r"u8);
        if (message.IsEmpty || message[0] == '{' && message.IndexOf("\"id\""u8) >= 0) return false;
        try
        {
            var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read()) { }
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private async Task RefuseAsync(CancellationToken cancellationToken)
    {
        while (_unreadable.TryDequeue(out var line))
        {
            await Terminal.Error.WriteLineAsync($"spoke: line {line} of the input is no JSON; it was answered with a parse error.").ConfigureAwait(false);
            await SendAsync(s_parseError, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whole lines at a time, so that none stands inside another.</summary>
    private async Task SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await output.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

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
                // What could not be read was never counted as come in.
                if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error"u8, out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code"u8, out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) && number == ParseError) return;
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
    private sealed class Side(Stream inner, ProtocolStreams both, Side.Line line) : Stream
    {
        public delegate void Line(ReadOnlySpan<byte> message);

        private readonly MemoryStream _begun = new();
        private readonly MemoryStream _toSend = new();

        public override bool CanRead => inner.CanRead;
        public override bool CanWrite => inner.CanWrite;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (got > 0) Show(buffer.Span[..got]);
            else if (_begun.Length > 0) Show("\n"u8);   // a last line may do without its end
            await both.RefuseAsync(cancellationToken).ConfigureAwait(false);
            if (got == 0) await both.EndAsync(cancellationToken).ConfigureAwait(false);
            return got;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _toSend.Write(buffer.Span);
            if (buffer.IsEmpty || buffer.Span[^1] != (byte)'\n') return;
            var lines = _toSend.ToArray();
            _toSend.SetLength(0);
            await both.SendAsync(lines, cancellationToken).ConfigureAwait(false);   // counted as sent is what has left
            Show(lines);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;   // every whole line has been
        public override void Flush() { }
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
