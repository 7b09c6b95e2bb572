using System.Text.RegularExpressions;

namespace Spoke.Sync.Tests.Storage;

/// <summary>SQL outside a dialect is SQL that SQLite and PostgreSQL both understand.</summary>
public sealed partial class SqlPortabilityTests
{
    private static readonly string Sources = Find();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Sources, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Sources, file)).Where(file => !file.StartsWith(Path.Combine("Storage", "Sqlite"), StringComparison.Ordinal) && !file.StartsWith(Path.Combine("Storage", "Postgres"), StringComparison.Ordinal) && !file.Contains("obj", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Holds_no_SQL_of_one_database_only(string file)
    {
        var found = OneDatabaseOnly().Matches(File.ReadAllText(Path.Combine(Sources, file))).Select(match => match.Value).Distinct().ToList();
        Assert.True(found.Count == 0, $"{file}: {string.Join(", ", found)} is understood by one database only. Put what is looked for into a column, name the conflict target, or ask ISqlDialect, or give it a member.");
    }

    [Theory]
    [InlineData("select json_extract(body, '$.Sku')")]
    [InlineData("insert or ignore into intake")]
    [InlineData("on conflict do update set state = 0")]
    [InlineData("select ifnull(a, b)")]
    [InlineData("select rowid from edge")]
    [InlineData("insert or replace into edge")]
    [InlineData("where platform_id in @ids")]
    public void Would_find(string sql) => Assert.Matches(OneDatabaseOnly(), sql);

    [GeneratedRegex(@"\b(json_\w+\(|json_each|jsonb?_\w+\(|->>|insert or \w+|replace into|on conflict do update|ifnull\(|rowid|last_insert_rowid|strftime|datetime\('|group_concat|glob |pragma |autoincrement|without rowid|::\w+|ilike |string_agg|for update|any\(@| in @\w)", RegexOptions.IgnoreCase)]
    private static partial Regex OneDatabaseOnly();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Spoke.slnx"))) return Path.Combine(folder.FullName, "src", "Spoke.Sync");
        throw new InvalidOperationException("These tests run from inside the repository: no Spoke.slnx above " + AppContext.BaseDirectory);
    }
}
