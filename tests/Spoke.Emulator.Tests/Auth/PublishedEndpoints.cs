namespace Spoke.Emulator.Tests.Auth;

/// <summary>The published table, read apart from the emulator's own reader.</summary>
internal sealed record PublishedEndpoint(string Method, string Template, string[][] Scopes, string AuthKinds)
{
    /// <summary>The path with an example in place of every parameter.</summary>
    public string Path => string.Join('/', Template.Split('/').Select(segment => !segment.StartsWith('{') ? segment : segment.Contains("bjectType") ? "unknown_type" : "1"));

    public bool IsOpen => AuthKinds == "-" && (Template.StartsWith("/oauth/") || Template.Contains("/ip-ranges") || Template.EndsWith("/sample-response"));

    public bool IsDeveloperKeyOnly => AuthKinds == "developer_hapikey"
        || StartsWithAny("/media-bridge/v1/{appId}", "/media-bridge/2026-03/{appId}", "/marketing/v3/marketing-events/{appId}/settings", "/marketing/marketing-events/2026-03/{appId}/settings", "/integrators/timeline/v3/{appId}/event-templates");

    public bool IsAppLevel => !IsOpen && !IsDeveloperKeyOnly && !AuthKinds.Contains("private_apps") && StartsWithAny(
        "/webhooks/v3/{appId}", "/webhooks/2026-03/{appId}", "/webhooks-journal/", "/crm/v3/extensions/calling", "/crm/extensions/calling/2026-03/{appId}",
        "/crm/v3/extensions/cards", "/crm/extensions/cards", "/automation/v4/actions/{appId}", "/automation/actions/2026-03/{appId}",
        "/conversations/v3/custom-channels", "/conversations/custom-channels");

    public bool IsForAccounts => !IsOpen && !IsDeveloperKeyOnly && !IsAppLevel;

    public override string ToString() => $"{Method} {Template}";

    public static IReadOnlyList<PublishedEndpoint> All { get; } = Load();

    public static string? DataFolder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(System.IO.Path.Combine(folder.FullName, name))) return System.IO.Path.Combine(folder.FullName, name);
        return null;
    }

    private static PublishedEndpoint[] Load()
    {
        var folder = DataFolder("data")!;
        var sets = File.ReadLines(System.IO.Path.Combine(folder, "scope-sets.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(fields => "@" + fields[0], fields => fields[1]);
        return [.. File.ReadLines(System.IO.Path.Combine(folder, "endpoints.tsv")).Skip(1).Select(line => line.Split('\t')).Select(fields =>
        {
            var scopes = sets.GetValueOrDefault(fields[4], fields[4]);
            return new PublishedEndpoint(fields[0], fields[1], scopes == "-" ? [] : [.. scopes.Split(',').Select(one => one.Split('+'))], fields[5]);
        })];
    }

    private bool StartsWithAny(params string[] families) => families.Any(family => Template.StartsWith(family, StringComparison.Ordinal));
}
