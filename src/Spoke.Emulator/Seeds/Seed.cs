namespace Spoke.Emulator.Seeds;

/// <summary>What an account is filled with: definitions first, then records, then the associations between them.</summary>
/// <param name="Records">Read once, in order.</param>
internal sealed record Seed(IReadOnlyList<SeedDefinition> Definitions, IEnumerable<SeedRecord> Records)
{
    public static Seed Empty { get; } = new([], []);
}

/// <summary>Something that must be there before records: an object schema, a property, a pipeline, an association label.</summary>
/// <param name="Path">Of the published endpoint that makes it.</param>
/// <param name="Body">What that endpoint takes.</param>
/// <param name="Line">Where it stands in the file; 0: not in a file.</param>
internal sealed record SeedDefinition(string Path, ReadOnlyMemory<byte> Body, int Line);

/// <param name="Type">The object type as a path names it: <c>contacts</c>.</param>
/// <param name="Key">By which other records of the seed refer to it; null: none does.</param>
internal sealed record SeedRecord(string Type, string? Key, IReadOnlyList<KeyValuePair<string, string>> Properties, IReadOnlyList<SeedLink> Links, int Line = 0);

/// <param name="To">The other record's key; it may stand later in the seed.</param>
/// <param name="TypeId">The association's type; 0: the default one of the two object types.</param>
internal sealed record SeedLink(string To, int TypeId = 0, string Category = "HUBSPOT_DEFINED", int Line = 0);

/// <summary>A seed that cannot be planted. The message says where and what.</summary>
internal sealed class SeedException(int line, string message) : FormatException(line > 0 ? $"line {line}: {message}" : message);
