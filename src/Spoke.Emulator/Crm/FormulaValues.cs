namespace Spoke.Emulator.Crm;

/// <summary>Properties users define by a formula: checked when they are defined, worked out in the write that changes what they read.</summary>
internal static class FormulaValues
{
    /// <exception cref="CrmRefusal">The formula is wrong, gives another kind of value than the property holds, or reads its own result.</exception>
    public static void Check(ObjectTypeDefinition type, string name, string valueType, string fieldType, string? formula)
    {
        if (formula is null) return;
        if (fieldType != "calculation_equation") throw PropertyErrors.Invalid(name, $"A calculationFormula goes with the field type calculation_equation, not {fieldType}");
        Formula read;
        try
        {
            read = FormulaParser.Parse(type, formula);
        }
        catch (FormulaFault fault)
        {
            throw PropertyErrors.WrongFormula(name, fault.Message);
        }
        var fits = read.Whole.Empty || (valueType, read.Whole.Kind) is ("number", FormulaKind.Number) or ("bool", FormulaKind.Truth) or ("string", FormulaKind.Text) or ("enumeration", FormulaKind.Text or FormulaKind.Truth);
        if (!fits) throw PropertyErrors.WrongFormula(name, $"The property is of type {valueType}, but the formula gives {FormulaParser.Word(read.Whole)}.");
        if (Reads(type, read, name, [])) throw PropertyErrors.WrongFormula(name, $"It reads {name} itself.");
    }

    /// <summary>Sets what the formulas of the type give for the values the record will have.</summary>
    public static void Apply(RecordDraft draft, long atMs)
    {
        var formulas = draft.Type.Properties.WithFormula;
        if (formulas.Count == 0) return;
        var record = new FormulaRecord(draft, atMs);
        var done = new HashSet<PropertyDefinition>();
        foreach (var property in formulas) Work(property);

        // What a formula reads is worked out before it.
        void Work(PropertyDefinition property)
        {
            if (property.Archived || !done.Add(property) || Of(draft.Type, property) is not { } formula) return;
            foreach (var input in formula.Inputs)
                if (draft.Type.Properties.Find(input) is { } read && formulas.Contains(read)) Work(read);
            if (formula.For(record, property) is var value && value != draft[property.Slot]) draft[property.Slot] = value;
        }
    }

    /// <summary>Works all records of the type out anew, after a formula was defined or changed.</summary>
    public static void Fill(CrmCall call, ObjectTypeDefinition type)
    {
        foreach (var record in type.Records.All.Where(record => !record.Archived).ToArray())
        {
            var draft = new RecordDraft(type, record);
            Apply(draft, call.AtMs);
            if (draft.Changes) call.Portal.Writer.Apply(draft, call);
        }
    }

    private static bool Reads(ObjectTypeDefinition type, Formula formula, string name, HashSet<string> seen) =>
        formula.Inputs.Any(input => input == name || (seen.Add(input) && type.Properties.Find(input) is { } property && Of(type, property) is { } inner && Reads(type, inner, name, seen)));

    // One that was kept from before its property was archived or changed may not be readable any more: it has no value then.
    private static Formula? Of(ObjectTypeDefinition type, PropertyDefinition property)
    {
        if (property.CalculationFormula is not { } text) return null;
        if (property.Formula is { } known && known.Text == text) return known.Formula;
        Formula? formula = null;
        try
        {
            formula = FormulaParser.Parse(type, text);
        }
        catch (Exception wrong) when (wrong is FormulaFault or NotDoneYet)
        {
            return null;
        }
        property.Formula = (text, formula);
        return formula;
    }
}
