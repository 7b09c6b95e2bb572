using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Spoke.Sync.Tests;

/// <summary>What a loop tells once it is over with something, to be awaited.</summary>
internal sealed class Told<T> : IProgress<T>
{
    private readonly Channel<T> _told = Channel.CreateUnbounded<T>();

    public void Report(T value) => _told.Writer.TryWrite(value);

    /// <summary>The next that is wanted; those before it are passed over.</summary>
    public async Task<T> NextAsync(Func<T, bool>? wanted = null)
    {
        while (true)
        {
            var next = await _told.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (wanted is null || wanted(next)) return next;
        }
    }
}

/// <summary>The lines of a log with their level.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Failure)> _lines = new();

    /// <summary>Each line, to be awaited.</summary>
    public Told<string> Told { get; } = new();

    public IEnumerable<string> Warnings => _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text);
    public IEnumerable<Exception> Failures => _lines.Select(line => line.Failure).OfType<Exception>();
    public IEnumerable<string> All => _lines.Select(line => line.Text);
    public ILogger CreateLogger(string categoryName) => this;
    public bool IsEnabled(LogLevel logLevel) => true;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        _lines.Enqueue((logLevel, text, exception));
        Told.Report(text);
    }

    public void Dispose() { }
}
