using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Spoke.Proxy.Tests;

/// <summary>Bytes on a socket: what no client would send by itself.</summary>
internal static class RawCall
{
    public static async Task<int> StatusAsync(Uri server, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("no answer");
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
