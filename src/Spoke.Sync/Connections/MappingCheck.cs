using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Sync.Connections;

/// <summary>A mapping against the properties a portal has. Nothing of a record is in what it says.</summary>
internal static class MappingCheck
{
    /// <summary>Properties that are not there or cannot be written.</summary>
    public static IEnumerable<string> Against(PropertyMap mapping, string @object, IReadOnlyDictionary<string, CrmProperty> there)
    {
        foreach (var (property, template) in mapping.Entries(@object))
        {
            if (template is null) continue;
            if (!there.TryGetValue(property, out var known))
                yield return $"{@object}.{property}: HubSpot has no such property. Create it in HubSpot under Settings > Properties, or with spoke api POST /crm/v3/properties/{@object}; or correct the name in the mapping";
            else if (known.ReadOnlyValue)
                yield return $"{@object}.{property}: HubSpot computes this property and lets nobody write it. Map another one";
        }
    }

    /// <summary>What a value would have to be for the property; null: it fits.</summary>
    public static string? Misfit(CrmProperty property, string value) => property.Type switch
    {
        "number" when !decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _) => "a number",
        "bool" when value is not ("true" or "false") => "true or false",
        "date" when !IsMilliseconds(value) && !DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => "a day such as 2026-01-31 (the filter date: '%Y-%m-%d' makes one)",
        "datetime" when !IsMilliseconds(value) && !(value.Length >= 10 && value[4] == '-' && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) => "a time in ISO 8601",
        "enumeration" when property.Options.Count > 0 && value.Split(';').Any(one => property.Options.All(option => option.Value != one && option.Key != one)) => "one of the property's options",
        _ => null,
    };

    private static bool IsMilliseconds(string value) => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
