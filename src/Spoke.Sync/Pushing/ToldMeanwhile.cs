using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>
/// What other connections of the portal have written to records that we share, between our planning and our outcome. Where it is a value that we have written as well, nobody knows whose call came last,
/// and ours may have been planned by an older ledger: it is planned and written once more. Only who hears of its outcome later sees the other's, so that two connections never wake each other.
/// </summary>
internal sealed class ToldMeanwhile
{
    private static readonly IReadOnlyDictionary<string, string> s_nothing = new Dictionary<string, string>();

    private readonly Dictionary<(string Object, string Key), Dictionary<string, string>> _told = [];
    private readonly HashSet<(string Object, string Key)> _behind = [];

    private ToldMeanwhile()
    {
    }

    /// <param name="siblings">Without any, nothing is read.</param>
    public static ToldMeanwhile Read(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<string> siblings, IReadOnlyList<PushOutcome> outcomes)
    {
        var meanwhile = new ToldMeanwhile();
        if (siblings.Count == 0) return meanwhile;
        foreach (var alike in outcomes.Where(outcome => outcome is { Result: PushResult.Written or PushResult.Unchanged, Item: { RecordId: not null, Desired: not null } } && Siblings.Share(outcome.Item.Object)).Select(outcome => outcome.Item).GroupBy(item => item.Object))
        {
            var items = alike.ToDictionary(item => item.Key, StringComparer.Ordinal);
            foreach (var (key, text) in db.Query<(string, string?)>($"select record_key, shadow from record where connection = @connection and object = @Key and record_key {dialect.Among("keys")}", new { connection, alike.Key, keys = items.Keys.ToList() }, transaction))
            {
                if (text is null || PlanLine.Hash(text) == items[key].ShadowHash) continue;
                var (then, now) = (items[key].Shadow, JsonSerializer.Deserialize(text, LedgerJson.Default.DictionaryStringString)!);
                meanwhile._told[(alike.Key, key)] = then.Keys.Union(now.Keys).Where(name => then.GetValueOrDefault(name) != now.GetValueOrDefault(name)).ToDictionary(name => name, name => now.GetValueOrDefault(name) ?? "", StringComparer.Ordinal);
            }
        }
        return meanwhile;
    }

    /// <summary>What has been told of a record, by property; "" for what was cleared.</summary>
    public IReadOnlyDictionary<string, string> Of(PlanItem item) => _told.GetValueOrDefault((item.Object, item.Key)) ?? s_nothing;

    /// <summary>The record was found where another connection had made it, and that one knew of other values: what we planned may be older.</summary>
    public void Behind(PlanItem item) => _behind.Add((item.Object, item.Key));

    /// <summary>Has planned anew what may be behind, once the outcomes are kept.</summary>
    public void MarkAgain(DbConnection db, DbTransaction transaction, string connection, IReadOnlyList<PushOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            var item = outcome.Item;
            var doubted = Of(item).Where(told => item.Changes.TryGetValue(told.Key, out var ours) && (ours ?? "") != told.Value && outcome.Held.All(held => held.Property != told.Key)).ToDictionary(StringComparer.Ordinal);
            if (doubted.Count == 0 && !_behind.Contains((item.Object, item.Key))) continue;
            db.ExecuteLater("update record set sent = @sent, state = case when state = 3 then 3 else 1 end, generation = generation + 1, attempts = 0, due_at = 0 where connection = @connection and object = @Object and record_key = @Key",
                new { sent = doubted.Count == 0 ? null : SentProperties.Write(doubted), connection, item.Object, item.Key }, transaction);
        }
    }
}
