using System.Globalization;
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
            if (whole == 0 && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is var end and >= 0) whole = Whole(Encoding.ASCII.GetString(buffer, 0, end + 2), end + 4, status);
        }
    }

    private static int Whole(string head, int headLength, int status)
    {
        if (!head.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), StringComparison.Ordinal)) throw new InvalidOperationException(head);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return -1;
        const string Name = "\r\nContent-Length: ";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        return headLength + int.Parse(head.AsSpan(at, head.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
    }
}
