namespace Spoke.Sync.Pulling;

/// <summary>Tags as one text. 'VIP' and 'vip' are one tag. Pure.</summary>
internal static class TagSet
{
    private static readonly char[] Between = [';', ','];

    /// <summary>Of a property: HubSpot parts the values of a list by semicolons, people and <c>hs_tags</c> by commas.</summary>
    public static IReadOnlyList<string> Read(string? text) =>
        [.. (text ?? "").Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The form in which two sets are compared.</summary>
    public static string Write(IEnumerable<string> tags) => string.Join(';', tags.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase));

    public static IEnumerable<string> Without(IEnumerable<string> tags, IEnumerable<string> others) => tags.Except(others, StringComparer.OrdinalIgnoreCase);

    /// <summary>The store's tags, with those that wait to be written there and without those that wait to be taken away.</summary>
    public static IReadOnlyList<string> With(IReadOnlyList<string> store, GivenValue? waiting) =>
        waiting is null ? store : [.. Without(store, waiting.Remove), .. Without(waiting.Add, store)];
}
