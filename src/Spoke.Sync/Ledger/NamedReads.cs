using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;

namespace Spoke.Sync.Ledger;

/// <summary>
/// Asks the store for what pushes only name. However many pushes of a page name one entity, it is read once. One that the store fails to answer for holds up none of the others;
/// a store that answers for none is left alone for now.
/// </summary>
/// <param name="answers">Whether the store has just answered something else: then a failure is a matter of what was asked for.</param>
internal sealed class NamedReads(IStoreConnector store, bool answers)
{
    private const int Silence = 3;
    private readonly Dictionary<(long, string), StoreChange?> _read = [];
    private readonly Dictionary<(long, string), StoreException> _refused = [];
    private int _inARow;

    /// <summary>Why the store did not answer, the last time it did not.</summary>
    public StoreException? Failure { get; private set; }

    /// <summary>Whether the store has answered anything at all.</summary>
    public bool Answers { get; private set; } = answers;

    /// <summary>What has been read is of the page before: what names it anew may be newer.</summary>
    public void NextPage()
    {
        _read.Clear();
        _refused.Clear();
    }

    /// <returns>What the store has of it, null if it has none; and why it did not say. Neither of them true: it was not asked.</returns>
    public async Task<(bool IsRead, StoreChange? Now, StoreException? Refusal)> ReadAsync(WaitingChange row, CancellationToken cancellationToken)
    {
        var key = (row.Kind, row.Platform_Id);
        if (_read.TryGetValue(key, out var known)) return (true, known, null);
        if (_refused.TryGetValue(key, out var refusal)) return (false, null, refusal);
        if (_inARow >= Silence) return (false, null, null);
        try
        {
            var now = await store.ReadOneAsync((EntityKind)row.Kind, row.Platform_Id, cancellationToken).ConfigureAwait(false);
            (_read[key], Answers, _inARow) = (now, true, 0);
            return (true, now, null);
        }
        catch (StoreException failure)
        {
            (_refused[key], Failure, _inARow) = (failure, failure, _inARow + 1);
            return (false, null, failure);
        }
    }
}
