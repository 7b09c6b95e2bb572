using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.Shopify;

/// <summary>Something that has no class of its own: a type's name and its fields.</summary>
internal sealed class Thing(string type) : Dictionary<string, object?>
{
    public string Type => type;
}

/// <summary>A connection: everything that is in it, in its order, with each item's place; the paging is done when it is answered.</summary>
internal sealed record Connection(string Type, IEnumerable<object> Items, Func<object, string> Place, int Limit = int.MaxValue);

/// <summary>Answers a selection from the shop's things: what is not asked for is not in the answer, and what no such type has is refused.</summary>
internal sealed class GraphAnswer(ShopifyFields fields, JsonObject variables)
{
    /// <summary>What the query really cost: what it found, not what it could have.</summary>
    public int Cost { get; private set; }

    public void Write(Utf8JsonWriter json, object source, IReadOnlyList<GraphChoice> selection, Func<GraphField, bool>? leaveOut = null)
    {
        json.WriteStartObject();
        var type = fields.TypeOf(source);
        foreach (var (on, field) in selection)
        {
            if (on is not null && on != type && !(on == "Node")) continue;
            if (leaveOut?.Invoke(field) == true) continue;
            json.WritePropertyName(field.Key);
            if (field.Name == "__typename") json.WriteStringValue(type);
            else WriteValue(json, fields.Read(source, new GraphCall(field, variables)), field, type);
        }
        json.WriteEndObject();
    }

    public object? Read(object source, GraphField field) => fields.Read(source, new GraphCall(field, variables));

    private void WriteValue(Utf8JsonWriter json, object? value, GraphField field, string type)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case Connection connection: WritePage(json, connection, field); break;
            case IEnumerable list when value is not Thing:
                json.WriteStartArray();
                foreach (var item in list) WriteValue(json, item, field, type);
                json.WriteEndArray();
                break;
            default:
                if (field.Selection.Count == 0) throw new GraphError($"Field must have selections (field '{field.Name}' returns {fields.TypeOf(value)} but has no selections.)", "selectionMismatch");
                Cost++;
                Write(json, value, field.Selection);
                break;
        }
    }

    private void WritePage(Utf8JsonWriter json, Connection connection, GraphField field)
    {
        var call = new GraphCall(field, variables);
        var first = call.Whole("first") ?? throw new GraphError($"you must provide one of first or last on '{field.Name}'", "missingRequiredArguments");
        if (first is < 1 or > 250) throw new GraphError($"first is 1 to 250, not {first}", "argumentLiteralsIncompatible");
        var after = call.Text("after");
        var items = connection.Items;
        var passed = 0;
        if (after is not null)
        {
            var parts = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(after)).Split('|', 2);
            passed = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
            items = items.Where(item => string.CompareOrdinal(connection.Place(item), parts[1]) > 0);
        }
        if (passed + first > connection.Limit && passed >= connection.Limit) throw new GraphError($"Pagination is limited to {connection.Limit} objects", "BAD_REQUEST");
        var page = items.Take(first + 1).ToList();
        var more = page.Count > first;
        if (more) page.RemoveAt(first);
        string Cursor(int i) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{passed + i + 1}|{connection.Place(page[i])}"));
        Cost += 2;
        json.WriteStartObject();
        foreach (var (_, part) in field.Selection)
        {
            json.WritePropertyName(part.Key);
            switch (part.Name)
            {
                case "nodes":
                    json.WriteStartArray();
                    foreach (var item in page) WriteValue(json, item, part, connection.Type);
                    json.WriteEndArray();
                    break;
                case "edges":
                    json.WriteStartArray();
                    for (var i = 0; i < page.Count; i++)
                    {
                        json.WriteStartObject();
                        foreach (var (_, inner) in part.Selection)
                        {
                            json.WritePropertyName(inner.Key);
                            if (inner.Name == "cursor") json.WriteStringValue(Cursor(i));
                            else WriteValue(json, page[i], inner, connection.Type);
                        }
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    break;
                case "pageInfo":
                    WriteValue(json, new Thing("PageInfo") { ["hasNextPage"] = more, ["hasPreviousPage"] = passed > 0, ["endCursor"] = page.Count > 0 ? Cursor(page.Count - 1) : null, ["startCursor"] = page.Count > 0 ? Cursor(0) : null }, part, connection.Type);
                    break;
                default:
                    throw ShopifyFields.Unknown(connection.Type + "Connection", part.Name);
            }
        }
        json.WriteEndObject();
    }

    /// <summary>What a selection could cost at most: an object one point, a connection two and as many times its content as it may hold, a mutation ten.</summary>
    public static double Dearest(IReadOnlyList<GraphChoice> selection, JsonObject variables, bool isMutation)
    {
        double cost = isMutation ? 10 : 0;
        foreach (var (_, field) in selection)
        {
            if (field.Selection.Count == 0 || field.Name == "pageInfo") continue;
            var inner = Dearest(field.Selection, variables, false);
            var call = new GraphCall(field, variables);
            if (call["ids"] is JsonArray ids) cost += ids.Count * (1 + inner);
            else if (field.Name is "nodes" or "edges" || (field.Name == "node" && call["id"] is null)) cost += inner;
            else if (IsConnection(field)) cost += 2 + (call.Whole("first") ?? 1) * (1 + inner);
            else cost += 1 + inner;
        }
        return cost;
    }

    public static bool IsConnection(GraphField field) => field.Selection.Any(choice => choice.Field.Name is "nodes" or "edges");
}
