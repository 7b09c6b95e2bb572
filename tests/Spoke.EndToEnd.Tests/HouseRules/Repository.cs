namespace Spoke.EndToEnd.Tests.HouseRules;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Spoke.slnx"))) return folder.FullName;
        throw new InvalidOperationException("These tests run from inside the repository: no Spoke.slnx above " + AppContext.BaseDirectory);
    }
}
