using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>What formulas can do with values. What lacks an argument for a record has no value there.</summary>
internal static class FormulaFunctions
{
    private const int MostArguments = 100;

    public static FormulaPart Call(string name, IReadOnlyList<FormulaPart> arguments)
    {
        switch (name)
        {
            case "max" or "min":
                Count(name, arguments, 2, MostArguments);
                foreach (var argument in arguments) Kind(name, argument, FormulaKind.Number);
                var largest = name == "max";
                return new FormulaPart(FormulaKind.Number, record =>
                {
                    var values = arguments.Select(argument => argument.Value(record)).OfType<decimal>().ToArray();
                    return values.Length < arguments.Count ? null : largest ? values.Max() : values.Min();
                });
            case "is_present":
                Count(name, arguments, 1, 1);
                return new FormulaPart(FormulaKind.Truth, record => arguments[0].Value(record) is not (null or ""));
            case "contains":
                Count(name, arguments, 2, 2);
                foreach (var argument in arguments) Kind(name, argument, FormulaKind.Text);
                return new FormulaPart(FormulaKind.Truth, record => arguments[0].Value(record) is string text && arguments[1].Value(record) is string part ? text.Contains(part, StringComparison.Ordinal) : null);
            case "concatenate":
                Count(name, arguments, 2, MostArguments);
                foreach (var argument in arguments) Kind(name, argument, FormulaKind.Text);
                return Concatenate(arguments);
            case "number_to_string":
                Count(name, arguments, 1, 1);
                Kind(name, arguments[0], FormulaKind.Number);
                return new FormulaPart(FormulaKind.Text, record => arguments[0].Value(record) is decimal number ? Formula.Text(number) : null);
            case "string_to_number":
                Count(name, arguments, 1, 1);
                Kind(name, arguments[0], FormulaKind.Text);
                return new FormulaPart(FormulaKind.Number, record => decimal.TryParse(arguments[0].Value(record) as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null);
            default:
                throw new FormulaFault($"We were expecting a valid function or value expression but found {name} instead.");
        }
    }

    public static FormulaPart Concatenate(IReadOnlyList<FormulaPart> parts) => new(FormulaKind.Text, record =>
    {
        var texts = parts.Select(part => part.Value(record)).OfType<string>().ToArray();
        return texts.Length == parts.Count ? string.Concat(texts) : null;
    });

    public static FormulaPart Arithmetic(string operation, FormulaPart left, FormulaPart right) => operation is "<" or ">" or "<=" or ">="
        ? new FormulaPart(FormulaKind.Truth, record => left.Value(record) is decimal one && right.Value(record) is decimal two
            ? operation switch { "<" => one < two, ">" => one > two, "<=" => one <= two, _ => one >= two } : null)
        : new FormulaPart(FormulaKind.Number, record => left.Value(record) is decimal one && right.Value(record) is decimal two ? Calculate(operation, one, two) : null);

    private static object? Calculate(string operation, decimal one, decimal two)
    {
        try
        {
            return operation switch { "+" => one + two, "-" => one - two, "*" => one * two, _ => two == 0 ? null : one / two };
        }
        catch (OverflowException)
        {
            return null;   // larger than any property holds
        }
    }

    private static void Count(string name, IReadOnlyList<FormulaPart> arguments, int least, int most)
    {
        if (arguments.Count < least || arguments.Count > most)
            throw new FormulaFault(string.Create(CultureInfo.InvariantCulture, $"{name} takes {(least == most ? $"{least}" : $"{least} to {most}")} arguments, not {arguments.Count}."));
    }

    private static void Kind(string name, FormulaPart argument, FormulaKind kind)
    {
        if (argument.Kind != kind) throw new FormulaFault($"{name} takes {(kind == FormulaKind.Number ? "numbers" : "strings")}, not {FormulaParser.Word(argument)}.");
    }
}
