using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Batches of associations: split at HubSpot's limits, a whole-batch refusal bisected, all pages read.</summary>
internal sealed class AssociationBatches(HubSpotClient client)
{
    private const int WriteLimit = 2000;
    private const int ReadLimit = 1000;

    /// <param name="verb">The end of the path for inputs that name types, and for those that do not.</param>
    public async Task<IReadOnlyList<AssociationOutcome>> WriteAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationInput> inputs, Func<bool, string> verb, RequestOptions? options, CancellationToken cancellationToken)
    {
        var outcomes = new AssociationOutcome?[inputs.Count];
        try
        {
            foreach (var typed in inputs.Select((_, i) => i).GroupBy(i => inputs[i].Types.Count > 0))
            {
                var path = $"{CrmPaths.Associations(client.Version, from, to)}/batch/{verb(typed.Key)}";
                foreach (var chunk in typed.Chunk(WriteLimit))
                    await Bisection.RunAsync(chunk, part => SendAsync(path, part, inputs, outcomes, options, cancellationToken), (input, refusal) => outcomes[input] = new AssociationOutcome(input) { Error = refusal }).ConfigureAwait(false);
            }
        }
        catch (HubSpotException end) when (outcomes.Any(outcome => outcome is not null))
        {
            for (var i = 0; i < outcomes.Length; i++) outcomes[i] ??= new AssociationOutcome(i) { Error = end };
        }
        return outcomes!;
    }

    public async Task<IReadOnlyList<Association>> ReadAsync(ObjectType from, ObjectType to, IReadOnlyList<RecordId> ids, RequestOptions? options, CancellationToken cancellationToken)
    {
        var found = new List<Association>();
        var asked = new Queue<(string Id, string? After)>(ids.Select(id => (id.Value, (string?)null)).Distinct());
        while (asked.Count > 0)
        {
            var chunk = new List<(string Id, string? After)>();
            while (chunk.Count < ReadLimit && asked.TryDequeue(out var next)) chunk.Add(next);
            var request = new HubSpotRequest("POST", CrmPaths.Associations(client.Version, from, to) + "/batch/read") { Body = ReadBody(chunk) };
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(document.RootElement, "results"))
            {
                var source = item.TryGetProperty("from", out var end) ? CrmJson.Text(end, "id") ?? "" : "";
                foreach (var target in CrmJson.Items(item, "to")) found.Add(Read(source, target));
                if (CrmJson.After(item) is { } after) asked.Enqueue((source, after));   // more than a page: ask on in the next call
            }
        }
        return found;
    }

    public static Association Read(RecordId from, JsonElement item) =>
        new(from, CrmJson.Text(item, "toObjectId") ?? "", [.. CrmJson.Items(item, "associationTypes").Select(ReadType)]);

    public static AssociationType ReadType(JsonElement type) => new(CrmJson.Int(type, "typeId"), CrmJson.Text(type, "category") ?? "", CrmJson.Text(type, "label"));

    private async Task<HubSpotException?> SendAsync(string path, IReadOnlyList<int> chunk, IReadOnlyList<AssociationInput> inputs, AssociationOutcome?[] outcomes, RequestOptions? options, CancellationToken cancellationToken)
    {
        // Archiving takes the ends of one record together.
        var body = path.EndsWith("/batch/archive", StringComparison.Ordinal) ? ArchiveBody([.. chunk.Select(i => inputs[i])]) : PairsBody([.. chunk.Select(i => inputs[i])]);
        var request = new HubSpotRequest("POST", path) { Repeatable = true, Body = body };
        try
        {
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            foreach (var index in chunk) outcomes[index] = new AssociationOutcome(index);
            if (response.StatusCode == 207) ReadErrors(response, request, chunk, inputs, outcomes);
            return null;
        }
        catch (HubSpotException refusal) when (Bisection.MayPassInParts(refusal))
        {
            return refusal;
        }
    }

    // The errors of a 207 name the records they are about, not the inputs.
    private static void ReadErrors(HubSpotResponse response, HubSpotRequest request, IReadOnlyList<int> chunk, IReadOnlyList<AssociationInput> inputs, AssociationOutcome?[] outcomes)
    {
        using var document = CrmJson.Parse(response, request);
        foreach (var item in CrmJson.Items(document.RootElement, "errors"))
        {
            var entry = ErrorEnvelope.Parse(item);
            var named = entry.Context.Values.SelectMany(values => values).ToHashSet(StringComparer.Ordinal);
            var error = ErrorMapping.FromBatchEntry(entry, request);
            foreach (var index in chunk.Where(index => named.Contains(inputs[index].From.Value) || named.Contains(inputs[index].To.Value)))
                outcomes[index] = new AssociationOutcome(index) { Error = error };
        }
    }

    private static ReadOnlyMemory<byte> ReadBody(List<(string Id, string? After)> asked) => Inputs(asked, (json, ask) =>
    {
        json.WriteString("id", ask.Id);
        if (ask.After is not null) json.WriteString("after", ask.After);
    });

    private static ReadOnlyMemory<byte> PairsBody(IReadOnlyList<AssociationInput> pairs) => Inputs(pairs, (json, pair) =>
    {
        WriteId(json, "from", pair.From);
        WriteId(json, "to", pair.To);
        if (pair.Types.Count == 0) return;
        json.WriteStartArray("types");
        foreach (var type in pair.Types)
        {
            json.WriteStartObject();
            json.WriteString("associationCategory", type.Category);
            json.WriteNumber("associationTypeId", type.TypeId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> ArchiveBody(IReadOnlyList<AssociationInput> pairs) => Inputs(pairs.GroupBy(pair => pair.From), (json, group) =>
    {
        WriteId(json, "from", group.Key);
        json.WriteStartArray("to");
        foreach (var pair in group)
        {
            json.WriteStartObject();
            json.WriteString("id", pair.To.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Inputs<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => CrmJson.Write(json =>
    {
        json.WriteStartArray("inputs");
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteId(Utf8JsonWriter json, string name, RecordId id)
    {
        json.WriteStartObject(name);
        json.WriteString("id", id.Value);
        json.WriteEndObject();
    }
}
