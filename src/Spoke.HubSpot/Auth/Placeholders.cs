using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Words that stand where a token belongs: placeholders of examples, empty variables, redactions.</summary>
internal static partial class Placeholders
{
    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase)
    {
        "your", "yours", "my", "the", "a", "an", "token", "tokens", "access", "accesstoken", "key", "apikey", "api", "here", "goes", "insert", "replace", "replaceme", "me", "with", "this", "example", "sample", "dummy", "fake",
        "placeholder", "changeme", "change", "todo", "fixme", "secret", "hubspot", "hs", "hub", "private", "app", "bearer", "put", "paste", "enter", "add", "fill", "in", "test", "testtoken", "foo", "bar", "abc", "abc123", "xyz",
        "oauth", "auth", "value", "string", "real", "actual", "valid", "some", "service", "servicekey", "pat", "na1", "eu1", "is", "from", "of", "to", "thisisatesttoken", "mytoken", "yourtoken", "user", "portal", "account", "crm", "personal",
    };

    private static readonly HashSet<string> s_empties = new(StringComparer.Ordinal)
    {
        "None", "null", "NULL", "Null", "undefined", "nil", "<nil>", "NaN", "nan", "false", "False", "[object Object]", "[object Promise]", "%!s(<nil>)", "Nothing", "Optional.empty", "Promise { <pending> }", "''", "\"\"",
    };

    [GeneratedRegex(@"redact|remov|hidden|hide|censor|masked|snip|private info|omitted", RegexOptions.IgnoreCase)]
    private static partial Regex Redaction();

    [GeneratedRegex(@"^[\[<{(*]*[\w\s./-]{2,40}[\]>})*]*$")]
    private static partial Regex Wordlike();

    [GeneratedRegex(@"^(System\.[A-Z]|<function |function ?\(|<bound method|<coroutine |Microsoft\.|java\.|Optional\[|Some\(|<?Promise\b|\[Function|AsyncFunction)")]
    private static partial Regex PrintedObject();

    [GeneratedRegex(@"^[xX]{3,}$|^(.)\1{5,}$")]
    private static partial Regex OneCharacter();

    [GeneratedRegex(@"^pat-[a-z]{2}[0-9]{0,2}-[x-]+$|^pat-x+[x-]*$", RegexOptions.IgnoreCase)]
    private static partial Regex FilledWithX();

    [GeneratedRegex(@"^pat-[a-z]{2}[0-9]{1,2}-(?:(.)\1{7}-\1{4}-\1{4}-\1{4}-\1{12}|(.)\2{7}-(.)\3{3}-(.)\4{3}-(.)\5{3}-(.)\6{11}|12345678-1234-1234-1234-[0-9a-f]{12}|12345678-90ab-cdef-1234-567890abcdef|abcdef12-3456-7890-abcd-ef1234567890)$", RegexOptions.IgnoreCase)]
    private static partial Regex MadeUp();

    public static bool IsEmptyWord(string token) => s_empties.Contains(token) || PrintedObject().IsMatch(token);

    /// <summary>What a poster writes over a secret; it says nothing about what was sent.</summary>
    public static bool IsRedaction(string token) => token.Length <= 40 && Wordlike().IsMatch(token) && Redaction().IsMatch(token);

    public static bool IsFilledWithX(string token) => FilledWithX().IsMatch(token) || OneCharacter().IsMatch(token);

    /// <summary>The right shape with digits nobody's token has: all alike, or counting up.</summary>
    public static bool IsMadeUp(string token) => MadeUp().IsMatch(token);

    /// <summary>Made of the words of examples.</summary>
    public static bool IsWords(string token)
    {
        var bare = token.Trim('<', '>', '[', ']', '(', ')', '*', '_', '-', '#', '@', '!', '.', '…', '|', '$', '{', '}', ' ');
        if (bare.Length == 0) return false;
        var wrapped = token[0] is '<' or '[' or '(' && token[^1] is '>' or ']' or ')';
        var parts = Split().Split(bare).Where(part => part.Length > 0).ToList();
        if (parts.Count == 0) return false;
        if (wrapped && bare.Length <= 40 && parts.All(part => part.All(char.IsAsciiLetterOrDigit))) return true;
        return parts.All(part => s_words.Contains(part) || OneCharacter().IsMatch(part) || part.Length <= 3 && part.All(char.IsAsciiDigit));
    }

    [GeneratedRegex(@"[\s_.:\-/]+|(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Split();
}
