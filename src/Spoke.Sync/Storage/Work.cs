using System.Data.Common;

namespace Spoke.Sync.Storage;

/// <summary>One write in the queue of the <see cref="GroupWriter"/>. The first of done, failed and withdrawn stands.</summary>
internal abstract class Work
{
    /// <summary>Whether its caller has given up before its turn came; then it is not carried out.</summary>
    public abstract bool Withdrawn();

    public abstract void Do(DbConnection connection, DbTransaction transaction);

    /// <summary>It is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it is kept.</summary>
    public abstract void Fail(Exception failure);
}

internal sealed class Work<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken) : Work
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override bool Withdrawn() => cancellationToken.IsCancellationRequested && _done.TrySetCanceled(cancellationToken);

    public override void Do(DbConnection connection, DbTransaction transaction) => _result = write(connection, transaction);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception failure) => _done.TrySetException(failure);
}
