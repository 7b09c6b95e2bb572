using System.Text.Json;
using Spoke.Sync.Ledger;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Planning;

/// <summary>
/// Which properties of a record are on their way. Noted before they are sent and struck out with the outcome: where no outcome came, HubSpot may have them or not,
/// and the shadow says nothing about them. Without that a value that goes back to what the shadow has would stay in HubSpot as it was sent.
/// Of fields that people edit too the values are noted as well, by their hash: a value of ours that we have not heard of is no edit of theirs.
/// </summary>
internal static class SentProperties
{
    // Stands in no name of a property.
    private const char Valued = '=';

    // No value of HubSpot's: it differs from all.
    private const string Unknown = "\0";

    /// <summary>No property: the record's removal is on its way.</summary>
    public const string Removal = "[]";

    /// <summary>Every property that was ever written: nothing of the shadow can be relied on, but what it names is ours to write or to clear.</summary>
    public const string All = "[\"*\"]";

    public static string Write(IEnumerable<string> names) => JsonSerializer.Serialize([.. names.Order(StringComparer.Ordinal)], LedgerJson.Default.ListString);

    /// <param name="doubted">Properties of which HubSpot may have these values, that are ours as well, or what the shadow has.</param>
    public static string Write(IReadOnlyDictionary<string, string> doubted) => Write(doubted.Keys.Concat(doubted.Select(value => Value(value.Key, value.Value))));

    /// <param name="isEdited">Whether people edit the field too.</param>
    public static string Write(PlanItem item, Func<string, bool> isEdited) =>
        Write(item.Changes.Keys.Concat(item.Changes.Where(change => isEdited(change.Key)).Select(change => Value(change.Key, change.Value))).Concat(Read(item.Sent).Where(sent => sent.Contains(Valued))).Distinct());

    /// <summary>What is on its way, and an item of which nobody knows when it came.</summary>
    public static string Joined(string? sent, PlanItem item) => item.Action == PlanAction.Archive || sent == Removal ? Removal : sent == All ? All : Write(Read(sent).Concat(Of(item)).Distinct());

    /// <summary>All that an item writes, with its values.</summary>
    public static string Write(PlanItem item) => Write(Of(item));

    /// <summary>Whether a value that HubSpot has is one of ours that we have not heard of.</summary>
    public static bool IsOurs(string? sent, string property, string? value) => sent is not null && Read(sent).Contains(Value(property, value));

    /// <summary>The shadow as far as it can be relied on.</summary>
    public static IReadOnlyDictionary<string, string> Doubted(Dictionary<string, string> shadow, string? sent)
    {
        if (sent is null) return shadow;
        var doubted = new Dictionary<string, string>(shadow, StringComparer.Ordinal);
        foreach (var name in sent == All ? [.. shadow.Keys] : Read(sent).Where(name => !name.Contains(Valued))) doubted[name] = Unknown;
        return doubted;
    }

    private static IEnumerable<string> Of(PlanItem item) => item.Changes.Keys.Concat(item.Changes.Select(change => Value(change.Key, change.Value)));

    private static string Value(string property, string? value) => property + Valued + LedgerJson.Hash(CanonicalValue.Of(value));

    private static List<string> Read(string? sent) => sent is null ? [] : JsonSerializer.Deserialize(sent, LedgerJson.Default.ListString)!;
}
