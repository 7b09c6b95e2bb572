using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spoke.HubSpot.Tests.Transport;

/// <summary>A bare socket that answers every request with the same bytes, or with none at all.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    public RawServer(string? answer)
    {
        _listener.Start();
        BaseUrl = new Uri($"http://{_listener.LocalEndpoint}");
        _ = AcceptAsync(answer);
    }

    public Uri BaseUrl { get; }

    /// <summary>Ends when the first request has arrived.</summary>
    public Task Asked => _asked.Task;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(string? answer)
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token), answer);
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task AnswerAsync(Socket socket, string? answer)
    {
        using (socket)
        {
            var buffer = new byte[8192];
            while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
            {
                _asked.TrySetResult();
                if (answer is not null) await socket.SendAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
            }
        }
    }
}
