using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>OR, AND, NOT_ALL, NOT_ANY and RESTRICTED: filters and branches joined.</summary>
internal sealed class JoinedCondition(string kind, IReadOnlyList<Condition> parts) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) => kind switch
    {
        "OR" => Any(scope, record),
        "NOT_ALL" => !All(scope, record),
        "NOT_ANY" => !Any(scope, record),
        _ => All(scope, record),
    };

    public override IEnumerable<long> Turns(ListScope scope, StoredRecord record) => parts.SelectMany(part => part.Turns(scope, record));

    private bool Any(ListScope scope, StoredRecord record)
    {
        foreach (var part in parts)
            if (part.Meets(scope, record)) return true;
        return false;
    }

    private bool All(ListScope scope, StoredRecord record)
    {
        foreach (var part in parts)
            if (!part.Meets(scope, record)) return false;
        return true;
    }
}

internal sealed class ConstantCondition(bool accepts) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) => accepts;
}

/// <summary>Records at the other end of an association that meet something; how many of them is asked for by <paramref name="occurrences"/>.</summary>
internal sealed class AssociationCondition(ObjectTypeDefinition target, int typeId, string? category, Condition inner, Occurrences occurrences, bool negated) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record)
    {
        int met = 0, all = 0;
        foreach (var other in Others(record))
        {
            all++;
            if (inner.Meets(scope, other)) met++;
        }
        return occurrences.Accepts(met, all) != negated;
    }

    public override IEnumerable<long> Turns(ListScope scope, StoredRecord record) => Others(record).SelectMany(other => inner.Turns(scope, other));

    private IEnumerable<StoredRecord> Others(StoredRecord record)
    {
        foreach (var edge in record.Edges ?? [])
            if (edge.Type.To == target && edge.Type.Id == typeId && (category is null || edge.Type.Category == category) && target.Records.Find(edge.To) is { Archived: false } other)
                yield return other;
    }
}

/// <summary>The record whose id a property holds meets something.</summary>
internal sealed class ReferenceCondition(PropertyDefinition property, ObjectTypeDefinition target, Condition inner, bool negated) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) => (Other(record) is { } other && inner.Meets(scope, other)) != negated;

    public override IEnumerable<long> Turns(ListScope scope, StoredRecord record) => Other(record) is { } other ? inner.Turns(scope, other) : [];

    private StoredRecord? Other(StoredRecord record) =>
        record.Get(property.Slot) is { } id && target.Records.Find(id) is { Archived: false } other ? other : null;
}

/// <summary>The record is on another list, or isn't.</summary>
internal sealed class MemberCondition(long listId, bool negated) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) => scope.IsMember(listId, record.Id) != negated;
}

/// <summary>What the contact wants of some kinds of e-mail.</summary>
internal sealed class SubscriptionCondition(IReadOnlyList<string> subscriptions, IReadOnlyList<string> accepted) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) =>
        subscriptions.Any(subscription => accepted.Contains(scope.OptState(record, subscription)));
}

/// <summary>Facts about the record, such as events, pruned by time and details and then counted.</summary>
internal sealed class FactCondition(FactQuery query, IReadOnlyList<(string Name, ValueOperation Operation)> lines, Window? window, Occurrences occurrences, bool negated) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record)
    {
        int met = 0, all = 0;
        foreach (var fact in scope.Facts(record, query))
        {
            all++;
            if (Fits(scope, record, fact)) met++;
        }
        return occurrences.Accepts(met, all) != negated;
    }

    public override IEnumerable<long> Turns(ListScope scope, StoredRecord record) =>
        window is null ? [] : scope.Facts(record, query).SelectMany(fact => window.Turns(scope, record, fact.AtMs));

    private bool Fits(ListScope scope, StoredRecord record, Fact fact)
    {
        if (window?.Holds(scope, record, fact.AtMs) == false) return false;
        foreach (var (name, operation) in lines)
            if (!operation.Holds(new Subject(scope, record, null, fact.Value(name)))) return false;
        return true;
    }
}

/// <summary>How many of the things asked about must be so: a number, or all, any, none of them.</summary>
internal sealed record Occurrences(int Least = 1, int Most = int.MaxValue, string? Set = null)
{
    public bool Accepts(int met, int all) => Set switch
    {
        "ALL" => all > 0 && met == all,
        "ALL_INCLUDE_EMPTY" => met == all,
        "ANY_INCLUDE_EMPTY" => all == 0 || met > 0,
        "NONE" => met == 0,
        "NONE_EXCLUDE_EMPTY" => all > 0 && met == 0,
        _ => met >= Least && met <= Most,
    };

    public override string ToString() => Set ?? string.Create(CultureInfo.InvariantCulture, $"{Least}..{Most}");
}
