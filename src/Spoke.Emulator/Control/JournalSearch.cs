using System.Globalization;
using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Account;
using Spoke.Emulator.Faults;

namespace Spoke.Emulator.Control;

/// <summary>
/// What is looked for in the journal, from the query: <c>method</c>, <c>path</c> (a pattern as for faults), <c>status</c> (404, 4xx or refused),
/// <c>text</c> (in path, reason and bodies, any case), <c>token</c> (whole, or as the journal shows it), <c>since</c> (a request's number, or a time), <c>limit</c>.
/// </summary>
internal sealed class JournalSearch
{
    private const int UsualLimit = 200;
    private readonly string? _method;
    private readonly PathPattern? _path;
    private readonly Func<int, bool>? _status;
    private readonly string? _text;
    private readonly string? _token;
    private readonly long? _sinceNumber;
    private readonly DateTimeOffset? _sinceTime;
    private readonly int _limit;

    public long? Hub { get; }

    /// <exception cref="ArgumentException">A parameter is not understood.</exception>
    /// <param name="hub">Only requests of this portal; null: of all.</param>
    public JournalSearch(IQueryCollection query, long? hub)
    {
        Hub = hub;
        _method = Given(query, "method");
        _path = Given(query, "path") is { } path ? new PathPattern(path) : null;
        _status = Given(query, "status") is { } status ? Status(status) : null;
        _text = Given(query, "text");
        _token = Given(query, "token") is { } token ? token.Contains("****", StringComparison.Ordinal) ? token : Secrets.MaskToken(token) : null;
        if (Given(query, "since") is { } since)
        {
            if (long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _sinceNumber = number;
            else if (DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) _sinceTime = time;
            else throw new ArgumentException($"since is a request's number or an ISO 8601 time, not '{since}'.");
        }
        _limit = int.TryParse(Given(query, "limit"), CultureInfo.InvariantCulture, out var asked) ? asked : UsualLimit;
    }

    /// <summary>The newest that match, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Find(Journal journal)
    {
        var found = new List<JournalEntry>();
        var all = journal.Last(int.MaxValue, Hub);
        for (var i = all.Count - 1; i >= 0 && found.Count < _limit; i--)
            if (Matches(all[i])) found.Add(all[i]);
        found.Reverse();
        return found;
    }

    private bool Matches(JournalEntry entry) =>
        (_method is null || _method.Equals(entry.Method, StringComparison.OrdinalIgnoreCase))
        && (_path is null || _path.Matches(entry.Path))
        && (_status is null || _status(entry.Status))
        && (_token is null || _token == entry.Token)
        && (_sinceNumber is null || entry.Number > _sinceNumber)
        && (_sinceTime is null || entry.At >= _sinceTime)
        && (_text is null || Holds(entry, _text));

    // Only what is shown can be found: a search must not be a way to guess a masked secret.
    private static bool Holds(JournalEntry entry, string text) =>
        ((string?[])[entry.ShownPath, entry.Verdict, entry.Why is null ? null : Secrets.Mask(entry.Why), JournalEntry.Shown(entry.Request), JournalEntry.Shown(entry.Response)])
        .Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private static Func<int, bool> Status(string text)
    {
        if (text == "refused") return status => status is 0 or >= 400;
        if (text.Length == 3 && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(text[0])) return status => status / 100 == text[0] - '0';
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var exact) ? status => status == exact : throw new ArgumentException($"status is a number such as 404, 4xx, or refused, not '{text}'.");
    }

    private static string? Given(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
}
