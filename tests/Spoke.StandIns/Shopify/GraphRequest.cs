using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using GraphQLParser;
using GraphQLParser.AST;

namespace Spoke.StandIns.Shopify;

/// <summary>What is refused before or while a query is carried out, as GraphQL says it.</summary>
internal sealed class GraphError(string message, string code) : Exception(message)
{
    public string Code => code;
    public JsonObject More { get; } = [];
}

/// <summary>A field that is asked for: its name, the name it is answered under, its arguments, and what is asked of it.</summary>
internal sealed class GraphField(string name, string key, IReadOnlyDictionary<string, GraphQLValue> arguments, IReadOnlyList<GraphChoice> selection)
{
    public string Name => name;
    public string Key => key;
    public IReadOnlyDictionary<string, GraphQLValue> Arguments => arguments;
    public IReadOnlyList<GraphChoice> Selection => selection;
}

/// <param name="On">The type it is asked of only; null: any.</param>
internal sealed record GraphChoice(string? On, GraphField Field);

/// <summary>A parsed operation. Parsing is the package's; kept by text, as clients send the same again and again.</summary>
internal sealed class GraphRequest(bool isMutation, IReadOnlyList<GraphChoice> selection)
{
    private static readonly ConcurrentDictionary<string, GraphRequest> Known = new();

    public bool IsMutation => isMutation;
    public IReadOnlyList<GraphChoice> Selection => selection;

    public static GraphRequest Parse(string text) => Known.GetOrAdd(text, static query =>
    {
        try
        {
            var document = Parser.Parse(query);
            var fragments = document.Definitions.OfType<GraphQLFragmentDefinition>().ToDictionary(f => f.FragmentName.Name.StringValue);
            var operation = document.Definitions.OfType<GraphQLOperationDefinition>().Single();
            var choices = Choices(operation.SelectionSet, null, fragments);
            CheckVariables(operation, choices);
            return new GraphRequest(operation.Operation == OperationType.Mutation, choices);
        }
        catch (Exception wrong) when (wrong is GraphQLParser.Exceptions.GraphQLParserException or InvalidOperationException)
        {
            throw new GraphError(wrong.Message, "parseError");
        }
    });

    // What is declared has to be used, and what is used declared.
    private static void CheckVariables(GraphQLOperationDefinition operation, IReadOnlyList<GraphChoice> choices)
    {
        var declared = (operation.Variables?.Items ?? []).Select(variable => variable.Variable.Name.StringValue).ToHashSet();
        var used = new HashSet<string>();
        void In(GraphQLValue? value)
        {
            switch (value)
            {
                case GraphQLVariable variable: used.Add(variable.Name.StringValue); break;
                case GraphQLListValue list: list.Values?.ForEach(In); break;
                case GraphQLObjectValue thing: thing.Fields?.ForEach(part => In(part.Value)); break;
            }
        }
        void Walk(IReadOnlyList<GraphChoice> selection)
        {
            foreach (var (_, asked) in selection)
            {
                foreach (var value in asked.Arguments.Values) In(value);
                Walk(asked.Selection);
            }
        }
        Walk(choices);
        if (declared.Except(used).FirstOrDefault() is { } unused) throw new GraphError($"Variable ${unused} is declared by the operation but not used", "variableNotUsed");
        if (used.Except(declared).FirstOrDefault() is { } unknown) throw new GraphError($"Variable ${unknown} is used by the operation but not declared", "variableNotDefined");
    }

    /// <summary>A literal or a variable as JSON.</summary>
    public static JsonNode? Value(GraphQLValue value, JsonObject variables) => value switch
    {
        GraphQLVariable variable => variables[variable.Name.StringValue]?.DeepClone(),
        GraphQLStringValue text => JsonValue.Create(text.Value.ToString()),
        GraphQLIntValue number => JsonValue.Create(long.Parse(number.Value.Span, CultureInfo.InvariantCulture)),
        GraphQLFloatValue number => JsonValue.Create(decimal.Parse(number.Value.Span, CultureInfo.InvariantCulture)),
        GraphQLBooleanValue flag => JsonValue.Create(flag.BoolValue),
        GraphQLEnumValue word => JsonValue.Create(word.Name.StringValue),
        GraphQLListValue list => new JsonArray([.. (list.Values ?? []).Select(item => Value(item, variables))]),
        GraphQLObjectValue thing => new JsonObject((thing.Fields ?? []).Select(field => KeyValuePair.Create(field.Name.StringValue, Value(field.Value, variables)))),
        _ => null,
    };

    private static List<GraphChoice> Choices(GraphQLSelectionSet? set, string? on, Dictionary<string, GraphQLFragmentDefinition> fragments)
    {
        var choices = new List<GraphChoice>();
        foreach (var selection in set?.Selections ?? [])
        {
            switch (selection)
            {
                case GraphQLField field:
                    var arguments = (field.Arguments?.Items ?? []).ToDictionary(a => a.Name.StringValue, a => a.Value);
                    choices.Add(new GraphChoice(on, new GraphField(field.Name.StringValue, (field.Alias?.Name ?? field.Name).StringValue, arguments, Choices(field.SelectionSet, null, fragments))));
                    break;
                case GraphQLInlineFragment fragment:
                    choices.AddRange(Choices(fragment.SelectionSet, fragment.TypeCondition?.Type.Name.StringValue ?? on, fragments));
                    break;
                case GraphQLFragmentSpread spread:
                    var named = fragments[spread.FragmentName.Name.StringValue];
                    choices.AddRange(Choices(named.SelectionSet, named.TypeCondition.Type.Name.StringValue, fragments));
                    break;
            }
        }
        return choices;
    }
}

/// <summary>A field with its arguments worked out.</summary>
internal sealed class GraphCall(GraphField asked, JsonObject variables)
{
    public string Name => asked.Name;

    public JsonNode? this[string argument] => asked.Arguments.TryGetValue(argument, out var value) ? GraphRequest.Value(value, variables) : null;

    public string? Text(string argument) => (string?)this[argument];

    public int? Whole(string argument) => this[argument] is JsonValue value ? (int)value.GetValue<long>(out var number) : null;
}

internal static class JsonNumbers
{
    /// <summary>A whole number, however it came to be JSON.</summary>
    public static long GetValue<T>(this JsonValue value, out long number) => number = value.TryGetValue<long>(out var whole) ? whole : value.TryGetValue<int>(out var small) ? small : throw new GraphError("a whole number is needed", "argumentLiteralsIncompatible");
}
