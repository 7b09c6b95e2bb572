using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>The files that were named on the command line; of a folder those that may hold a request.</summary>
internal static class DoctorFiles
{
    private const int MostFiles = 2000;

    private static readonly string[] s_kinds =
        [".bru", ".json", ".yml", ".yaml", ".http", ".rest", ".har", ".env", ".sh", ".bash", ".ps1", ".bat", ".cmd", ".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx", ".cs", ".php", ".rb", ".go", ".java", ".kt", ".txt", ".log"];

    private static readonly string[] s_skipped = ["node_modules", "bin", "obj", "vendor", "dist", "build", "__pycache__", "venv", "target"];

    /// <param name="named">Files, folders, or - for standard input.</param>
    /// <param name="longest">Longest file of a folder that is looked at, in bytes, unless it is a recording; longer ones are named and passed over.</param>
    public static async Task<IReadOnlyList<DoctorFile>> ReadAsync(IReadOnlyList<string> named, int longest, CancellationToken cancellationToken)
    {
        var files = new List<DoctorFile>();
        foreach (var name in named)
        {
            try
            {
                if (name == "-") files.Add(new DoctorFile("-", await StandardInputAsync(cancellationToken).ConfigureAwait(false)));
                else if (!Directory.Exists(name)) files.Add(new DoctorFile(name, await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false)));
                else await FolderAsync(name, files, longest, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new UsageException($"{name} cannot be read: {wrong.Message}");
            }
        }
        if (files.Count == 0) throw new UsageException($"{string.Join(", ", named)} holds no file that could be a request: none ends in {string.Join(' ', s_kinds)}.");
        return files;
    }

    private static async Task FolderAsync(string folder, List<DoctorFile> files, int longest, CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal))
        {
            if (!IsKind(path) || Path.GetRelativePath(folder, path).Split('/', '\\').SkipLast(1).Any(part => s_skipped.Contains(part) || part is ".git")) continue;
            var length = new FileInfo(path).Length;
            if (length > longest && length > await LongestAsync(path, longest, cancellationToken).ConfigureAwait(false))
            {
                await Terminal.Error.WriteLineAsync($"spoke: {path} has {length:N0} bytes and was passed over.").ConfigureAwait(false);
                continue;
            }
            bytes += length;
            if (files.Count >= MostFiles || bytes > Doctor.LongestExport) throw new UsageException($"{folder} holds more than {MostFiles} files or {Doctor.LongestExport:N0} bytes. Name the files with the requests that fail.");
            files.Add(new DoctorFile(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)));
        }
    }

    /// <summary>A recording may be longer than other texts: its first characters tell.</summary>
    private static async Task<int> LongestAsync(string path, int longest, CancellationToken cancellationToken)
    {
        if (longest >= Doctor.LongestExport) return longest;
        var file = File.OpenRead(path);
        await using var _ = file.ConfigureAwait(false);
        var head = new byte[64];
        var got = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return head.AsSpan(0, got).TrimStart("\uFEFF \r\n\t"u8) is [(byte)'{' or (byte)'[', ..] ? Doctor.LongestExport : longest;
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
