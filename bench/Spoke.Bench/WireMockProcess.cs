using System.Diagnostics;
using System.Globalization;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace Spoke.Bench;

/// <summary>WireMock.Net in a process of its own: this same program, told to be one.</summary>
internal sealed class WireMockProcess : IAsyncDisposable
{
    public const string Verb = "be-wiremock";
    private WireMockProcess(Process process, int port)
    {
        Process = process;
        Port = port;
    }

    public Process Process { get; }

    public int Port { get; }

    public static async Task<WireMockProcess> StartAsync(string path, string body, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, path, body]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("WireMock.Net ended before it was ready");
        return new WireMockProcess(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>What the other process does: one mapping, no record of requests, until its input ends.</summary>
    public static async Task<int> RunAsync(string path, string body)
    {
        using var server = WireMockServer.Start(new WireMockServerSettings { Urls = ["http://127.0.0.1:0"], MaxRequestLogCount = 0 });
        server.Given(Request.Create().WithPath(path).UsingGet()).RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json").WithBody(body));
        Console.WriteLine(server.Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
