using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;

namespace Spoke.Emulator.Crm;

/// <summary>A rule users put on a property's values. <see cref="Refuses"/> knows what each kind means.</summary>
/// <param name="Normalises">Blanks around a text do not count, and are not kept.</param>
internal sealed record ValidationRule(string Kind, IReadOnlyList<string> Arguments, bool Normalises)
{
    /// <summary>A pattern of the user's may not hold up the server.</summary>
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(200);

    /// <summary>Every kind HubSpot publishes, and the property types it can stand on.</summary>
    public static IReadOnlyDictionary<string, string[]> Kinds { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["ALPHANUMERIC"] = ["string"],
        ["FORMAT"] = ["string"],
        ["SPECIAL_CHARACTERS"] = ["string"],
        ["WHITESPACE"] = ["string"],
        ["REGEX"] = ["string"],
        ["MIN_LENGTH"] = ["string"],
        ["MAX_LENGTH"] = ["string"],
        ["URL"] = ["string"],
        ["URL_ALLOWED_DOMAINS"] = ["string"],
        ["URL_BLOCKED_DOMAINS"] = ["string"],
        ["EMAIL"] = ["string"],
        ["EMAIL_ALLOWED_DOMAINS"] = ["string"],
        ["EMAIL_BLOCKED_DOMAINS"] = ["string"],
        ["DOMAIN"] = ["string"],
        ["PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE"] = ["string", "phone_number"],
        ["MIN_NUMBER"] = ["number"],
        ["MAX_NUMBER"] = ["number"],
        ["DECIMAL"] = ["number"],
        ["START_DATE"] = ["date"],
        ["END_DATE"] = ["date"],
        ["AFTER_DURATION"] = ["date"],
        ["BEFORE_DURATION"] = ["date"],
        ["DAYS_OF_WEEK"] = ["date", "datetime"],
        ["START_DATETIME"] = ["datetime"],
        ["END_DATETIME"] = ["datetime"],
        ["AFTER_DATETIME_DURATION"] = ["datetime"],
        ["BEFORE_DATETIME_DURATION"] = ["datetime"],
    };

    private string First => Arguments.Count > 0 ? Arguments[0] : "";

    /// <summary>Why the value is refused, or null. It is in the form in which it would be kept.</summary>
    public string? Refuses(string value, long atMs) => Kind switch
    {
        "MIN_LENGTH" => value.Length < Number(First) ? $"must have at least {First} characters" : null,
        "MAX_LENGTH" => value.Length > Number(First) ? $"must have at most {First} characters" : null,
        "MIN_NUMBER" => Number(value) < Number(First) ? $"must be at least {First}" : null,
        "MAX_NUMBER" => Number(value) > Number(First) ? $"must be at most {First}" : null,
        "DECIMAL" => Decimals(value) > Number(First) ? $"must have at most {First} decimal places" : null,
        "ALPHANUMERIC" or "FORMAT" => Letters(value),
        "SPECIAL_CHARACTERS" => value.Any(letter => !char.IsLetterOrDigit(letter) && !char.IsWhiteSpace(letter)) ? "must not hold special characters" : null,
        "WHITESPACE" => value.Any(char.IsWhiteSpace) ? "must not hold blanks" : null,
        "REGEX" => Matches(value) ? null : $"must match {First}",
        "URL" => Host(value) is null ? "must be a URL" : null,
        "URL_ALLOWED_DOMAINS" => Host(value) is { } host && Within(host) ? null : $"must be a URL of {All}",
        "URL_BLOCKED_DOMAINS" => Host(value) is { } host && Within(host) ? $"must not be a URL of {All}" : null,
        "EMAIL" => MailAddress.TryCreate(value, out _) && ValueRules.IsEmail(value) ? null : "must be an e-mail address",
        "EMAIL_ALLOWED_DOMAINS" => Within(AfterAt(value)) ? null : $"must be an address of {All}",
        "EMAIL_BLOCKED_DOMAINS" => Within(AfterAt(value)) ? $"must not be an address of {All}" : null,
        "DOMAIN" => Uri.CheckHostName(value) == UriHostNameType.Dns && value.Contains('.', StringComparison.Ordinal) ? null : "must be a domain",
        "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE" => value.StartsWith('+') && value.Count(char.IsAsciiDigit) is >= 7 and <= 15 && value.Skip(1).All(letter => char.IsAsciiDigit(letter) || " -().".Contains(letter, StringComparison.Ordinal)) ? null : "must be a phone number that begins with + and a country code",
        "DAYS_OF_WEEK" => Moment(value) is { } day && Arguments.Contains(day.DayOfWeek.ToString(), StringComparer.OrdinalIgnoreCase) ? null : $"must be a {All}",
        "START_DATE" or "START_DATETIME" => Moment(value) < Moment(First) ? $"must not be before {First}" : null,
        "END_DATE" or "END_DATETIME" => Moment(value) > Moment(First) ? $"must not be after {First}" : null,
        "AFTER_DURATION" or "AFTER_DATETIME_DURATION" => Moment(value) < Shifted(atMs) ? $"must be after the present moment by {First}" : null,
        "BEFORE_DURATION" or "BEFORE_DATETIME_DURATION" => Moment(value) > Shifted(atMs) ? $"must be before the present moment moved by {First}" : null,
        _ => null,
    };

    /// <summary>Why the arguments do not fit the kind, or null.</summary>
    public string? Wrong() => Kind switch
    {
        "MIN_LENGTH" or "MAX_LENGTH" or "MIN_NUMBER" or "MAX_NUMBER" or "DECIMAL" => Number(First) is null ? $"{Kind} needs a number as its argument" : null,
        "REGEX" => IsPattern(First) ? null : "REGEX needs a regular expression as its argument",
        "START_DATE" or "END_DATE" or "START_DATETIME" or "END_DATETIME" => Moment(First) is null ? $"{Kind} needs a date as its argument" : null,
        "AFTER_DURATION" or "BEFORE_DURATION" or "AFTER_DATETIME_DURATION" or "BEFORE_DATETIME_DURATION" => Duration() is null ? $"{Kind} needs an ISO 8601 duration such as P1D as its argument" : null,
        "DAYS_OF_WEEK" => Arguments.Count > 0 && Arguments.All(day => Enum.TryParse<DayOfWeek>(day, ignoreCase: true, out _) && !char.IsAsciiDigit(day[0])) ? null : "DAYS_OF_WEEK needs days such as MONDAY as its arguments",
        "URL_ALLOWED_DOMAINS" or "URL_BLOCKED_DOMAINS" or "EMAIL_ALLOWED_DOMAINS" or "EMAIL_BLOCKED_DOMAINS" => Arguments.Count > 0 ? null : $"{Kind} needs domains as its arguments",
        _ => null,
    };

    private string All => string.Join(", ", Arguments);

    private string? Letters(string value) => First switch
    {
        "NUMERIC_ONLY" => value.All(char.IsAsciiDigit) ? null : "must hold digits only",
        "ALPHABETIC_ONLY" or "ALPHA_ONLY" => value.All(char.IsLetter) ? null : "must hold letters only",
        "UPPERCASE_ONLY" or "UPPERCASE" => value.Any(char.IsLower) ? "must be in upper case" : null,
        "LOWERCASE_ONLY" or "LOWERCASE" => value.Any(char.IsUpper) ? "must be in lower case" : null,
        _ => value.All(char.IsLetterOrDigit) ? null : "must hold letters and digits only",
    };

    private bool Matches(string value)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{First})$", RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool IsPattern(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant, LongestMatch);
            return text.Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private bool Within(string host) => Arguments.Any(domain => host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase));

    private static string AfterAt(string value) => value[(value.LastIndexOf('@') + 1)..];

    private static string? Host(string value) =>
        Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : $"https://{value}", UriKind.Absolute, out var uri) && uri.Host.Contains('.', StringComparison.Ordinal) ? uri.Host : null;

    private static int Decimals(string value) => value.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? value.Length - point - 1 : 0;

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTime? Moment(string text) => ValueRules.TryMoment(text, out var ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime : null;

    private DateTime? Shifted(long atMs) => Duration() is { } span ? DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime + span : null;

    private TimeSpan? Duration()
    {
        try
        {
            return System.Xml.XmlConvert.ToTimeSpan(First);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
