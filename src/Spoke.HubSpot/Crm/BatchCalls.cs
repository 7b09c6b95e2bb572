using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Batches of any length: split at HubSpot's limit, each input traced, a whole-batch refusal bisected until the guilty input stands alone.
/// </summary>
internal sealed class BatchCalls(HubSpotClient client, string root)
{
    private const int Limit = 100;

    /// <exception cref="HubSpotException">Nothing at all was carried out. Once something was, the error is the outcome of all that was not.</exception>
    public async Task<IReadOnlyList<BatchOutcome>> WriteAsync(BatchKind kind, RequestOptions? options, CancellationToken cancellationToken)
    {
        var outcomes = new BatchOutcome?[kind.Count];
        try
        {
            foreach (var chunk in Chunks(kind))
                await Bisection.RunAsync(chunk, part => SendAsync(kind, part, traced: kind.Verb != "archive", outcomes, options, cancellationToken), (input, refusal) => outcomes[input] = new BatchOutcome(input) { Error = refusal }).ConfigureAwait(false);
        }
        catch (HubSpotException end) when (outcomes.Any(outcome => outcome is not null))
        {
            for (var i = 0; i < outcomes.Length; i++) outcomes[i] ??= new BatchOutcome(i) { Error = end };
        }
        return outcomes!;
    }

    public async Task<IReadOnlyList<BatchOutcome>> ReadAsync(IReadOnlyList<RecordId> ids, ReadOptions read, RequestOptions? options, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, CrmRecord>(StringComparer.OrdinalIgnoreCase);
        var survivors = new List<CrmRecord>();
        var asked = ids.Select(id => id.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var chunk in ids.Select(id => id.Value).Distinct(StringComparer.OrdinalIgnoreCase).Chunk(read.Most(Limit)))
        {
            var request = new HubSpotRequest("POST", $"{root}/batch/read{(read.Archived ? "?archived=true" : "")}")
            {
                Body = CrmJson.Write(json =>
                {
                    if (read.IdProperty is { } idProperty) json.WriteString("idProperty", idProperty);
                    CrmJson.WriteStrings(json, "properties", read.IdProperty is null ? read.Properties : read.Properties.Append(read.IdProperty).Distinct());
                    CrmJson.WriteStrings(json, "propertiesWithHistory", read.PropertiesWithHistory);
                    WriteInputs(json, chunk.Length, (inner, i) => inner.WriteString("id", chunk[i]), traced: false);
                }),
            };
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(document.RootElement, "results"))
            {
                var record = CrmJson.ReadRecord(item);
                var isNew = found.TryAdd((read.IdProperty is null ? record.Id.Value : record[read.IdProperty]) ?? "", record);
                if (read.IdProperty is null && (!isNew || !asked.Contains(record.Id.Value))) survivors.Add(record);
            }
        }
        if (survivors.Count > 0) await FindMergedAsync(survivors, asked, found, read, options, cancellationToken).ConfigureAwait(false);
        return [.. ids.Select((id, i) => found.TryGetValue(id.Value, out var record)
            ? new BatchOutcome(i) { Record = record }
            : new BatchOutcome(i) { Error = new HubSpotException(HubSpotErrorKind.NotFound, $"There is no record {id.Value}.") { StatusCode = 404, Category = "OBJECT_NOT_FOUND" } })];
    }

    /// <summary>Records that went into others are answered by those, under their ids: which stand for which they say themselves.</summary>
    private async Task FindMergedAsync(IReadOnlyList<CrmRecord> survivors, HashSet<string> asked, Dictionary<string, CrmRecord> found, ReadOptions read, RequestOptions? options, CancellationToken cancellationToken)
    {
        const string merged = "hs_merged_object_ids";
        var told = survivors.Where(record => record[merged] is not null).ToList();
        if (survivors.Where(record => record[merged] is null).Select(record => record.Id).Distinct().ToList() is { Count: > 0 } silent)
            told.AddRange((await ReadAsync(silent, new ReadOptions { Archived = read.Archived, Properties = [merged] }, options, cancellationToken).ConfigureAwait(false)).Select(outcome => outcome.Record).OfType<CrmRecord>());
        foreach (var record in told)
            if (found.TryGetValue(record.Id.Value, out var whole))
                foreach (var gone in (record[merged] ?? "").Split(';').Where(asked.Contains)) found.TryAdd(gone, whole);
    }

    /// <returns>The refusal of the whole call; null when it was carried out, wholly or in part, and the outcomes are set.</returns>
    private async Task<HubSpotException?> SendAsync(BatchKind kind, IReadOnlyList<int> inputs, bool traced, BatchOutcome?[] outcomes, RequestOptions? options, CancellationToken cancellationToken)
    {
        var request = new HubSpotRequest("POST", $"{root}/batch/{kind.Verb}")
        {
            Body = CrmJson.Write(json => WriteInputs(json, inputs.Count, (inner, i) => kind.Write(inner, inputs[i]), traced)),
            Repeatable = kind.Repeatable,
        };
        try
        {
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            kind.WasRepeated |= response.Attempts > 1;
            var told = response.Body.IsEmpty ? inputs.Select(input => new BatchOutcome(input)) : new BatchAnswer(response, request, kind, inputs).Read();
            var (call, id) = ($"{request.Method} {request.Path}", response.Headers.GetValueOrDefault("x-hubspot-correlation-id"));
            foreach (var outcome in told) outcomes[outcome.Index] = outcome with { Request = call, CorrelationId = id };
            return null;
        }
        catch (HubSpotException refusal) when (traced && refusal.DetailMessage?.Contains("objectWriteTraceId", StringComparison.Ordinal) == true)
        {
            return await SendAsync(kind, inputs, traced: false, outcomes, options, cancellationToken).ConfigureAwait(false);   // this endpoint knows no trace ids
        }
        catch (HubSpotException refusal) when (Bisection.MayPassInParts(refusal))
        {
            kind.WasRepeated |= refusal.Attempts > 1;
            return refusal;
        }
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

    private static IEnumerable<IReadOnlyList<int>> Chunks(BatchKind kind)
    {
        var chunk = new List<int>(Math.Min(kind.Count, Limit));
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < kind.Count; i++)
        {
            var key = kind.Key?.Invoke(i);
            if (chunk.Count == Limit || (key is not null && keys.Contains(key)))
            {
                yield return chunk;
                chunk = [];
                keys.Clear();
            }
            chunk.Add(i);
            if (key is not null) keys.Add(key);
        }
        if (chunk.Count > 0) yield return chunk;
    }
}
