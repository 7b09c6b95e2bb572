using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spoke.Bench;

/// <summary>One request over and over on so many connections, with bare sockets to leave the processors to the server. Takes bodies of a known length and chunked ones.</summary>
internal static class SocketLoad
{
    /// <summary>Answers a second. Any status but the one given ends it.</summary>
    public static async Task<double> PerSecondAsync(int port, int connections, Func<long, byte[]> request, int status, TimeSpan length, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var number = 0L;
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var buffer = new byte[512 * 1024];
            var count = 0L;
            for (; TimeProvider.System.GetElapsedTime(started) < length; count++)
            {
                await socket.SendAsync(request(Interlocked.Increment(ref number)), cancellationToken);
                await ReadAnswerAsync(socket, buffer, status, cancellationToken);
            }
            return count;
        }, cancellationToken)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    public static byte[] Get(string path, string host = "localhost") => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {EmulatorProcess.Token}\r\n\r\n");

    public static byte[] Post(string path, string body) => Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {EmulatorProcess.Token}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static async ValueTask ReadAnswerAsync(Socket socket, byte[] buffer, int status, CancellationToken cancellationToken)
    {
        var (filled, whole) = (0, 0);   // whole: 0 unknown yet, -1 chunked
        while (whole <= 0 ? whole == 0 || !buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8) : filled < whole)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (got == 0) throw new InvalidOperationException("the server hung up");
            filled += got;
            if (whole == 0 && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is var end and >= 0) whole = Whole(buffer.AsSpan(0, end + 2), end + 4, status);
        }
    }

    private static int Whole(ReadOnlySpan<byte> head, int headLength, int status)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int got, out _) || got != status) throw new InvalidOperationException(Encoding.ASCII.GetString(head));
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0) return -1;
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0) at = head.IndexOf("\r\ncontent-length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) ? headLength + length : throw new InvalidOperationException(Encoding.ASCII.GetString(head));
    }
}
