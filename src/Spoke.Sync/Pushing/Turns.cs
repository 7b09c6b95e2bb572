using System.Data.Common;
using Dapper;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>
/// One sender a record at a time, over all processes: HubSpot does not say which of two calls came last. Each record has a number that grows when a turn is taken and when it is given back; it is odd while
/// somebody sends. A plan names the number it was made by, an outcome the one under which it was sent. The turn of a process that has died ends by time.
/// </summary>
internal static class Turns
{
    /// <summary>Of a record's turn that is over, within an update of it. Whoever waited for its end need not.</summary>
    public const string Over = "turn = record.turn + 2 - record.turn % 2, turn_until = 0, due_at = case when record.due_at = record.turn_until then 0 else record.due_at end";

    /// <summary>Of a record whose turn is taken until <c>@until</c>, within an update of it: the number that <see cref="Choose"/> gives.</summary>
    public const string Begun = "turn = turn + 1 + turn % 2, turn_until = @until";

    private const int MostLengths = 4;
    private const string Those = " where connection = @connection and object = @Object and record_key ";
    private static readonly long s_length = (long)TimeSpan.FromSeconds(15).TotalMilliseconds;   // shorter than what a pass waits for

    private sealed record Now(string Key, long Turn, long Until, long State, string? Sent)
    {
        // What ends later than any turn can was noted by a clock that has been set back since.
        public bool IsTaken(long now) => Turn % 2 == 1 && Until > now && Until <= now + (MostLengths * s_length);
    }

    /// <summary>When a turn ends that is taken now. Where calls have taken too long before, it is longer.</summary>
    public static long Until(IEnumerable<PlanItem> items, long now) => now + ((1 + Math.Min(MostLengths - 1, items.Max(item => item.Attempts))) * s_length);

    /// <summary>Those of some records of one object that are ours to send, with the number of the turn: nobody sends them, and nobody has since they were planned. What somebody else sends is due when his turn ends.</summary>
    public static List<PlanItem> Choose(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<PlanItem> items, long now)
    {
        var rows = Read(db, transaction, dialect, connection, items[0].Object, items);
        var ours = items.Where(item => rows.TryGetValue(item.Key, out var row) && row.State == RecordState.Dirty && row.Turn == item.Turn && !row.IsTaken(now)).Select(item => item with { Turn = item.Turn + 1 + (item.Turn % 2) }).ToList();
        var taken = items.Where(item => rows.TryGetValue(item.Key, out var row) && row.IsTaken(now)).Select(item => item.Key).ToList();
        if (taken.Count > 0)
            db.ExecuteLater($"update record set due_at = turn_until{Those}{dialect.Among("taken")} and state = 1 and due_at < turn_until", new { connection, items[0].Object, taken }, transaction);
        return ours;
    }

    /// <summary>The outcomes that still tell what is in HubSpot. The turn of the others ended before they came, and nobody knows whose call was the last: what they sent is written once more.</summary>
    public static IReadOnlyList<PushOutcome> Kept(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<PushOutcome> outcomes, Action<PushOutcome> late)
    {
        var kept = new List<PushOutcome>(outcomes.Count);
        foreach (var alike in outcomes.GroupBy(outcome => outcome.Item.Object))
        {
            var rows = Read(db, transaction, dialect, connection, alike.Key, [.. alike.Select(outcome => outcome.Item)]);
            foreach (var outcome in alike)
            {
                var item = outcome.Item;
                if (!rows.TryGetValue(item.Key, out var row) || row.Turn == item.Turn) kept.Add(outcome);
                else if (item.Action is PlanAction.Create or PlanAction.Update or PlanAction.Archive)
                {
                    late(outcome);
                    // Whoever has the turn now does not know of it either.
                    db.ExecuteLater("update record set sent = @sent, state = case when state = 3 then 3 else 1 end, generation = generation + 1, attempts = attempts + 1, due_at = 0, turn = turn + 2" + Those + "= @Key",
                        new { sent = SentProperties.Joined(row.Sent, item), connection, item.Object, item.Key }, transaction);
                }
            }
        }
        return kept;
    }

    /// <summary>Ends turns that are still ours.</summary>
    public static void GiveBack(DbConnection db, DbTransaction transaction, string connection, IEnumerable<PlanItem> items)
    {
        foreach (var item in items.Where(item => item.Turn % 2 == 1))
            db.ExecuteLater($"update record set {Over}{Those}= @Key and turn = @Turn", new { connection, item.Object, item.Key, item.Turn }, transaction);
    }

    private static Dictionary<string, Now> Read(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, string of, IReadOnlyList<PlanItem> items) =>
        db.Query<Now>($"select record_key as key, turn, turn_until as until, state, sent from record{Those}{dialect.Among("keys")}", new { connection, Object = of, keys = items.Select(item => item.Key).ToList() }, transaction).ToDictionary(row => row.Key, StringComparer.Ordinal);
}
