using System.Diagnostics;
using System.Globalization;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace Spoke.Bench;

/// <summary>WireMock.Net: this same program, told to be one.</summary>
internal sealed class WireMockProcess(ChildProcess child) : IAsyncDisposable
{
    public const string Verb = "be-wiremock";

    public Process Process => child.Process;

    public int Port { get; } = int.Parse(child.FirstLine, CultureInfo.InvariantCulture);

    public static async Task<WireMockProcess> StartAsync(string path, string body, CancellationToken cancellationToken) => new(await ChildProcess.ItselfAsync([Verb, path, body], cancellationToken));

    /// <summary>What the other process does: one mapping, no record of requests, until its input ends.</summary>
    public static async Task<int> RunAsync(string path, string body)
    {
        using var server = WireMockServer.Start(new WireMockServerSettings { Urls = ["http://127.0.0.1:0"], MaxRequestLogCount = 0 });
        server.Given(Request.Create().WithPath(path).UsingGet()).RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json").WithBody(body));
        Console.WriteLine(server.Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
