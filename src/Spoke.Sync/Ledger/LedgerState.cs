using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>
/// What is known of one entity, and what becomes of it when something arrives. Pure, and made so that the order of arrival does not matter:
/// the newest version wins; between equal versions what we read ourselves beats what was pushed, and between two pushes the content decides.
/// </summary>
/// <param name="Version">Version of the content; meaningless while there is none.</param>
/// <param name="Fresh">The content was read from the store by us, not pushed to us.</param>
/// <param name="GoneVersion">The newest bare deletion heard of; -1: none.</param>
/// <param name="Entity">Null: only a deletion has been heard of.</param>
internal sealed record LedgerState(long Version, bool Fresh, string Hash, long GoneVersion, LedgerEntity? Entity)
{
    public static LedgerState Unknown { get; } = new(-1, false, "", -1, null);

    /// <summary>A deletion that told nothing but the id.</summary>
    public LedgerState Gone(long version) => version <= GoneVersion ? this : Marked(this with { GoneVersion = version });

    /// <summary>The entity as it was at one version.</summary>
    public LedgerState Arrived(LedgerEntity entity, bool fresh)
    {
        var hash = LedgerJson.Hash(LedgerJson.Write(entity));
        return Beats(entity.Version, fresh, hash) ? Marked(new LedgerState(entity.Version, fresh, hash, GoneVersion, entity)) : this;
    }

    private bool Beats(long version, bool fresh, string hash)
    {
        if (Entity is null || version > Version) return true;
        if (version < Version) return false;
        if (hash == Hash) return fresh && !Fresh;
        // Between two of our own reads the later one is nearer to the store.
        return fresh || (!Fresh && string.CompareOrdinal(hash, Hash) > 0);
    }

    private static LedgerState Marked(LedgerState state) =>
        state.Entity is { Deleted: false } entity && state.GoneVersion >= state.Version ? state with { Entity = entity with { Deleted = true } } : state;
}
