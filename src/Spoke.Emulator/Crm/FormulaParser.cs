using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.Emulator.Crm;

/// <summary>
/// Reads the language of HubSpot's calculationFormula: literals, <c>string(name)</c>, <c>bool(name)</c> and bare names of numbers, operators, functions, and
/// <c>if … then … elseif … then … else … endif</c>, of which the end may be left out. Names are case-sensitive, space does not count.
/// Source: the section "Calculation property syntax" of HubSpot's guide to the properties API.
/// </summary>
internal sealed partial class FormulaParser
{
    private const int Deepest = 200;
    private static readonly string[] Keywords = ["if", "then", "elseif", "else", "endif", "and", "or", "not", "equals", "true", "false"];
    private readonly ObjectTypeDefinition type;
    private readonly List<Match> tokens = [];
    private readonly HashSet<string> inputs = new(StringComparer.Ordinal);
    private int at;
    private int depth;

    private FormulaParser(ObjectTypeDefinition type, string formula)
    {
        this.type = type;
        foreach (Match token in Token().Matches(formula))
        {
            if (token.Groups["wrong"].Success) throw new FormulaFault($"We were expecting a valid function or value expression but found {token.Value} at position {token.Index + 1} instead.");
            tokens.Add(token);
        }
    }

    /// <exception cref="FormulaFault">It is not in the language, or a property in it is not there or of another kind.</exception>
    /// <exception cref="NotDoneYet">It reads a fact of the record that the emulator does not have when it calculates.</exception>
    public static Formula Parse(ObjectTypeDefinition type, string formula)
    {
        var parser = new FormulaParser(type, formula);
        var whole = parser.Statement();
        return parser.at == parser.tokens.Count ? new Formula(whole, parser.inputs) : throw parser.Expected("the end of the formula");
    }

    private string? Next => at < tokens.Count ? tokens[at].Value : null;

    private bool Take(string text)
    {
        if (Next != text) return false;
        at++;
        return true;
    }

    private void Require(string text)
    {
        if (!Take(text)) throw Expected(text);
    }

    private FormulaFault Expected(string what) => new($"We were expecting {what} but found {(Next is { } found ? $"{found} at position {tokens[at].Index + 1}" : "the end of the formula")} instead.");

    private FormulaPart Statement()
    {
        if (++depth > Deepest) throw new FormulaFault($"The formula is nested more than {Deepest} deep.");
        var part = Take("if") ? Condition() : Or();
        depth--;
        return part;
    }

    private FormulaPart Condition()
    {
        var when = Truth(Or(), "if");
        Require("then");
        var then = Statement();
        var otherwise = new FormulaPart(FormulaKind.Text, static _ => null, Empty: true);
        if (Take("elseif")) otherwise = Condition();   // the end belongs to the whole chain
        else
        {
            if (Take("else")) otherwise = Statement();
            Take("endif");
        }
        if (then.Kind != otherwise.Kind && !then.Empty && !otherwise.Empty) throw new FormulaFault($"All branches of an if must give the same kind of value, not {Word(then)} and {Word(otherwise)}.");
        // A condition that cannot be told counts as not met.
        return new FormulaPart(then.Empty ? otherwise.Kind : then.Kind, record => when.Value(record) is true ? then.Value(record) : otherwise.Value(record), then.Empty && otherwise.Empty);
    }

    private FormulaPart Or()
    {
        var left = And();
        while (Take("or"))
        {
            var (one, two) = (Truth(left, "or"), Truth(And(), "or"));
            left = new FormulaPart(FormulaKind.Truth, record => one.Value(record) is true || two.Value(record) is true);
        }
        return left;
    }

    private FormulaPart And()
    {
        var left = Not();
        while (Take("and"))
        {
            var (one, two) = (Truth(left, "and"), Truth(Not(), "and"));
            left = new FormulaPart(FormulaKind.Truth, record => one.Value(record) is true && two.Value(record) is true);
        }
        return left;
    }

    private FormulaPart Not()
    {
        var negations = 0;
        while (Take("not")) negations++;
        var part = Comparison();
        if (negations == 0) return part;
        var inner = Truth(part, "not");
        return negations % 2 == 0 ? inner : new FormulaPart(FormulaKind.Truth, record => inner.Value(record) is not true);
    }

    private FormulaPart Comparison()
    {
        var left = Sum();
        if (Next is not ("<" or ">" or "<=" or ">=" or "=" or "equals" or "!=")) return left;
        var operation = Next;
        at++;
        var right = Sum();
        if (operation is "=" or "equals" or "!=")
        {
            if (left.Kind != right.Kind) throw new FormulaFault($"{Word(left)} and {Word(right)} cannot be compared.");
            var wanted = operation != "!=";
            return new FormulaPart(FormulaKind.Truth, record => left.Value(record) is { } one && right.Value(record) is { } two ? one.Equals(two) == wanted : null);
        }
        return FormulaFunctions.Arithmetic(operation, Number(left, operation), Number(right, operation));
    }

    private FormulaPart Sum()
    {
        var left = Product();
        while (Next is "+" or "-")
        {
            var operation = tokens[at++].Value;
            var right = Product();
            left = operation == "+" && left.Kind == FormulaKind.Text && right.Kind == FormulaKind.Text ? FormulaFunctions.Concatenate([left, right])
                : FormulaFunctions.Arithmetic(operation, Number(left, operation), Number(right, operation));
        }
        return left;
    }

    private FormulaPart Product()
    {
        var left = Signed();
        while (Next is "*" or "/")
        {
            var operation = tokens[at++].Value;
            left = FormulaFunctions.Arithmetic(operation, Number(left, operation), Number(Signed(), operation));
        }
        return left;
    }

    private FormulaPart Signed()
    {
        var negative = false;
        while (Take("-")) negative = !negative;
        var part = Primary();
        return negative ? FormulaFunctions.Arithmetic("-", new FormulaPart(FormulaKind.Number, static _ => 0m), Number(part, "-")) : part;
    }

    private FormulaPart Primary()
    {
        if (at == tokens.Count) throw Expected("a valid function or value expression");
        var token = tokens[at];
        if (token.Groups["number"].Success && decimal.TryParse(token.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            at++;
            return new FormulaPart(FormulaKind.Number, _ => number);
        }
        if (token.Groups["text"].Success)
        {
            at++;
            var text = token.Value[1..^1];
            return new FormulaPart(FormulaKind.Text, _ => text, text.Length == 0);
        }
        if (Take("true")) return new FormulaPart(FormulaKind.Truth, static _ => true);
        if (Take("false")) return new FormulaPart(FormulaKind.Truth, static _ => false);
        if (Take("("))
        {
            var inner = Statement();
            Require(")");
            return inner;
        }
        if (!token.Groups["name"].Success || Keywords.Contains(token.Value)) throw Expected("a valid function or value expression");
        at++;
        return Take("(") ? Call(token.Value) : Property(token.Value, FormulaKind.Number);
    }

    private FormulaPart Call(string name)
    {
        if (name is "string" or "bool")
        {
            if (at == tokens.Count || !tokens[at].Groups["name"].Success) throw Expected("the name of a property");
            var property = Property(tokens[at++].Value, name == "bool" ? FormulaKind.Truth : FormulaKind.Text);
            Require(")");
            return property;
        }
        var arguments = new List<FormulaPart>();
        if (Next != ")")
            do arguments.Add(Statement());
            while (Take(","));
        Require(")");
        return FormulaFunctions.Call(name, arguments);
    }

    private FormulaPart Property(string name, FormulaKind kind)
    {
        if (type.Properties.Find(name) is not { } property) throw new FormulaFault($"Property {name} does not exist on {type.Id}.");
        if (property.System is not (SystemValue.None or SystemValue.CreatedAt)) throw new NotDoneYet();
        var (its, spelling) = property.Type switch
        {
            "number" or "date" or "datetime" => (FormulaKind.Number, name),
            "bool" => (FormulaKind.Truth, $"bool({name})"),
            _ => (FormulaKind.Text, $"string({name})"),
        };
        if (its != kind) throw new FormulaFault($"Property {name} is of type {property.Type}: it is written {spelling}.");
        inputs.Add(name);
        return new FormulaPart(kind, kind switch
        {
            FormulaKind.Text => record => record.Get(name),
            FormulaKind.Truth => record => record.Get(name) switch { "true" => true, "false" => false, _ => null },
            // Moments count in milliseconds.
            _ when property.Type != "number" => record => record.Get(name) is { } value && ValueRules.TryMoment(value, out var ms) ? (decimal)ms : null,
            _ => record => decimal.TryParse(record.Get(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        });
    }

    private static FormulaPart Number(FormulaPart part, string by) => part.Kind == FormulaKind.Number ? part
        : throw new FormulaFault($"{by} takes numbers, not {Word(part)}{(part.Kind == FormulaKind.Text ? "; string_to_number and number_to_string convert" : "")}.");

    private static FormulaPart Truth(FormulaPart part, string by) => part.Kind == FormulaKind.Truth ? part : throw new FormulaFault($"{by} takes a boolean, not {Word(part)}.");

    public static string Word(FormulaPart part) => part.Kind switch { FormulaKind.Number => "a number", FormulaKind.Text => "a string", _ => "a boolean" };

    [GeneratedRegex("""(?<number>\d+(?:\.\d+)?|\.\d+)|(?<text>'[^']*'|"[^"]*")|(?<name>[A-Za-z_][A-Za-z0-9_]*)|<=|>=|!=|[-+*/<>=(),]|(?<wrong>\S)""", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
