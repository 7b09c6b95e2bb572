using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>Collects properties in HubSpot's text forms; what has no value is left out.</summary>
internal sealed class PropertyBag
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Values => _values;

    public PropertyBag Text(string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value)) _values[name] = value.Trim();
        return this;
    }

    public PropertyBag Amount(string name, Money? value)
    {
        if (value is { } money) _values[name] = money.ToPlainText();
        return this;
    }

    public PropertyBag Count(string name, int value)
    {
        _values[name] = value.ToString(CultureInfo.InvariantCulture);
        return this;
    }

    public PropertyBag Moment(string name, DateTimeOffset? value)
    {
        if (value is { } moment) _values[name] = moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return this;
    }
}
