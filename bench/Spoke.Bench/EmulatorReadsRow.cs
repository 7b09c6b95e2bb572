using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>Single reads by 32 connections, one request at a time on each. The load is made with bare sockets, to leave the processors to the emulator.</summary>
internal static class EmulatorReadsRow
{
    private const int Connections = 32;
    private const int Target = 10_000;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using var client = emulator.Client();
        var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bench@example.com" }), cancellationToken: cancellationToken);
        var request = Encoding.ASCII.GetBytes($"GET /crm/v3/objects/contacts/{contact.Id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {EmulatorProcess.Token}\r\n\r\n");
        var rounds = new List<double>();
        var length = TimeSpan.FromSeconds(2);
        await LoadAsync(emulator.BaseUrl.Port, request, length, cancellationToken);   // warms up
        var (theirs, ours) = (new ProcessorCost(emulator.Process), new ProcessorCost());
        for (var round = 0; round < 4; round++)
            rounds.Add(await theirs.OfAsync(() => ours.OfAsync(() => LoadAsync(emulator.BaseUrl.Port, request, length, cancellationToken), length), length));
        var median = Rounds.Median(rounds);
        return new Figure(median.ToString("N0", CultureInfo.InvariantCulture) + "/s", ">= 10,000/s", median >= Target, string.Create(CultureInfo.InvariantCulture, $"{Connections} connections from the same {Environment.ProcessorCount} processors, median of {rounds.Count}; a read takes {theirs.Microseconds:0} µs of processor in the emulator, {ours.Microseconds:0} in the load"));
    }

    private static async Task<double> LoadAsync(int port, byte[] request, TimeSpan length, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var buffer = new byte[16 * 1024];
            var count = 0L;
            for (; TimeProvider.System.GetElapsedTime(started) < length; count++)
            {
                await socket.SendAsync(request, cancellationToken);
                await ReadAnswerAsync(socket, buffer, cancellationToken);
            }
            return count;
        }, cancellationToken)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static async ValueTask ReadAnswerAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var (filled, whole) = (0, int.MaxValue);
        while (filled < whole)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (got == 0) throw new InvalidOperationException("the emulator hung up");
            filled += got;
            if (whole == int.MaxValue && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is var end and >= 0) whole = end + 4 + Length(buffer.AsSpan(0, end + 2));
        }
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.ASCII.GetString(head));
        var field = head[(head.IndexOf("Content-Length: "u8) + 16)..];
        return int.Parse(field[..field.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
