namespace Spoke.HubSpot;

/// <summary>What the request offers as its credential: the header's scheme and token, taken apart with their places.</summary>
internal sealed class ShownCredential
{
    /// <summary>The header the credential is in; null when there is none.</summary>
    public ShownHeader? Header { get; private init; }

    /// <summary>The word before the gap; empty when the value has only one word.</summary>
    public LocatedText Scheme { get; private init; } = LocatedText.Empty;
    public LocatedText Gap { get; private init; } = LocatedText.Empty;

    /// <summary>What stands behind the scheme, with a second <c>Bearer</c> and white space around it taken off.</summary>
    public LocatedText Token { get; private init; } = LocatedText.Empty;

    /// <summary>White space behind the token.</summary>
    public LocatedText Tail { get; private init; } = LocatedText.Empty;

    /// <summary>How often <c>Bearer</c> stands in front of the token.</summary>
    public int Bearers { get; private init; }

    /// <summary>The second Bearer.</summary>
    public LocatedText? SecondBearer { get; private init; }

    /// <summary>The token's text can be judged: it is all there.</summary>
    public bool IsVisible => Token.Length > 0 && !Token.HasFillings && !IsMasked;

    /// <summary>A recording shows stars, or a word in brackets, where the token was: what was sent is not known.</summary>
    public bool IsMasked => _recorded && Token.Length > 0 && !Token.HasFillings && Judgement.Faults is [{ Cause: "H19" }, ..];
    private bool _recorded;

    public TokenJudgement Judgement => _judgement ??= TokenJudgement.Of(Token.Text);
    private TokenJudgement? _judgement;

    /// <summary>An access token of perfect shape.</summary>
    public bool IsPerfect => IsVisible && Judgement.Kind is not null && Bearers == 1 && Judgement.Faults.Count == 0;

    public static ShownCredential Of(ShownRequest request)
    {
        var header = request.Authorizations.FirstOrDefault() ?? request.Headers.Find(h => h.Is("Bearer"));
        var credential = header is null ? new ShownCredential() : Of(header);
        credential._recorded = request.Dialect is Dialect.Har or Dialect.Log;
        return credential;
    }

    public static ShownCredential Of(ShownHeader header)
    {
        var value = header.Value;
        var end = value.Length;
        while (end > 0 && IsSpace(value.Text[end - 1]) && !value.IsFillingAt(end - 1)) end--;
        var tail = value.Slice(end);
        var start = 0;
        while (start < end && IsSpace(value.Text[start])) start++;
        var body = value.Slice(start, end - start);
        if (header.Is("Bearer")) return new ShownCredential { Header = header, Token = body, Tail = tail, Bearers = 1 };
        var word = WordEnd(body);
        var scheme = word < body.Length || IsBearer(body.Text) ? body.Slice(0, word) : LocatedText.Empty;
        var gapEnd = word;
        while (gapEnd < body.Length && IsSpace(body.Text[gapEnd])) gapEnd++;
        var gap = scheme.Length > 0 ? body.Slice(word, gapEnd - word) : LocatedText.Empty;
        var token = scheme.Length > 0 ? body.Slice(gapEnd) : body;
        var bearers = IsBearer(scheme.Text) ? 1 : 0;
        LocatedText? second = null;
        while (bearers > 0 && token.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) && (token.Length == 6 || IsSpace(token.Text[6]) || token.Text[6] == ':'))
        {
            second ??= token.Slice(0, 6);
            bearers++;
            token = token.Slice(6).TrimStart();
        }
        return new ShownCredential { Header = header, Scheme = scheme, Gap = gap, Token = token, Tail = tail, Bearers = bearers, SecondBearer = second };
    }

    private static int WordEnd(LocatedText text)
    {
        var i = 0;
        while (i < text.Length && (text.IsFillingAt(i) || !IsSpace(text.Text[i]))) i++;
        return i;
    }

    public static bool IsBearer(string word) => word.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';
}
