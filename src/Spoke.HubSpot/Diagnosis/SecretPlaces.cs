using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Which characters of a source are secret, so that lines can be shown with every other character in its place.</summary>
internal sealed partial class SecretPlaces
{
    private const int LargestWhole = 400_000;
    private const int Margin = 4000;

    private readonly bool[] _hidden;
    private (int From, int To) _searched;

    private SecretPlaces(SourceText source)
    {
        Source = source;
        _hidden = new bool[source.Text.Length];
    }

    public SourceText Source { get; }

    // Known shapes first, then names that secrets go by, then anything long and mixed enough to be one.
    [GeneratedRegex("""
        pat-[A-Za-z]{2}[0-9]{0,2}-[^\s"'&]{6,}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}[0-9a-fA-F-]*|\beyJ[A-Za-z0-9_.-]{8,}|\b(?:gh[oprsu]_|github_pat_|glpat-|sk_|rk_|pk_|sk-|xox|shp|whsec_|SG\.|AKIA|ya29\.)[A-Za-z0-9_.-]{8,}
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shapes();

    [GeneratedRegex("""(?<=(?:hapikey|api_?key|access_?token|refresh_?token|client_?secret|password|passwd|\bcode|csrf|tokenKey|\btoken|hubspotapi[\w-]*|hubspotutk|__cf_bm)["']?\s*(?:=|:)\s*["']?)[^\s"'&;,<>{}]{6,}""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("""(?<=(?:secret|passw(?:or)?d|private_?key|signature|api[_-]?key|hapikey)["']?\s*[=:]\s*)(?:"[^"\r\n]{3,}|'[^'\r\n]{3,}|[^\s"'&;,<>{}$%]{3,})""", RegexOptions.IgnoreCase)]
    private static partial Regex NamedSecret();

    [GeneratedRegex("""(?<=\b(?:Bearer|Basic|Token|OAuth|ApiKey)[:=]?\s{1,4}["']?)(?!\$|%|\{|<|\()[^\s"',;]{5,}""", RegexOptions.IgnoreCase)]
    private static partial Regex BehindScheme();

    [GeneratedRegex("(?<=(?:^|[\\s'\"])(?:Set-)?Cookie:)[^\r\n'\"]*|(?<=\\s(?:-u|--user|-b|--cookie)[ =]?['\"]?)[^\\s'\"]{5,}", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Values();

    [GeneratedRegex("[A-Za-z0-9_-]{16,}")]
    private static partial Regex LongRun();

    public static SecretPlaces Of(SourceText source, IEnumerable<ShownRequest> requests)
    {
        var places = new SecretPlaces(source);
        if (source.Text.Length <= LargestWhole) places.Search(0, source.Text.Length);
        foreach (var request in requests)
        {
            foreach (var header in request.Authorizations.Append(request.Header("Bearer")).Append(request.Header("Cookie")))
                if (header is not null && ShownCredential.Of(header).Token is var token && !IsNoSecret(token.Text))
                    places.Hide(token.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) ? token.Slice(6) : token);
            if (request.User is { } user) places.Hide(user);
            foreach (var sighting in request.Headers.Where(h => !h.Is("Authorization") && TokenJudgement.Of(h.Value.Text.Trim()).Kind is not null)) places.Hide(sighting.Value);
            foreach (var (name, value) in request.Address.Parameters)
                if (name.Text.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Text.Contains("token", StringComparison.OrdinalIgnoreCase) || name.Text.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Text == "code") places.Hide(value);
        }
        return places;
    }

    /// <summary>Hides what a stretch of the text gives away by shape or by name. Of a long recording only what is shown is searched.</summary>
    private void Search(int from, int to)
    {
        _searched = (from, to);
        var text = from == 0 && to == Source.Text.Length ? Source.Text : Source.Text[from..to];
        foreach (var regex in new[] { Shapes(), Named(), NamedSecret(), BehindScheme(), Values() })
            foreach (Match match in regex.Matches(text))
                if (!IsNoSecret(match.Value)) Hide(from + match.Index, match.Length);
        foreach (Match match in LongRun().Matches(text))
            if (IsMixed(match.ValueSpan)) Hide(from + match.Index, match.Length);
    }

    /// <summary>Placeholders and names of variables: showing them helps and gives nothing away.</summary>
    private static bool IsNoSecret(string text) =>
        text.Length is > 0 and < 80 && TokenJudgement.Of(text.Trim('"', '\'', '`', ',', ';', ')', ' ')).Faults is [{ Sure: true, Cause: "V01" or "V02" or "V03" or "V04" or "V05" or "V06" or "V08" }, ..] && !LongRun().Matches(text).Any(m => IsMixed(m.ValueSpan));

    /// <summary>A run with letters and enough digits to be random; names and plain numbers are not.</summary>
    private static bool IsMixed(ReadOnlySpan<char> run)
    {
        int digits = 0, letters = 0, changes = 0;
        for (var i = 0; i < run.Length; i++)
        {
            if (char.IsAsciiDigit(run[i])) digits++;
            else if (char.IsAsciiLetter(run[i])) letters++;
            if (i > 0 && char.IsAsciiDigit(run[i]) != char.IsAsciiDigit(run[i - 1])) changes++;
        }
        return letters >= 3 && digits >= 3 && changes >= 5;
    }

    private void Hide(int start, int length) => _hidden.AsSpan(start, Math.Min(length, _hidden.Length - start)).Fill(true);

    private void Hide(LocatedText text)
    {
        for (var i = 0; i < text.Length; i++)
            if (!text.IsFillingAt(i) && text.OffsetAt(i) < _hidden.Length) _hidden[text.OffsetAt(i)] = true;
    }

    /// <summary>A character as shown: letters and digits of secrets as stars, except the part that tells its kind; invisible ones made visible.</summary>
    public string At(int offset, bool keep)
    {
        if (offset < _searched.From || offset >= _searched.To) Search(Math.Max(0, offset - Margin), Math.Min(Source.Text.Length, offset + 4 * Margin));
        var c = Source.Text[offset];
        if (c == '\t') return "→";
        if (c == '\r') return "␍";
        if (c == '\n') return "␊";
        if (char.IsControl(c)) return "�";
        if (c == '\u00A0') return "␣";
        if (c is '\u200B' or '\u200C' or '\u200D' or '\uFEFF' or '\u2060' or '\u00AD' or (>= '\u200E' and <= '\u200F') or (>= '\u202A' and <= '\u202E')) return "·";
        if (!_hidden[offset] || keep || !char.IsAsciiLetterOrDigit(c)) return c.ToString();
        return IsKind(offset) ? c.ToString() : "*";
    }

    /// <summary>The first letters of a token tell what it is and give nothing away.</summary>
    private bool IsKind(int offset)
    {
        for (var start = Math.Max(0, offset - 7); start <= offset; start++)
            if (Source.Text.AsSpan(start).StartsWith("pat-", StringComparison.OrdinalIgnoreCase) && offset - start < (start + 7 < Source.Text.Length && Source.Text[start + 7] == '-' ? 7 : 4)) return true;
        var first = offset;
        while (first > 0 && offset - first < 3 && _hidden[first - 1]) first--;
        return offset - first < 2 && Run(first) >= 12;
    }

    private int Run(int start)
    {
        var end = start;
        while (end < _hidden.Length && _hidden[end]) end++;
        return end - start;
    }

    /// <summary>Takes out of a sentence whatever looks like a secret.</summary>
    public static string Mask(string text)
    {
        if (text.Length < 8) return text;
        text = Shapes().Replace(text, m => Star(m.Value));
        return LongRun().Replace(text, m => IsMixed(m.ValueSpan) ? Star(m.Value) : m.Value);
    }

    private static string Star(string value)
    {
        if (value.Contains('*')) return value;
        var kept = value.StartsWith("pat-", StringComparison.OrdinalIgnoreCase) && value.Length > 12 ? 8 : value.Length >= 12 ? 2 : 0;
        return new StringBuilder(value, 0, kept, 64).Append("****").ToString();
    }
}
