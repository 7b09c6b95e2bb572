using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>A value with where it comes from; no property when it is a detail of an event.</summary>
internal readonly record struct Subject(ListScope Scope, StoredRecord Record, PropertyDefinition? Property, string? Value)
{
    /// <summary>The value and every one it had before, as far back as the record remembers.</summary>
    public IEnumerable<string> EverBeen()
    {
        if (Value is not null) yield return Value;
        if (Property is null) yield break;
        foreach (var past in Record.History ?? [])
            if (past.Slot == Property.Slot) yield return past.Value;
    }

    public static string? ValueOf(StoredRecord record, PropertyDefinition property) => property.System == SystemValue.None
        ? record.Get(property.Slot)
        : RecordJson.SystemText(record, property.System, record.UpdatedMs);
}

/// <summary>What a property filter asks of a value.</summary>
internal abstract class ValueOperation
{
    /// <summary>A record without a value is accepted instead of judged.</summary>
    public bool IncludesEmpty { get; init; }

    /// <summary>It has something to say about records without a value itself.</summary>
    protected virtual bool JudgesEmpty => false;

    public bool Holds(in Subject subject) => subject.Value is null && !JudgesEmpty ? IncludesEmpty : Judge(subject);

    protected abstract bool Judge(in Subject subject);

    public virtual IEnumerable<long> Turns(Subject subject) => [];
}

internal sealed class PropertyCondition(PropertyDefinition property, ValueOperation operation) : Condition
{
    public override bool Meets(ListScope scope, StoredRecord record) => operation.Holds(new Subject(scope, record, property, Subject.ValueOf(record, property)));

    public override IEnumerable<long> Turns(ListScope scope, StoredRecord record) => operation.Turns(new Subject(scope, record, property, Subject.ValueOf(record, property)));
}

/// <summary>ALL_PROPERTY: known or not.</summary>
internal sealed class KnownOperation(bool known) : ValueOperation
{
    protected override bool JudgesEmpty => true;

    protected override bool Judge(in Subject subject) => subject.Value is not null == known;
}

/// <summary>STRING, MULTISTRING, COMPARATIVE_STRING: case does not count.</summary>
internal sealed class TextOperation(string name, Func<StoredRecord, IReadOnlyList<string>?> wanted) : ValueOperation
{
    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        "IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "CONTAINS", "DOES_NOT_CONTAIN", "STARTS_WITH", "ENDS_WITH", "CONTAINS_EXACTLY", "DOES_NOT_CONTAIN_EXACTLY",
        "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO", "HAS_EVER_CONTAINED", "HAS_NEVER_CONTAINED",
    };

    protected override bool JudgesEmpty => name.StartsWith("HAS_", StringComparison.Ordinal);

    protected override bool Judge(in Subject subject)
    {
        if (wanted(subject.Record) is not { } texts) return IncludesEmpty;
        var value = subject.Value ?? "";
        return name switch
        {
            "IS_EQUAL_TO" => texts.Any(text => Same(value, text)),
            "IS_NOT_EQUAL_TO" => !texts.Any(text => Same(value, text)),
            "CONTAINS" => texts.Any(text => Within(value, text)),
            "DOES_NOT_CONTAIN" => !texts.Any(text => Within(value, text)),
            "STARTS_WITH" => texts.Any(text => value.StartsWith(text, StringComparison.OrdinalIgnoreCase)),
            "ENDS_WITH" => texts.Any(text => value.EndsWith(text, StringComparison.OrdinalIgnoreCase)),
            "CONTAINS_EXACTLY" => texts.Any(text => HasWords(value, text)),
            "DOES_NOT_CONTAIN_EXACTLY" => !texts.Any(text => HasWords(value, text)),
            "HAS_EVER_BEEN_EQUAL_TO" => subject.EverBeen().Any(past => texts.Any(text => Same(past, text))),
            "HAS_NEVER_BEEN_EQUAL_TO" => !subject.EverBeen().Any(past => texts.Any(text => Same(past, text))),
            "HAS_EVER_CONTAINED" => subject.EverBeen().Any(past => texts.Any(text => Within(past, text))),
            _ => !subject.EverBeen().Any(past => texts.Any(text => Within(past, text))),
        };
    }

    private static bool Same(string value, string text) => value.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static bool Within(string value, string text) => value.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static bool HasWords(string value, string text) => $" {value} ".Contains($" {text} ", StringComparison.OrdinalIgnoreCase);
}

/// <summary>NUMBER and NUMBER_RANGED.</summary>
internal sealed class NumberOperation(string name, decimal low, decimal high) : ValueOperation
{
    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        "IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "IS_GREATER_THAN", "IS_GREATER_THAN_OR_EQUAL_TO", "IS_LESS_THAN", "IS_LESS_THAN_OR_EQUAL_TO",
        "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO",
    };

    public static readonly IReadOnlySet<string> RangeNames = new HashSet<string> { "IS_BETWEEN", "IS_NOT_BETWEEN" };

    protected override bool JudgesEmpty => name.StartsWith("HAS_", StringComparison.Ordinal);

    protected override bool Judge(in Subject subject)
    {
        if (name == "HAS_EVER_BEEN_EQUAL_TO") return Ever(subject);
        if (name == "HAS_NEVER_BEEN_EQUAL_TO") return !Ever(subject);
        if (Number(subject.Value!) is not { } value) return false;
        return name switch
        {
            "IS_EQUAL_TO" => value == low,
            "IS_NOT_EQUAL_TO" => value != low,
            "IS_GREATER_THAN" => value > low,
            "IS_GREATER_THAN_OR_EQUAL_TO" => value >= low,
            "IS_LESS_THAN" => value < low,
            "IS_LESS_THAN_OR_EQUAL_TO" => value <= low,
            "IS_BETWEEN" => value >= low && value <= high,
            _ => value < low || value > high,
        };
    }

    private bool Ever(in Subject subject) => subject.EverBeen().Any(past => Number(past) == low);

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

internal sealed class BoolOperation(string name, bool wanted) : ValueOperation
{
    public static readonly IReadOnlySet<string> Names = new HashSet<string> { "IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "HAS_EVER_BEEN_EQUAL_TO", "HAS_NEVER_BEEN_EQUAL_TO" };

    private readonly string text = wanted ? "true" : "false";

    protected override bool JudgesEmpty => name.StartsWith("HAS_", StringComparison.Ordinal);

    protected override bool Judge(in Subject subject) => name switch
    {
        "IS_EQUAL_TO" => subject.Value == text,
        "IS_NOT_EQUAL_TO" => subject.Value != text,
        "HAS_EVER_BEEN_EQUAL_TO" => subject.EverBeen().Contains(text),
        _ => !subject.EverBeen().Contains(text),
    };
}

/// <summary>ENUMERATION: a value with several options is the set of them.</summary>
internal sealed class OptionOperation(string name, IReadOnlyList<string> wanted) : ValueOperation
{
    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        "IS_ANY_OF", "IS_NONE_OF", "IS_EXACTLY", "IS_NOT_EXACTLY", "CONTAINS_ALL", "DOES_NOT_CONTAIN_ALL", "HAS_EVER_BEEN_ANY_OF", "HAS_NEVER_BEEN_ANY_OF",
        "HAS_EVER_BEEN_EXACTLY", "HAS_NEVER_BEEN_EXACTLY", "HAS_EVER_CONTAINED_ALL", "HAS_NEVER_CONTAINED_ALL",
    };

    protected override bool JudgesEmpty => name.StartsWith("HAS_", StringComparison.Ordinal);

    protected override bool Judge(in Subject subject) => name switch
    {
        "IS_ANY_OF" => Any(subject.Value!),
        "IS_NONE_OF" => !Any(subject.Value!),
        "IS_EXACTLY" => Exactly(subject.Value!),
        "IS_NOT_EXACTLY" => !Exactly(subject.Value!),
        "CONTAINS_ALL" => All(subject.Value!),
        "DOES_NOT_CONTAIN_ALL" => !All(subject.Value!),
        "HAS_EVER_BEEN_ANY_OF" => subject.EverBeen().Any(Any),
        "HAS_NEVER_BEEN_ANY_OF" => !subject.EverBeen().Any(Any),
        "HAS_EVER_BEEN_EXACTLY" => subject.EverBeen().Any(Exactly),
        "HAS_NEVER_BEEN_EXACTLY" => !subject.EverBeen().Any(Exactly),
        "HAS_EVER_CONTAINED_ALL" => subject.EverBeen().Any(All),
        _ => !subject.EverBeen().Any(All),
    };

    private bool Any(string value) => value.Split(';').Any(wanted.Contains);

    private bool All(string value) => wanted.All(value.Split(';').Contains);

    private bool Exactly(string value) => value.Split(';').ToHashSet().SetEquals(wanted);
}
