namespace Spoke.Emulator.Faults;

/// <summary>
/// Text the path begins with. <c>*</c> stands for anything, so one in front matches anywhere in the path;
/// <c>{name}</c> stands for one segment, as in the published endpoints.
/// </summary>
internal sealed class PathPattern(string text)
{
    public string Text { get; } = text;

    public bool Matches(ReadOnlySpan<char> path) => Matches(Text, path);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == '*')
            {
                pattern = pattern[1..];
                for (var i = 0; i <= path.Length; i++)
                    if (Matches(pattern, path[i..])) return true;
                return false;
            }
            if (pattern[0] == '{' && pattern.IndexOf('}') is var close and > 0)
            {
                var end = path.IndexOf('/') is var slash and >= 0 ? slash : path.Length;
                if (end == 0) return false;
                pattern = pattern[(close + 1)..];
                path = path[end..];
                continue;
            }
            if (path.IsEmpty || pattern[0] != path[0]) return false;
            pattern = pattern[1..];
            path = path[1..];
        }
        return true;
    }
}
