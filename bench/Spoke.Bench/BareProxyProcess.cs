using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Spoke.Bench;

/// <summary>YARP's forwarder with nothing around it: what a proxy costs at the least on these processors. This same program, told to be one.</summary>
internal sealed class BareProxyProcess(ChildProcess child) : IAsyncDisposable
{
    public const string Verb = "be-yarp";

    public Uri BaseUrl { get; } = child.Address;

    public Process Process => child.Process;

    public static async Task<BareProxyProcess> StartAsync(Uri portal, CancellationToken cancellationToken) => new(await ChildProcess.ItselfAsync([Verb, portal.ToString()], cancellationToken));

    /// <summary>What the other process does, until its input ends.</summary>
    public static async Task<int> RunAsync(string portal)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, UseProxy = false, ActivityHeadersPropagator = null });
        app.Run(async context => await forwarder.SendAsync(context, portal, http, ForwarderRequestConfig.Empty, HttpTransformer.Empty));
        await app.StartAsync();
        Console.WriteLine("ready " + app.Urls.First());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
