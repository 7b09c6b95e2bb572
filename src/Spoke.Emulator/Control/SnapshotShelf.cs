using System.Text.RegularExpressions;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Control;

/// <param name="SavedAt">By the emulator's clock.</param>
internal sealed record SnapshotLabel(string Name, long Bytes, DateTimeOffset SavedAt);

/// <summary>Snapshots by name, in a folder or, without one, in memory. A snapshot is there whole or not at all.</summary>
internal sealed partial class SnapshotShelf(string? folder)
{
    private const string Suffix = ".json";
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (SnapshotLabel Label, ReadOnlyMemory<byte> Content)> _inMemory = new(StringComparer.Ordinal);

    public IReadOnlyList<SnapshotLabel> List()
    {
        lock (_gate)
        {
            if (folder is null) return [.. _inMemory.Values.Select(kept => kept.Label)];
            if (!Directory.Exists(folder)) return [];
            return [.. new DirectoryInfo(folder).GetFiles("*" + Suffix).OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => new SnapshotLabel(Path.GetFileNameWithoutExtension(file.Name), file.Length, new DateTimeOffset(file.LastWriteTimeUtc)))];
        }
    }

    /// <summary>Takes the place of an older one of the same name.</summary>
    public SnapshotLabel Save(string name, ReadOnlyMemory<byte> content, DateTimeOffset at)
    {
        Refuse(name);
        var label = new SnapshotLabel(name, content.Length, at);
        lock (_gate)
        {
            if (folder is null) _inMemory[name] = (label, content.ToArray());
            else Write(FileOf(folder, name), content.Span, at);
        }
        return label;
    }

    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public ReadOnlyMemory<byte> Load(string name)
    {
        Refuse(name);
        lock (_gate)
        {
            if (folder is null) return _inMemory.TryGetValue(name, out var kept) ? kept.Content : throw Missing(name);
            return File.Exists(FileOf(folder, name)) ? File.ReadAllBytes(FileOf(folder, name)) : throw Missing(name);
        }
    }

    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public void Delete(string name)
    {
        Refuse(name);
        lock (_gate)
        {
            if (folder is null ? !_inMemory.Remove(name) : !File.Exists(FileOf(folder, name))) throw Missing(name);
            if (folder is not null) File.Delete(FileOf(folder, name));
        }
    }

    private static void Write(string file, ReadOnlySpan<byte> content, DateTimeOffset at)
    {
        PortalFolder.MakeForOwner(Path.GetDirectoryName(file)!);   // a snapshot has tokens and secrets in it
        var fresh = file + ".new";
        using (var stream = new FileStream(fresh, PortalFolder.ForOwner(FileMode.Create, FileAccess.Write)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.SetLastWriteTimeUtc(fresh, at.UtcDateTime);
        File.Move(fresh, file, overwrite: true);
    }

    private static string FileOf(string folder, string name) => Path.Combine(folder, name + Suffix);

    private static void Refuse(string name)
    {
        if (!Allowed().IsMatch(name)) throw new ArgumentException($"'{name}' cannot name a snapshot: 1 to 80 letters, digits, '-', '_' and '.', not beginning with '.'.");
    }

    private KeyNotFoundException Missing(string name) => new($"There is no snapshot '{name}'. Snapshots: {string.Join(", ", List().Select(label => label.Name).DefaultIfEmpty("none"))}.");

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
