using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>One connection's part of a plan on its way.</summary>
internal sealed class ConnectionRun(SyncDatabase database, Connection connection, Planner planner, Puller puller, TimeProvider time, ILogger logger)
{
    private const int MovedTold = 100;
    private const int MostRounds = 4;
    private readonly Pusher _pusher = new(connection.Portal, connection.Name, new OutcomeStore(database, connection.Name, time, connection.IsEdited), new SyncOptions().BatchesUnderWay, logger, puller);
    private readonly EdgePusher _edges = new(database, connection.Portal, connection.Name, new SyncOptions().BatchesUnderWay, time);
    private readonly List<MovedRecord> _movedTold = [];
    private readonly List<PlanLine> _again = [];
    private readonly HashSet<(string, string)> _notPushed = [];
    private int _moved;
    private int _associations;
    private int _waitingEdges;

    public PushTally Tally { get; } = new(connection.Name);

    public async Task PushAsync(IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        var records = lines.Where(line => line.Action != PlanLine.Associations).ToList();
        if (records.Count == 0) return;
        var items = (await planner.OfAsync(records[0].Object, [.. records.Select(line => line.Key)], cancellationToken).ConfigureAwait(false)).ToDictionary(item => item.Key, StringComparer.Ordinal);
        var still = new Dictionary<string, PlanLine>(StringComparer.Ordinal);
        foreach (var line in records)
        {
            if (!items.TryGetValue(line.Key, out var item)) await MovedAsync(line, cancellationToken).ConfigureAwait(false);
            else if (Difference(line, item) is { } reason) Moved(line, reason);
            else still.Add(line.Key, line);
        }
        await LookAsync(still, items, cancellationToken).ConfigureAwait(false);
        var outcomes = await _pusher.PushAsync([.. still.Keys.Select(key => items[key])], cancellationToken).ConfigureAwait(false);
        Tally.Add(outcomes.Where(outcome => outcome.Result != PushResult.RetryLater));
        _again.AddRange(outcomes.Where(outcome => outcome.Result is PushResult.RetryLater).Select(outcome => still[outcome.Item.Key]));
        _again.AddRange(still.Keys.Except(outcomes.Select(outcome => outcome.Item.Key)).Select(key => still[key]));   // somebody else is sending them
        foreach (var relinked in outcomes.Where(outcome => outcome.Result == PushResult.Relinked)) Moved(still[relinked.Item.Key], "HubSpot has merged it or restored it under another id; it is planned anew");
    }

    /// <summary>What people edit on both sides is looked at before it is overwritten; what has changed there is not as it was planned.</summary>
    private async Task LookAsync(Dictionary<string, PlanLine> still, Dictionary<string, PlanItem> items, CancellationToken cancellationToken)
    {
        var contested = still.Keys.Select(key => items[key]).Where(puller.IsContested).ToList();
        if (contested.Count == 0 || await puller.LookAsync(contested[0].Object, [.. contested.Select(item => item.RecordId!)], cancellationToken).ConfigureAwait(false) == 0) return;
        var again = (await planner.OfAsync(contested[0].Object, [.. contested.Select(item => item.Key)], cancellationToken).ConfigureAwait(false)).ToDictionary(item => item.Key, StringComparer.Ordinal);
        foreach (var (key, line) in contested.Select(item => (item.Key, still[item.Key])))
        {
            if (again.TryGetValue(key, out var item) && Difference(line, item) is null) continue;
            still.Remove(key);
            Moved(line, "somebody has changed it in HubSpot since; the next pass decides by the policy of each field");
        }
    }

    /// <summary>What HubSpot could not answer for the first time, within reason.</summary>
    public async Task PushAgainAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; round < MostRounds && _again.Count > 0; round++)
        {
            if (await DueInAsync(cancellationToken).ConfigureAwait(false) is not { } due || due > PushRound.LongestWait) break;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), time, cancellationToken).ConfigureAwait(false);
            var lines = _again.ToList();
            _again.Clear();
            foreach (var group in lines.GroupBy(line => line.Object)) await PushAsync([.. group], cancellationToken).ConfigureAwait(false);
        }
        foreach (var line in _again) _notPushed.Add((line.Object, line.Key));
    }

    /// <summary>Makes and removes the associations of the plan, of records that did not move.</summary>
    public async Task AssociateAsync(IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        var planned = lines.Where(line => line.Edges.Count > 0 && !_notPushed.Contains((line.Object, line.Key)))
            .SelectMany(line => line.Edges.Select(edge => (line.Key, edge.Object, ToKey: edge.Key, State: (long)(edge.Remove ? EdgeState.Unwanted : EdgeState.Wanted)))).ToHashSet();
        if (planned.Count == 0) return;
        var waiting = await database.ReadAsync(db => EdgeStore.WaitingOf(db, database.Dialect, connection.Name, lines[0].Object, [.. planned.Select(edge => edge.Key).Distinct()]), cancellationToken).ConfigureAwait(false);
        var ours = waiting.Where(edge => planned.Contains((edge.From_Key, edge.To_Object, edge.To_Key, edge.State))).ToList();
        var made = await _edges.PushAsync(ours, cancellationToken).ConfigureAwait(false);
        _associations += made;
        _waitingEdges += ours.Count - made;
    }

    public AppliedConnection Summary(long calls) => new(connection.Name, new WriteCounts(Tally.Created, Tally.Updated, Tally.Unchanged, Tally.Archived), _associations, _moved, Tally.Quarantined, _again.Count + _waitingEdges, calls, _movedTold);

    /// <returns>What is not any more as it was planned; null: nothing.</returns>
    private static string? Difference(PlanLine line, PlanItem item)
    {
        if (item.Generation != line.Generation) return "the store has changed it since";
        if (item.ShadowHash != line.Shadow || item.RecordId != line.RecordId) return "what is known of HubSpot's side has changed since";
        if (item.Action.Word() != line.Action || item.Changes.Count != line.Changes.Count || item.Changes.Any(change => !line.Changes.TryGetValue(change.Key, out var value) || value != change.Value))
            return "what it should be is another now, because of a record beside it, the pipeline or the mapping";
        return null;
    }

    private async Task MovedAsync(PlanLine line, CancellationToken cancellationToken)
    {
        var state = await database.ReadAsync(db => db.ExecuteScalar<long?>("select state from record where connection = @Name and object = @Object and record_key = @Key", new { connection.Name, line.Object, line.Key }), cancellationToken).ConfigureAwait(false);
        if (state is null && line.Action is "archive" or "forget") Moved(line, "it is gone already");
        else Moved(line, (int?)state switch
        {
            null => "it goes by another key now, or is gone",
            RecordState.InStep => "it is in step already",
            RecordState.Quarantined => "HubSpot refused it meanwhile and it is in quarantine",
            _ => "somebody archived it in HubSpot and it is stopped",
        });
    }

    private void Moved(PlanLine line, string reason)
    {
        _moved++;
        _notPushed.Add((line.Object, line.Key));
        if (_movedTold.Count < MovedTold) _movedTold.Add(new MovedRecord(line.Object, line.Key, reason));
    }

    private async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken)
    {
        var due = await database.ReadAsync(db => _again.Select(line => db.ExecuteScalar<long?>("select due_at from record where connection = @Name and object = @Object and record_key = @Key", new { connection.Name, line.Object, line.Key })).Max(), cancellationToken).ConfigureAwait(false);
        return DueTime.Until(due, time);
    }
}
