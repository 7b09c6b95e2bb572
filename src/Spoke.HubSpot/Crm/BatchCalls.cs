using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Batches of any length: split at HubSpot's limit, each input traced, a whole-batch refusal bisected until the guilty input stands alone.
/// </summary>
internal sealed class BatchCalls(HubSpotClient client, string root)
{
    private const int Limit = 100;

    public static void WriteCreate(Utf8JsonWriter json, CrmRecordInput input)
    {
        CrmJson.WriteProperties(json, input.Properties);
        if (input.Associations.Count == 0) return;
        json.WriteStartArray("associations");
        foreach (var association in input.Associations)
        {
            json.WriteStartObject();
            json.WriteStartObject("to");
            json.WriteString("id", association.To.Value);
            json.WriteEndObject();
            json.WriteStartArray("types");
            json.WriteStartObject();
            json.WriteString("associationCategory", association.Category);
            json.WriteNumber("associationTypeId", association.TypeId);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <param name="key">What makes two inputs the same record; they must not share a call. Null: nothing does.</param>
    public async Task<IReadOnlyList<BatchOutcome>> WriteAsync(string verb, int count, Action<Utf8JsonWriter, int> write, Func<int, string>? key, bool repeatable, RequestOptions? options, CancellationToken cancellationToken)
    {
        var outcomes = new BatchOutcome[count];
        foreach (var chunk in Chunks(count, key))
            await WriteChunkAsync(verb, chunk, write, repeatable, outcomes, options, cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    public async Task<IReadOnlyList<BatchOutcome>> ReadAsync(IReadOnlyList<RecordId> ids, ReadOptions read, RequestOptions? options, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, CrmRecord>(StringComparer.OrdinalIgnoreCase);
        foreach (var chunk in ids.Select(id => id.Value).Distinct(StringComparer.Ordinal).Chunk(Limit))
        {
            var request = new HubSpotRequest("POST", $"{root}/batch/read{(read.Archived ? "?archived=true" : "")}")
            {
                Body = CrmJson.Write(json =>
                {
                    if (read.IdProperty is { } idProperty) json.WriteString("idProperty", idProperty);
                    CrmJson.WriteStrings(json, "properties", read.IdProperty is null ? read.Properties : read.Properties.Append(read.IdProperty).Distinct());
                    json.WriteStartArray("propertiesWithHistory");
                    json.WriteEndArray();
                    WriteInputs(json, chunk.Length, (inner, i) => inner.WriteString("id", chunk[i]), traced: false);
                }),
            };
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(document.RootElement, "results"))
            {
                var record = CrmJson.ReadRecord(item);
                found[(read.IdProperty is null ? record.Id.Value : record[read.IdProperty]) ?? ""] = record;
            }
        }
        return [.. ids.Select((id, i) => found.TryGetValue(id.Value, out var record)
            ? new BatchOutcome(i) { Record = record }
            : new BatchOutcome(i) { Error = new HubSpotException(HubSpotErrorKind.NotFound, $"There is no record {id.Value}.") { StatusCode = 404, Category = "OBJECT_NOT_FOUND" } })];
    }

    private async Task WriteChunkAsync(string verb, IReadOnlyList<int> inputs, Action<Utf8JsonWriter, int> write, bool repeatable, BatchOutcome[] outcomes, RequestOptions? options, CancellationToken cancellationToken)
    {
        var request = new HubSpotRequest("POST", $"{root}/batch/{verb}")
        {
            Body = CrmJson.Write(json => WriteInputs(json, inputs.Count, (inner, i) => write(inner, inputs[i]), traced: verb != "archive")),
            Repeatable = repeatable,
        };
        try
        {
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            if (response.Body.IsEmpty)
                foreach (var input in inputs) outcomes[input] = new BatchOutcome(input);
            else
                ReadOutcomes(response, request, inputs, outcomes);
        }
        // One bad input can refuse the whole call. Halve it until that input stands alone; the others go through.
        catch (HubSpotException refusal) when (refusal.Kind is HubSpotErrorKind.Validation or HubSpotErrorKind.Conflict or HubSpotErrorKind.NotFound && refusal.Cause is null)
        {
            if (inputs.Count == 1)
            {
                outcomes[inputs[0]] = new BatchOutcome(inputs[0]) { Error = refusal };
                return;
            }
            var half = inputs.Count / 2;
            await WriteChunkAsync(verb, [.. inputs.Take(half)], write, repeatable, outcomes, options, cancellationToken).ConfigureAwait(false);
            await WriteChunkAsync(verb, [.. inputs.Skip(half)], write, repeatable, outcomes, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void ReadOutcomes(HubSpotResponse response, HubSpotRequest request, IReadOnlyList<int> inputs, BatchOutcome[] outcomes)
    {
        using var document = CrmJson.Parse(response, request);
        var untraced = new List<CrmRecord>();
        foreach (var item in CrmJson.Items(document.RootElement, "results"))
        {
            var record = CrmJson.ReadRecord(item);
            if (Traced(record.TraceId) is { } position) outcomes[inputs[position]] = new BatchOutcome(inputs[position]) { Record = record, Created = record.IsNew ?? response.StatusCode == 201 };
            else untraced.Add(record);
        }
        foreach (var item in CrmJson.Items(document.RootElement, "errors"))
        {
            var entry = ErrorEnvelope.Parse(item);
            var error = ErrorMapping.FromBatchEntry(entry, request);
            foreach (var trace in entry.Context.GetValueOrDefault("objectWriteTraceId") ?? [])
                if (Traced(trace) is { } position) outcomes[inputs[position]] = new BatchOutcome(inputs[position]) { Error = error };
        }
        var silent = inputs.Where(input => outcomes[input] is null).ToList();
        // Without a trace an answer can be told apart only when nothing else is left to tell.
        if (untraced.Count == silent.Count)
            for (var i = 0; i < silent.Count; i++) outcomes[silent[i]] = new BatchOutcome(silent[i]) { Record = untraced[i], Created = untraced[i].IsNew ?? response.StatusCode == 201 };
        else
            foreach (var input in silent)
                outcomes[input] = new BatchOutcome(input) { Error = new HubSpotException(HubSpotErrorKind.Unexpected, $"{request.Method} {request.PathOnly} did not say what became of this input.") { IsTransient = true } };

        int? Traced(string? trace) => int.TryParse(trace, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position < inputs.Count ? position : null;
    }

    private static void WriteInputs(Utf8JsonWriter json, int count, Action<Utf8JsonWriter, int> write, bool traced)
    {
        json.WriteStartArray("inputs");
        for (var i = 0; i < count; i++)
        {
            json.WriteStartObject();
            if (traced) json.WriteString("objectWriteTraceId", i.ToString(CultureInfo.InvariantCulture));
            write(json, i);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static IEnumerable<IReadOnlyList<int>> Chunks(int count, Func<int, string>? key)
    {
        var chunk = new List<int>(Math.Min(count, Limit));
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < count; i++)
        {
            if (chunk.Count == Limit || (key is not null && keys.Contains(key(i))))
            {
                yield return chunk;
                chunk = [];
                keys.Clear();
            }
            chunk.Add(i);
            if (key is not null) keys.Add(key(i));
        }
        if (chunk.Count > 0) yield return chunk;
    }
}
