using System.Buffers;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Who belongs on a list: HubSpot's filter branch. For conditions on properties there are members to build it with; any other branch
/// (events, associations, other lists) is given as JSON in HubSpot's form.
/// </summary>
public sealed class ListFilter
{
    private ListFilter(string json) => Json = json;

    /// <summary>The branch as HubSpot takes it.</summary>
    public string Json { get; }

    /// <summary>A branch in HubSpot's own form: an OR of ANDs.</summary>
    /// <exception cref="ArgumentException">The text is not a JSON object.</exception>
    public static ListFilter FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ArgumentException("A list's filter must be a JSON object with a filterBranchType.", nameof(json));
        }
        catch (JsonException failure)
        {
            throw new ArgumentException($"A list's filter is not JSON (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}).", nameof(json), failure);
        }
        return new ListFilter(json);
    }

    /// <summary>Records that meet all conditions.</summary>
    /// <exception cref="ArgumentException">No condition is given.</exception>
    public static ListFilter All(params IReadOnlyList<ListCondition> conditions) => Any(conditions);

    /// <summary>Records that meet all conditions of at least one group.</summary>
    /// <exception cref="ArgumentException">No group is given, or one is empty.</exception>
    public static ListFilter Any(params IReadOnlyList<IReadOnlyList<ListCondition>> groups)
    {
        if (groups.Count == 0 || groups.Any(group => group.Count == 0)) throw new ArgumentException("A list's filter needs at least one condition in each group.", nameof(groups));
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, groups);
        return new ListFilter(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<IReadOnlyList<ListCondition>> groups)
    {
        json.WriteStartObject();
        json.WriteString("filterBranchType", "OR");
        json.WriteString("filterBranchOperator", "OR");
        json.WriteStartArray("filters");
        json.WriteEndArray();
        json.WriteStartArray("filterBranches");
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("filterBranchType", "AND");
            json.WriteString("filterBranchOperator", "AND");
            json.WriteStartArray("filterBranches");
            json.WriteEndArray();
            json.WriteStartArray("filters");
            foreach (var condition in group) condition.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override string ToString() => Json;
}
