using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Counts what a plan holds, with examples.</summary>
internal sealed class PlanTally
{
    private const int ExamplesOfEach = 3;
    private const int ChangesShown = 12;
    private const int BatchSize = 100;
    private const int EdgeBatchSize = 2000;
    private const int MostLookedUp = 1000;
    private readonly Dictionary<(string Object, PlanAction Action, string? IdProperty), int> _records = [];
    private readonly Dictionary<(string From, string To, bool Remove), int> _edges = [];
    private readonly Dictionary<string, List<PlanExample>> _examples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int LookedUp, int Existing)> _existing = new(StringComparer.Ordinal);
    private readonly List<string> _unrendered = [];
    private readonly Dictionary<LedgerNoticeKind, (int Count, string Example)> _notices = [];
    private readonly HashSet<string> _skus = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _currencies = new(StringComparer.Ordinal);

    /// <summary>All of the portal has just been looked through: what is left to be made is not there, and nothing is looked up again.</summary>
    public bool LookedThrough { get; init; }

    public int Associate => _edges.Where(edge => !edge.Key.Remove).Sum(edge => edge.Value);

    public int Dissociate => _edges.Where(edge => edge.Key.Remove).Sum(edge => edge.Value);

    /// <summary>Batches of a hundred records of one object, one action and one key; of two thousand associations of two objects.</summary>
    public int Calls =>
        _records.Where(group => group.Key.Action is not (PlanAction.Unchanged or PlanAction.Forget)).Sum(group => (group.Value + BatchSize - 1) / BatchSize) + _edges.Sum(group => (group.Value + EdgeBatchSize - 1) / EdgeBatchSize);

    public void Add(PlanItem item, PlanLine line)
    {
        foreach (var (property, problem) in item.Desired?.Unrendered ?? System.Collections.Frozen.FrozenDictionary<string, string>.Empty) _unrendered.Add($"{item.Object} {item.Key}: the template of {property} fails: {problem}; it stays as it is");
        var group = (item.Object, item.Action, item.Action == PlanAction.Create ? item.Desired!.IdProperty : null);
        _records[group] = _records.GetValueOrDefault(group) + 1;
        Add(line);
        if (item.Action is PlanAction.Unchanged or PlanAction.Forget) return;
        if (!_examples.TryGetValue(item.Object, out var examples)) _examples[item.Object] = examples = [];
        if (examples.Count(example => example.Action == line.Action) >= ExamplesOfEach) return;
        examples.Add(new PlanExample(item.Key, item.Desired?.Title, line.Action,
            [.. item.Changes.OrderBy(change => change.Key, StringComparer.Ordinal).Take(ChangesShown).Select(change => new ValueChange(change.Key, item.Shadow.GetValueOrDefault(change.Key), change.Value))]));
    }

    public void Add(PlanLine line)
    {
        foreach (var edge in line.Edges)
        {
            var group = (line.Object, edge.Object, edge.Remove);
            _edges[group] = _edges.GetValueOrDefault(group) + 1;
        }
    }

    /// <summary>A currency that the portal does not have: the record's money is going to be withheld.</summary>
    /// <param name="known">The portal's properties of the object; null: it was not asked.</param>
    public void LookAtCurrency(PlanItem item, IReadOnlyDictionary<string, CrmProperty>? known)
    {
        if (MoneyProperties.Currency(item.Object) is { } property && item.Changes.GetValueOrDefault(property) is { Length: > 0 } code && known?.GetValueOrDefault(property) is { } there && MappingCheck.Misfit(there, code) is not null)
            _currencies[code] = _currencies.GetValueOrDefault(code) + 1;
    }

    /// <summary>A contact that is to be kept without an address, because what the store has is none.</summary>
    public void LookAtAddress(PlanItem item)
    {
        if (item.Object == RecordObjects.Contacts && item.Desired is { IdProperty: SpokeKey.Property } && item.Changes.GetValueOrDefault("spoke_email_raw") is { Length: > 0 })
            Add(LedgerNotice.InvalidEmail(item.Key[(item.Key.LastIndexOf(':') + 1)..]));
    }

    /// <summary>What somebody should look at in the store.</summary>
    public int Notice(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<PlanItem> items)
    {
        var ids = items.Where(item => item.Desired is not null).Select(item => item.Key[(SpokeKey.Of(connection, EntityKind.Order, "").Length)..]).ToList();
        var found = 0;
        foreach (var body in db.Query<string>($"select body from ledger where connection = @connection and kind = 3 and body <> '' and platform_id {dialect.Among("ids")}", new { connection, ids }))
            foreach (var notice in LedgerNotice.Of((Order)LedgerJson.Read(body)))
            {
                Add(notice);
                found++;
            }
        return found;
    }

    /// <summary>Products that go without their SKU, because an older variant of the store has it too.</summary>
    public int NoticeSkus(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<PlanItem> items)
    {
        var without = items.Where(item => item.Desired?.Properties.ContainsKey("hs_sku") == false).Select(item => item.Key[SpokeKey.Of(connection, EntityKind.Variant, "").Length..]).ToList();
        var shared = SharedSkus.Of(db, dialect, connection, SharedSkus.Named(db, dialect, connection, without)).Where(one => _skus.Add(one.Sku)).ToList();
        foreach (var (_, notice) in shared) Add(notice);
        return shared.Count;
    }

    private void Add(LedgerNotice notice)
    {
        var known = _notices.GetValueOrDefault(notice.Kind);
        _notices[notice.Kind] = (known.Count + 1, known.Example ?? notice.Text);
    }

    /// <summary>Whether records that would be created are in HubSpot already, made by somebody else: then they are linked. The first thousand of each object are looked up.</summary>
    /// <param name="isNew">The portal has no spoke_key yet, so nothing can be found by it.</param>
    public async Task LookUpAsync(HubSpotClient portal, string @object, IReadOnlyList<PlanItem> items, bool isNew, CancellationToken cancellationToken)
    {
        if (LookedThrough) return;
        var (lookedUp, existing) = _existing.GetValueOrDefault(@object);
        var creates = items.Where(item => item.Action == PlanAction.Create && !(isNew && item.Desired!.IdProperty == "spoke_key")).Take(MostLookedUp - lookedUp).ToList();
        foreach (var group in creates.GroupBy(item => item.Desired!.IdProperty))
        {
            try
            {
                var found = await portal.Objects(@object).BatchReadAsync([.. group.Select(item => (RecordId)item.Desired!.IdValue)], new ReadOptions { IdProperty = group.Key }, null, cancellationToken).ConfigureAwait(false);
                (lookedUp, existing) = (lookedUp + found.Count, existing + found.Count(outcome => outcome.Succeeded));
            }
            catch (HubSpotException refused) when (refused.Kind is HubSpotErrorKind.Validation or HubSpotErrorKind.ScopeMissing or HubSpotErrorKind.NotFound)
            {
                // it cannot be known; the upsert finds out
            }
        }
        _existing[@object] = (lookedUp, existing);
    }

    public IReadOnlyList<ObjectPlan> Objects() =>
    [
        .. RecordObjects.InOrder.Where(o => o != RecordObjects.Companies || _records.Keys.Any(group => group.Object == o)).Select(@object =>
        {
            int Count(params PlanAction[] actions) => _records.Where(group => group.Key.Object == @object && actions.Contains(group.Key.Action)).Sum(group => group.Value);
            var (lookedUp, existing) = LookedThrough ? (Count(PlanAction.Create), 0) : _existing.GetValueOrDefault(@object);
            return new ObjectPlan(@object, Count(PlanAction.Create), Count(PlanAction.Update), Count(PlanAction.Archive), Count(PlanAction.Unchanged, PlanAction.Forget), lookedUp, existing, _examples.GetValueOrDefault(@object) ?? []);
        }),
    ];

    public IReadOnlyList<PlanNotice> Notices() =>
    [
        .. _notices.Select(notice => new PlanNotice(notice.Key.ToString(), notice.Value.Count, notice.Value.Example)),
        .. _currencies.Select(currency => new PlanNotice("CurrencyNotEnabled", currency.Value, $"HubSpot does not have the currency {currency.Key}: orders, carts and lines in it will be written without their amounts. Enable it there under Settings > Account defaults > Currency.")),
        .. _unrendered.Count == 0 ? [] : new[] { new PlanNotice("Template", _unrendered.Count, _unrendered[0]) },
    ];
}
