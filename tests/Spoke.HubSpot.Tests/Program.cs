using System.Globalization;
using Microsoft.Extensions.Logging;
using Spoke.Emulator;
using Spoke.HubSpot.Tests.Auth;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Spoke.HubSpot.Tests;

/// <summary>The tests; and, for those about several processes, a client in a process of its own.</summary>
internal static class Program
{
    public const string BudgetVerb = "use-budget";
    public const string GrantVerb = "use-grant";
    public const string CrashVerb = "crash";

    public static async Task<int> Main(string[] args)
    {
        if (args is [BudgetVerb, var address, var folder, var seconds, var callers])
            return await UseBudgetAsync(new Uri(address), folder, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), int.Parse(callers, CultureInfo.InvariantCulture));
        if (args is [GrantVerb, var server, var file]) return await UseGrantAsync(new Uri(server), file);
        if (args is [CrashVerb, var portal, var where]) return await CrashAsync(new Uri(portal), where);
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }

    /// <summary>One call with a grant that a file holds; prints its status.</summary>
    private static async Task<int> UseGrantAsync(Uri address, string file)
    {
        using var credential = new OAuthCredential(new OAuthOptions { BaseUrl = address, ClientId = AuthorizationServer.ClientId, ClientSecret = () => AuthorizationServer.ClientSecret }, new FileGrantStore(file, clear => clear, clear => clear));
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Credential = credential });
        Console.WriteLine((await client.SendAsync(new HubSpotRequest("GET", "/x"))).StatusCode);
        return 0;
    }

    /// <summary>A program that does not catch what the client throws, on the way it waits for or on another one; the runtime prints it and ends the process.</summary>
    private static async Task<int> CrashAsync(Uri address, string where)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Token = () => Environment.GetEnvironmentVariable("CANARY"), MaxAttempts = 1 });
        if (where == "thread") new Thread(() => client.SendAsync(new HubSpotRequest("GET", "/x?access_token=" + Environment.GetEnvironmentVariable("CANARY"))).GetAwaiter().GetResult()).Start();
        else await client.SendAsync(new HubSpotRequest("GET", "/x?access_token=" + Environment.GetEnvironmentVariable("CANARY")));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        return 0;
    }

    /// <summary>More to do than the limit lets through; prints how many calls were answered well and how many refused for a limit.</summary>
    private static async Task<int> UseBudgetAsync(Uri address, string folder, TimeSpan length, int callers)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Token = () => EmulatorServer.DefaultToken, BudgetFolder = folder }, loggerFactory: new ErrorStream());
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();   // all begin together
        var (done, refused) = (0, 0);
        using var end = new CancellationTokenSource(length);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
                try
                {
                    await client.SendAsync(new HubSpotRequest("GET", "/account-info/2026-09/details"), new RequestOptions { NoRepeat = true }, end.Token);
                    Interlocked.Increment(ref done);
                }
                catch (HubSpotException refusal) when (refusal.Kind == HubSpotErrorKind.RateLimited)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested)
                {
                    return;
                }
        }));
        Console.WriteLine($"{done} {refused}");
        return 0;
    }

    /// <summary>Warnings go to stderr, for whoever looks why a test failed.</summary>
    private sealed class ErrorStream : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Console.Error.WriteLine($"{Environment.TickCount64} {formatter(state, exception)}");

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
