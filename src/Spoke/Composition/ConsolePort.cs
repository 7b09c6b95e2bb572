using System.Net;
using System.Net.Sockets;
using Spoke.Commands;

namespace Spoke.Composition;

/// <summary>The console's port, taken before anything else starts: stores can be told the address before it answers.</summary>
internal sealed class ConsolePort : IDisposable
{
    private const int Waiting = 512;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private ConsolePort(int port)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Listen(Waiting);
        BaseUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}");
    }

    public Uri BaseUrl { get; }

    public ulong Handle => (ulong)_socket.Handle;

    public static ConsolePort Take(int port)
    {
        try
        {
            return new ConsolePort(port);
        }
        catch (SocketException refused)
        {
            throw Ports.Refused(port, refused);
        }
    }

    public void Dispose() => _socket.Dispose();
}
