namespace Spoke.Composition;

/// <summary>What has been started, to be stopped in reverse.</summary>
internal sealed class StartedParts : IAsyncDisposable
{
    private readonly Stack<object> _parts = new();

    public T Keep<T>(T part) where T : notnull
    {
        _parts.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
            else if (part is IDisposable now) now.Dispose();
        }
    }
}
