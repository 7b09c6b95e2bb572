using System.Reflection;

namespace Spoke.Emulator.Faults;

/// <summary>The titles of the cause catalogue, from the data file it is kept in.</summary>
internal static class CauseTitles
{
    private static readonly Lazy<Dictionary<string, string>> Titles = new(Read);

    public static string Of(string id) => Titles.Value.GetValueOrDefault(id, "");

    public static IReadOnlyCollection<string> Ids => Titles.Value.Keys;

    private static Dictionary<string, string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("causes.tsv") ?? throw new InvalidOperationException("causes.tsv is not embedded.");
        using var reader = new StreamReader(stream);
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.ReadLine();   // the names of the columns
        while (reader.ReadLine() is { } line)
            if (line.Split('\t') is [var id, var title, ..]) titles[id] = title;
        return titles;
    }
}
