using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>Does a record, as the index sees it, meet the filters and the words of a query?</summary>
internal static class FilterEvaluator
{
    public static bool Matches(SearchQuery query, in IndexedRecord record)
    {
        if (!string.IsNullOrWhiteSpace(query.Text) && !MatchesText(query, record)) return false;
        if (query.Groups.Count == 0) return true;
        foreach (var group in query.Groups)
        {
            var all = true;
            foreach (var filter in group)
                if (!Matches(filter, record))
                {
                    all = false;
                    break;
                }
            if (all) return true;
        }
        return false;
    }

    private static bool Matches(SearchFilter filter, in IndexedRecord record)
    {
        if (filter.Associated is { } target) return MatchesAssociation(filter, record.Record, target);
        var property = filter.Property!;
        if (property.System == SystemValue.RecordId && filter.Numbers.Count > 0) return MatchesNumber(filter, record.Record.Id);
        if (property.System is SystemValue.CreatedAt or SystemValue.UpdatedAt && filter.Numbers.Count > 0)
            return MatchesNumber(filter, property.System == SystemValue.CreatedAt ? record.Record.CreatedMs : record.UpdatedMs);
        var value = record.Text(property);
        switch (filter.Operator)
        {
            case FilterOperator.HasProperty: return value is not null;
            case FilterOperator.NotHasProperty: return value is null;
            case FilterOperator.NotContainsToken: return value is null || !TokenText.Contains(value, filter.Token, filter.TokenWords);
        }
        // Nothing else matches a record without a value, not even "not equal".
        if (value is null) return false;
        if (filter.Operator == FilterOperator.ContainsToken) return TokenText.Contains(value, filter.Token, filter.TokenWords);
        if (filter.ComparesNumbers) return SearchFilter.ToNumber(property, value) is { } number && MatchesNumber(filter, number);
        return MatchesText(filter, property, value);
    }

    private static bool MatchesNumber(SearchFilter filter, decimal value) => filter.Operator switch
    {
        FilterOperator.Lt => value < filter.Numbers[0],
        FilterOperator.Lte => value <= filter.Numbers[0],
        FilterOperator.Gt => value > filter.Numbers[0],
        FilterOperator.Gte => value >= filter.Numbers[0],
        FilterOperator.Eq => value == filter.Numbers[0],
        FilterOperator.Neq => value != filter.Numbers[0],
        FilterOperator.Between => value >= filter.Numbers[0] && value <= filter.Numbers[1],
        FilterOperator.In => filter.Numbers.Contains(value),
        FilterOperator.NotIn => !filter.Numbers.Contains(value),
        _ => false,
    };

    private static bool MatchesText(SearchFilter filter, PropertyDefinition property, string value)
    {
        var enumeration = property.Type == "enumeration";
        var comparison = enumeration ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        switch (filter.Operator)
        {
            case FilterOperator.Eq: return Same(filter.Values[0]);
            case FilterOperator.Neq: return !Same(filter.Values[0]);
            // On strings the index holds lower case and IN compares exactly: a value with capitals never matches.
            case FilterOperator.In: return Listed();
            case FilterOperator.NotIn: return !Listed();
            case FilterOperator.Between: return string.Compare(value, filter.Values[0], comparison) >= 0 && string.Compare(value, filter.Values[1], comparison) <= 0;
        }
        var order = string.Compare(value, filter.Values[0], comparison);
        return filter.Operator switch
        {
            FilterOperator.Lt => order < 0,
            FilterOperator.Lte => order <= 0,
            FilterOperator.Gt => order > 0,
            FilterOperator.Gte => order >= 0,
            _ => false,
        };

        bool Listed()
        {
            if (property.Type != "string") return filter.Values.Any(Same);
            var lower = value.ToLowerInvariant();
            return filter.Values.Any(asked => asked == lower);
        }

        // A record with several options chosen equals each of them.
        bool Same(string asked) => value.Equals(asked, comparison) ||
            (enumeration && property.FieldType == "checkbox" && value.Split(';').Contains(asked));
    }

    private static bool MatchesAssociation(SearchFilter filter, StoredRecord record, ObjectTypeDefinition target)
    {
        var edges = AssociationStore.EdgesTowards(record, target);
        return filter.Operator switch
        {
            FilterOperator.HasProperty => edges.Any(),
            FilterOperator.NotHasProperty => !edges.Any(),
            _ => edges.Any(edge => filter.Values.Contains(edge.To.ToString(CultureInfo.InvariantCulture))),
        };
    }

    /// <summary>Every word of the query starts some word of the searchable properties.</summary>
    private static bool MatchesText(SearchQuery query, in IndexedRecord record)
    {
        foreach (var word in query.Words)
        {
            var found = false;
            foreach (var property in query.Searched)
                if (record.Text(property) is { } value && TokenText.HasWordFrom(value, word))
                {
                    found = true;
                    break;
                }
            if (!found) return false;
        }
        return true;
    }
}

/// <summary>A record as the index sees it: perhaps with values it had before its last write.</summary>
internal readonly record struct IndexedRecord(StoredRecord Record, PropertyValue[] Values, long UpdatedMs)
{
    public string? Text(PropertyDefinition property) => property.System == SystemValue.None
        ? PropertyValue.Find(Values, property.Slot)
        : RecordJson.SystemText(Record, property.System, UpdatedMs);
}
