using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.Emulator.Crm;

/// <summary>What a property accepts and in which form it is kept.</summary>
internal static partial class ValueRules
{
    private const int LongestText = 65_536;
    private static readonly string[] LifecycleOrder =
        ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other"];

    /// <summary>The value to keep, or null with the reason why it is refused. <paramref name="value"/> is not empty.</summary>
    public static string? Normalise(ObjectTypeDefinition type, PropertyDefinition property, string value, string? current, out ValueFault? fault)
    {
        fault = null;
        switch (property.Type)
        {
            case "number": return Number(property, value, out fault);
            case "bool": return Boolean(property, value, out fault);
            case "date": return Date(property, value, out fault);
            case "datetime": return DateTime(property, value, out fault);
            case "enumeration" when property.Name == "hs_additional_emails" && type.EmailProperty is not null: return EmailRules.Normalise(property, value, current, out fault);
            case "enumeration": return Options(property, value, current, out fault);
        }
        if (value.Length > LongestText)
        {
            fault = new(property.Name, "VALUE_TOO_LONG", $"The value of \"{property.Name}\" is longer than {LongestText} characters.");
            return null;
        }
        if (property.Name == type.EmailProperty) return Email(property, value, out fault);
        return property.Name == "domain" && type.Singular == "company" ? Domain(value) : value;
    }

    /// <summary>A lifecycle stage only moves forward: an earlier one is left out unless the property was cleared before.</summary>
    public static bool MovesBackward(PropertyDefinition property, string value, string? current)
    {
        if (property.Name != "lifecyclestage" || current is null) return false;
        int from = Array.IndexOf(LifecycleOrder, current), to = Array.IndexOf(LifecycleOrder, value);
        return from >= 0 && to >= 0 && to < from;
    }

    /// <summary>The form in which a lookup by a unique property compares.</summary>
    public static string Key(ObjectTypeDefinition type, PropertyDefinition property, string value) =>
        property.Name == type.EmailProperty ? value.Trim().ToLowerInvariant() : value;

    public static bool IsEmail(string value) => EmailShape().IsMatch(value);

    public static string? Email(PropertyDefinition property, string value, out ValueFault? fault)
    {
        var email = value.Trim().ToLowerInvariant();
        fault = email.Length <= 254 && IsEmail(email) ? null : new(property.Name, "INVALID_EMAIL", $"Email address {value} is invalid");
        return fault is null ? email : null;
    }

    private static string Domain(string value)
    {
        var text = value.Trim().ToLowerInvariant();
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0) text = text[(scheme + 3)..];
        var end = text.AsSpan().IndexOfAny('/', '?', '#');
        if (end >= 0) text = text[..end];
        return text.StartsWith("www.", StringComparison.Ordinal) ? text[4..] : text;
    }

    private static string? Number(PropertyDefinition property, string value, out ValueFault? fault)
    {
        var text = value.Trim();
        fault = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ||
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var wide) && double.IsFinite(wide)
            ? null
            : new(property.Name, "INVALID_LONG", $"{value} was not a valid long.");
        return fault is null ? text : null;
    }

    private static string? Boolean(PropertyDefinition property, string value, out ValueFault? fault)
    {
        fault = null;
        if (value.Equals("true", StringComparison.OrdinalIgnoreCase)) return "true";
        if (value.Equals("false", StringComparison.OrdinalIgnoreCase)) return "false";
        fault = new(property.Name, "INVALID_OPTION", $"{value} was not one of the allowed options: [true, false]");
        return null;
    }

    private static string? Date(PropertyDefinition property, string value, out ValueFault? fault)
    {
        fault = null;
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return Day(day);
        if (!TryMoment(value, out var ms))
        {
            fault = new(property.Name, "INVALID_DATE", $"{value} was not a valid date.");
            return null;
        }
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime;
        if (moment.TimeOfDay == TimeSpan.Zero) return Day(DateOnly.FromDateTime(moment));
        var clock = moment.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        fault = new(property.Name, "INVALID_DATE", $"{value} is at {clock} UTC, not midnight!");
        return null;

        static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string? DateTime(PropertyDefinition property, string value, out ValueFault? fault)
    {
        fault = null;
        if (TryMoment(value, out var ms)) return JsonReply.Iso(ms);
        fault = new(property.Name, "INVALID_DATE", $"{value} was not a valid date.");
        return null;
    }

    /// <summary>Milliseconds since 1970, or an ISO date with or without a time; without a zone it is UTC.</summary>
    public static bool TryMoment(string value, out long ms)
    {
        const long last = 253_402_300_799_999, first = -62_135_596_800_000;
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ms)) return ms is >= first and <= last;
        var looksIso = value.Length >= 10 && value[4] == '-' && value[7] == '-';
        if (looksIso && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
        {
            ms = moment.ToUnixTimeMilliseconds();
            return true;
        }
        ms = 0;
        return false;
    }

    private static string? Options(PropertyDefinition property, string value, string? current, out ValueFault? fault)
    {
        fault = null;
        var many = property.FieldType == "checkbox";
        var append = many && value.StartsWith(';');
        var parts = many ? value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [value];
        if (!property.ExternalOptions)
            for (var i = 0; i < parts.Length; i++)
            {
                var part = parts[i];
                // The option's own text is kept, so that a million records share it.
                if (property.Options.FirstOrDefault(option => option.Value == part) is { } option)
                {
                    parts[i] = option.Value;
                    continue;
                }
                var allowed = string.Join(", ", property.Options.Select(option => option.Value));
                fault = new(property.Name, "INVALID_OPTION", $"{part} was not one of the allowed options: [{allowed}]");
                return null;
            }
        if (parts.Length == 1 && !append) return parts[0];
        if (!append || string.IsNullOrEmpty(current)) return string.Join(';', parts.Distinct());
        return string.Join(';', current.Split(';').Concat(parts).Distinct());
    }

    [GeneratedRegex(@"^[^\s@<>(),;:""\[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EmailShape();
}
