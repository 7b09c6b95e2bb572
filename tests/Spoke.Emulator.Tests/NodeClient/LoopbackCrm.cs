using System.Net;
using System.Net.Sockets;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Tests.NodeClient;

/// <summary>The CRM engine on a free loopback port, without a gate: just enough HTTP for a client to reach it.</summary>
internal sealed class LoopbackCrm : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly CrmApi api = new(1000001);
    private readonly TimeProvider clock;
    private readonly Task loop;

    public LoopbackCrm(TimeProvider clock)
    {
        this.clock = clock;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            BaseUrl = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }
        listener.Prefixes.Add(BaseUrl + "/");
        listener.Start();
        loop = RunAsync();
    }

    public string BaseUrl { get; }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await loop;
        listener.Close();
        api.Dispose();
    }

    private async Task RunAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var url = context.Request.Url!;
        var reply = api.Handle(new EmulatorCall
        {
            Method = context.Request.HttpMethod,
            Segments = [.. url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)],
            Query = [.. url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)],
            Body = body.ToArray(),
            At = clock.GetUtcNow(),
            Caller = new Caller(1000001, 77, 88, new HashSet<string>(), "token"),
        }) ?? new ErrorBody(501, null, "not done").ToReply();
        context.Response.StatusCode = reply.Status;
        if (!reply.Body.IsEmpty)
        {
            context.Response.ContentType = reply.ContentType;
            await context.Response.OutputStream.WriteAsync(reply.Body);
        }
        context.Response.Close();
    }

    private static KeyValuePair<string, string> Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(Uri.UnescapeDataString(text), "") : new(Uri.UnescapeDataString(text[..equals]), Uri.UnescapeDataString(text[(equals + 1)..].Replace('+', ' ')));
    }
}
