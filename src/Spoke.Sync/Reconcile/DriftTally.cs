namespace Spoke.Sync.Reconcile;

/// <summary>Counts what differs, with ten examples. Of the rest only the keys are kept, and of these no more than a repair without force may touch.</summary>
internal sealed class DriftTally(bool all)
{
    private const int ExamplesTold = 10;
    private const int ExamplesOfOneKind = 4;
    private readonly Dictionary<(string Object, DriftKind Kind), int> _counts = [];
    private readonly HashSet<(string, string)> _records = [];
    private readonly HashSet<(string, string, DriftKind)> _told = [];
    private readonly List<Finding> _findings = [];
    private int _beyond;

    public List<DriftExample> Examples { get; } = [];
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Records that differ in some way.</summary>
    public int Differing => _records.Count + _beyond;

    public int Count(string @object, params DriftKind[] kinds) => kinds.Sum(kind => _counts.GetValueOrDefault((@object, kind)));

    /// <param name="example">Made only where there is room for it.</param>
    public void Add(Finding finding, Func<DriftExample> example)
    {
        var keep = all || _findings.Count <= Repair.MostRecords;
        if (keep) _findings.Add(finding);
        var isNew = !_told.Contains((finding.Object, finding.Key, finding.Kind));
        if (isNew) _counts[(finding.Object, finding.Kind)] = _counts.GetValueOrDefault((finding.Object, finding.Kind)) + 1;
        if (keep) _told.Add((finding.Object, finding.Key, finding.Kind));
        if (keep) _records.Add((finding.Object, finding.Key));
        else if (isNew && !_records.Contains((finding.Object, finding.Key))) _beyond++;
        if (Examples.Count >= ExamplesTold) return;
        var shown = example();
        if (Examples.Count(e => e.Object == shown.Object && e.What == shown.What) < ExamplesOfOneKind) Examples.Add(shown);
    }
}
