namespace Spoke.HubSpot;

/// <summary>
/// Keeps one OAuth grant. Whoever refreshes holds <see cref="LockAsync"/> from before reading until after writing, so that of several threads,
/// processes or nodes one refreshes and the others find its result.
/// </summary>
public interface IGrantStore
{
    /// <summary>The grant as it is now; null when there is none.</summary>
    ValueTask<OAuthGrant?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the grant, whole or not at all.</summary>
    ValueTask WriteAsync(OAuthGrant grant, CancellationToken cancellationToken);

    /// <summary>Forgets the grant. Nothing happens when there is none.</summary>
    ValueTask DeleteAsync(CancellationToken cancellationToken);

    /// <summary>Waits until nobody else holds the store; disposing lets go. A holder that died does not hold it for ever.</summary>
    ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellationToken);
}

/// <summary>A grant in memory: for one process, and gone with it.</summary>
public sealed class MemoryGrantStore : IGrantStore, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile OAuthGrant? _grant;

    /// <summary>Begins with a grant, or with none.</summary>
    public MemoryGrantStore(OAuthGrant? grant = null) => _grant = grant;

    /// <inheritdoc/>
    public ValueTask<OAuthGrant?> ReadAsync(CancellationToken cancellationToken) => new(_grant);

    /// <inheritdoc/>
    public ValueTask WriteAsync(OAuthGrant grant, CancellationToken cancellationToken)
    {
        _grant = grant;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        _grant = null;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Held(_one);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private sealed class Held(SemaphoreSlim one) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            one.Release();
            return ValueTask.CompletedTask;
        }
    }
}
