using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>The files that were named on the command line; of a folder those that may hold a request.</summary>
internal static class DoctorFiles
{
    private const int MostFiles = 2000;

    private static readonly string[] s_kinds =
        [".bru", ".json", ".yml", ".yaml", ".http", ".rest", ".har", ".env", ".sh", ".bash", ".ps1", ".bat", ".cmd", ".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx", ".cs", ".php", ".rb", ".go", ".java", ".kt", ".txt", ".log"];

    private static readonly string[] s_skipped = ["node_modules", "bin", "obj", "vendor", "dist", "build", "__pycache__", "venv", "target"];

    public static async Task<IReadOnlyList<DoctorFile>> ReadAsync(IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        var files = new List<DoctorFile>();
        foreach (var name in named)
        {
            try
            {
                if (name == "-") files.Add(new DoctorFile("-", await StandardInputAsync(cancellationToken).ConfigureAwait(false)));
                else if (!Directory.Exists(name)) files.Add(new DoctorFile(name, await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false)));
                else await FolderAsync(name, files, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new UsageException($"{name} cannot be read: {wrong.Message}");
            }
        }
        if (files.Count == 0) throw new UsageException($"{string.Join(", ", named)} holds no file that could be a request: none ends in {string.Join(' ', s_kinds)}.");
        return files;
    }

    private static async Task FolderAsync(string folder, List<DoctorFile> files, CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal))
        {
            if (!IsKind(path) || Path.GetRelativePath(folder, path).Split('/', '\\').SkipLast(1).Any(part => s_skipped.Contains(part) || part is ".git")) continue;
            var length = new FileInfo(path).Length;
            bytes += length;
            if (files.Count >= MostFiles || bytes > Doctor.LongestExport) throw new UsageException($"{folder} holds more than {MostFiles} files or {Doctor.LongestExport:N0} bytes. Name the files with the requests that fail.");
            files.Add(new DoctorFile(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)));
        }
    }

    private static bool IsKind(string path) => s_kinds.Contains(Path.GetExtension(path).ToLowerInvariant()) || Path.GetFileName(path).StartsWith(".env", StringComparison.Ordinal);

    private static async Task<byte[]> StandardInputAsync(CancellationToken cancellationToken)
    {
        using var input = Terminal.OpenStandardInput();
        using var memory = new MemoryStream();
        await input.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
        return memory.ToArray();
    }
}
