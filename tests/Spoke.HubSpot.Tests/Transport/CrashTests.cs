using System.Diagnostics;

namespace Spoke.HubSpot.Tests.Transport;

/// <summary>A process that dies of an exception of the client's: what the runtime prints of it holds no token, though HubSpot said the token back.</summary>
public sealed class CrashTests
{
    private const string Token = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("main")]
    [InlineData("thread")]
    public async Task Its_last_words_hold_no_token(string where)
    {
        const string body = $$"""{"status":"error","message":"This oauth-token ({{Token}}) does not have proper permissions!","category":"MISSING_SCOPES","context":{"t":["Bearer {{Token}}"]} }""";
        using var server = new RawServer($"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nX-Echo: {Token}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Program.CrashVerb, server.BaseUrl.ToString(), where]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CANARY"] = Token;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Stop);
        var error = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("Unhandled exception", error);
        Assert.Contains("MISSING_SCOPES", error);
        Assert.DoesNotContain("5f60-4a7b", error + await output);
    }
}
