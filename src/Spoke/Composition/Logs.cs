using Microsoft.Extensions.Logging.Console;

namespace Spoke.Composition;

/// <summary>Log lines go to stderr, one each: stdout is for results.</summary>
internal static class Logs
{
    public static ILoggerFactory ToStandardError() => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(line => line.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
