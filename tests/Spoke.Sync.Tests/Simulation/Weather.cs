using System.Collections.Concurrent;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What may go wrong in a world, and how likely each is. Every world has a climate of its own: some kinds often, most never.</summary>
internal sealed class Weather
{
    public static readonly string[] Kinds =
    [
        "refused-connection", "lost-response", "500", "502", "503-with-retry-after", "504-carried-out", "half-batch", "207", "whole-batch-409", "whole-batch-400", "423", "477",
        "429", "429-with-retry-after", "429-daily", "timeout", "timeout-carried-out", "slow", "duplicate-call", "bad-json",
    ];

    /// <summary>What only a batch of records can meet; there are few of those, so it is likelier there.</summary>
    private static readonly string[] OfBatches = ["half-batch", "207", "whole-batch-409", "whole-batch-400"];

    private readonly Dictionary<string, double> _shares;
    private readonly Dice _dice;
    private readonly ConcurrentDictionary<string, bool> _happened = new();

    public Weather(Dice dice)
    {
        _dice = dice;
        _shares = Kinds.Where(_ => dice.Chance(0.4)).ToDictionary(kind => kind, kind => (kind.Contains("daily", StringComparison.Ordinal) ? 0.01 : 0.05) * dice.From(1, 4) / 2);
        StoreFails = dice.Chance(0.5) ? 0.06 : 0;
        DatabaseBusy = dice.Chance(0.4) ? 0.03 : 0;
        Interrupts = dice.Chance(0.7) ? 0.1 : 0;
    }

    /// <summary>False: nothing goes wrong any more.</summary>
    public bool Stormy { get; set; } = true;

    private double StoreFails { get; }
    private double DatabaseBusy { get; }
    private double Interrupts { get; }

    /// <summary>The store answers nothing at all for now.</summary>
    public bool StoreDown { get; set; }

    public bool StoreFailsNow => (StoreDown && Met("a store that is down")) || (Stormy && _dice.Chance(StoreFails) && Met("a store that fails once"));

    public bool DatabaseBusyNow => Stormy && _dice.Chance(DatabaseBusy) && Met("a busy database");

    /// <summary>The shop goes on while the engine is in the middle of something.</summary>
    public bool InterruptsNow => Stormy && _dice.Chance(Interrupts) && Met("news in the middle of something");

    /// <summary>What the engine has met of this, each kind once.</summary>
    public IReadOnlyCollection<string> Happened => _happened.Keys.ToList();

    /// <summary>What happens to a call to HubSpot; null: nothing.</summary>
    /// <param name="batch">It writes a batch of records.</param>
    public string? OnCall(bool batch)
    {
        if (!Stormy) return null;
        foreach (var (kind, share) in _shares)
            if (OfBatches.Contains(kind) ? batch && _dice.Chance(3 * share) : _dice.Chance(share)) return kind;
        return null;
    }

    private bool Met(string what)
    {
        _happened[what] = true;
        return true;
    }

    public override string ToString() => string.Join(", ", _shares.Select(s => FormattableString.Invariant($"{s.Key} {s.Value:0.###}"))) + FormattableString.Invariant($"; store {StoreFails}, database {DatabaseBusy}, interrupts {Interrupts}");
}
