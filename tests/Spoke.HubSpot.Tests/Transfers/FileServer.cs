using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot.Tests.Transfers;

/// <summary>A server whose every answer the test writes, and a client on it: for what the emulator never does.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FileServer(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.Single());
        Client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = Url, Token = () => "pat-na1-00000000-0000-4000-8000-000000000001", Random = new Random(1) });
    }

    public Uri Url { get; }

    public HubSpotClient Client { get; }

    public static async Task<FileServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FileServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
