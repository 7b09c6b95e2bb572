using System.Data.Common;

namespace Spoke.Sync.Storage;

/// <summary>One write in the queue of the <see cref="GroupWriter"/>. The first of done, failed and withdrawn stands.</summary>
internal abstract class Work
{
    /// <summary>What it has in common with others that can be carried out in one go with it; null: it is carried out alone.</summary>
    public virtual object? Kind => null;

    /// <summary>Whether its caller has given up before its turn came; then it is not carried out.</summary>
    public abstract bool Withdrawn();

    public abstract void Do(DbConnection connection, DbTransaction transaction);

    /// <summary>Carries out all of them, this one first.</summary>
    public virtual void DoTogether(IReadOnlyList<Work> alike, DbConnection connection, DbTransaction transaction) => throw new NotSupportedException();

    /// <summary>It is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it is kept.</summary>
    public abstract void Fail(Exception failure);
}

internal abstract class Work<T>(CancellationToken cancellationToken) : Work
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _done.Task;

    protected T? Result { get; set; }

    public override bool Withdrawn() => cancellationToken.IsCancellationRequested && (_done.TrySetCanceled(cancellationToken) || _done.Task.IsCanceled);

    public override void Complete() => _done.TrySetResult(Result!);

    public override void Fail(Exception failure) => _done.TrySetException(failure);
}

internal sealed class SingleWork<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken) : Work<T>(cancellationToken)
{
    public override void Do(DbConnection connection, DbTransaction transaction) => Result = write(connection, transaction);
}

/// <summary>One of many alike, which one call of <paramref name="write"/> carries out together: an answer for each, in their order.</summary>
internal sealed class ManyWork<TItem, T>(TItem item, Func<DbConnection, DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> write, CancellationToken cancellationToken) : Work<T>(cancellationToken)
{
    public override object Kind => write;

    public override void Do(DbConnection connection, DbTransaction transaction) => DoTogether([this], connection, transaction);

    public override void DoTogether(IReadOnlyList<Work> alike, DbConnection connection, DbTransaction transaction)
    {
        var works = alike.Cast<ManyWork<TItem, T>>().ToList();
        var results = write(connection, transaction, [.. works.Select(work => work.Item)]);
        for (var i = 0; i < works.Count; i++) works[i].Result = results[i];
    }

    private TItem Item => item;
}
