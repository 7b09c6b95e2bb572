using System.Globalization;

namespace Spoke.Emulator.Crm;

internal enum FormulaKind { Number, Text, Truth }

/// <summary>A part of a formula: what kind of value it gives, and the value for one record. Null: there is none, because something it needs is empty.</summary>
/// <param name="Empty">The text <c>''</c>, with which a formula says that there is no value, whatever the kind of the rest.</param>
internal sealed record FormulaPart(FormulaKind Kind, Func<FormulaRecord, object?> Value, bool Empty = false);

/// <summary>The record a formula is worked out for.</summary>
internal sealed record FormulaRecord(RecordDraft Draft, long AtMs)
{
    /// <summary>The value as it is stored; of a creation date the date itself.</summary>
    public string? Get(string name) => Draft.Type.Properties.Find(name) is not { } property ? null
        : property.System == SystemValue.CreatedAt ? JsonReply.Iso(Draft.CreatedMs ?? Draft.Record?.CreatedMs ?? AtMs)
        : Draft[property.Slot];
}

/// <summary>A calculated property's formula, ready to be worked out.</summary>
/// <param name="Inputs">The properties it reads.</param>
internal sealed record Formula(FormulaPart Whole, IReadOnlySet<string> Inputs)
{
    /// <summary>The value as properties hold it; null when there is none, or the property cannot hold it.</summary>
    public string? For(FormulaRecord record, PropertyDefinition property)
    {
        var text = Whole.Value(record) switch
        {
            decimal number => Text(number),
            bool truth => truth ? "true" : "false",
            string { Length: > 0 } other => other,
            _ => null,
        };
        return text is null || property.Type != "enumeration" || property.Options.Any(option => option.Value == text) ? text : null;
    }

    /// <summary>Without zeros at the end.</summary>
    public static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A formula cannot be read; the message says what was expected where.</summary>
internal sealed class FormulaFault(string message) : Exception(message);
