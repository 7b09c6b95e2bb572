namespace Spoke.HubSpot;

/// <summary>One reason why a call fails, by a stable id that the program, its JSON and its documentation share.</summary>
/// <param name="Id">Such as <c>H08</c>: H header, V value never filled in, K wrong kind of credential, X not valid any more, P not allowed, R went elsewhere.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="HowToTell">What shows it.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Where this is known from.</param>
public sealed record Cause(string Id, string Title, string HowToTell, string Fix, string Source)
{
    /// <summary>What the caller sees, such as <c>401 "Authentication credentials not found"</c>.</summary>
    public required string Symptom { get; init; }

    /// <summary>The month as of which this holds, such as <c>2026-11</c>.</summary>
    public required string AsOf { get; init; }
}

/// <summary>The catalogue of causes.</summary>
public static class Causes
{
    private static readonly Lazy<Dictionary<string, Cause>> ById = new(Load);

    /// <summary>All causes in the order of their ids' families.</summary>
    public static IReadOnlyCollection<Cause> All => ById.Value.Values;

    /// <summary>The cause of an id.</summary>
    /// <exception cref="KeyNotFoundException">There is no such id.</exception>
    public static Cause Get(string id) => ById.Value.TryGetValue(id, out var cause) ? cause : throw new KeyNotFoundException($"There is no cause '{id}'.");

    /// <summary>The cause of an id; null when there is none.</summary>
    public static Cause? Find(string id) => ById.Value.GetValueOrDefault(id);

    private static Dictionary<string, Cause> Load()
    {
        var causes = new Dictionary<string, Cause>(StringComparer.Ordinal);
        foreach (var line in EmbeddedTable.Lines("causes.tsv"))
        {
            var f = line.Split('\t');
            causes.Add(f[0], new Cause(f[0], f[1], f[3], f[4], f[5]) { Symptom = f[2], AsOf = f[6] });
        }
        return causes;
    }
}

/// <summary>Reads the tables the assembly carries.</summary>
internal static class EmbeddedTable
{
    /// <summary>The lines of a table without its heading.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The table {name} is not embedded.");
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }
}
