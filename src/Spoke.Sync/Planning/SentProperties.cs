using System.Text.Json;
using Spoke.Sync.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>
/// Which properties of a record are on their way. Noted before they are sent and struck out with the outcome: where no outcome came, HubSpot may have them or not,
/// and the shadow says nothing about them. Without that a value that goes back to what the shadow has would stay in HubSpot as it was sent.
/// </summary>
internal static class SentProperties
{
    // No value of HubSpot's: it differs from all.
    private const string Unknown = "\0";

    /// <summary>No property: the record's removal is on its way.</summary>
    public const string Removal = "[]";

    /// <summary>Every property that was ever written: nothing of the shadow can be relied on, but what it names is ours to write or to clear.</summary>
    public const string All = "[\"*\"]";

    public static string Write(IEnumerable<string> names) => JsonSerializer.Serialize([.. names.Order(StringComparer.Ordinal)], LedgerJson.Default.ListString);

    /// <summary>The shadow as far as it can be relied on.</summary>
    public static IReadOnlyDictionary<string, string> Doubted(Dictionary<string, string> shadow, string? sent)
    {
        if (sent is null) return shadow;
        var doubted = new Dictionary<string, string>(shadow, StringComparer.Ordinal);
        foreach (var name in sent == All ? [.. shadow.Keys] : JsonSerializer.Deserialize(sent, LedgerJson.Default.ListString)!) doubted[name] = Unknown;
        return doubted;
    }
}
