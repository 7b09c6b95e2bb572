using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Making records. A create is sent once only, unless every input has a unique property: then a second one is refused by HubSpot,
/// and a refusal that follows a lost answer is looked into, for it may be our own record that is in the way.
/// </summary>
internal sealed class RecordCreation(HubSpotClient client, BatchCalls batches, string root)
{
    public async Task<CrmRecord> CreateAsync(CrmRecordInput input, RequestOptions? options, CancellationToken cancellationToken)
    {
        input.Validate();
        var request = new HubSpotRequest("POST", root) { Body = CrmJson.Write(json => Write(json, input)), Repeatable = input.UniqueProperty is not null };
        try
        {
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            return CrmJson.ReadRecord(document.RootElement);
        }
        catch (HubSpotException conflict) when (conflict is { Kind: HubSpotErrorKind.Conflict, Attempts: > 1 } && input.UniqueProperty is not null)
        {
            if (await FindOwnAsync(input, options, cancellationToken).ConfigureAwait(false) is { } own) return own;
            throw;
        }
    }

    public async Task<IReadOnlyList<BatchOutcome>> CreateAsync(IReadOnlyList<CrmRecordInput> inputs, RequestOptions? options, CancellationToken cancellationToken)
    {
        foreach (var input in inputs) input.Validate();
        var keyed = inputs.Count > 0 && inputs.All(input => input.UniqueProperty is not null);
        var batch = new BatchKind("create", inputs.Count, (json, i) => Write(json, inputs[i])) { Repeatable = keyed, IsRecordOf = (record, i) => IsMadeFrom(record, inputs[i]) };
        var outcomes = await batches.WriteAsync(batch, options, cancellationToken).ConfigureAwait(false);
        if (!keyed || !batch.WasRepeated) return outcomes;
        var settled = outcomes.ToArray();
        foreach (var outcome in outcomes)
            if (outcome.Error is { Kind: HubSpotErrorKind.Conflict } && await FindOwnAsync(inputs[outcome.Index], options, cancellationToken).ConfigureAwait(false) is { } own)
                settled[outcome.Index] = new BatchOutcome(outcome.Index) { Record = own, Created = true };
        return settled;
    }

    // Ours when it holds exactly what we sent; another's record with the same key stays a conflict.
    private async Task<CrmRecord?> FindOwnAsync(CrmRecordInput input, RequestOptions? options, CancellationToken cancellationToken)
    {
        var read = new ReadOptions { IdProperty = input.UniqueProperty, Properties = [.. input.Properties.Keys] };
        var found = (await batches.ReadAsync([input.Properties[input.UniqueProperty!]!], read, options, cancellationToken).ConfigureAwait(false))[0].Record;
        return found is not null && IsMadeFrom(found, input) ? found : null;
    }

    private static bool IsMadeFrom(CrmRecord record, CrmRecordInput input) =>
        input.Properties.All(sent => string.Equals(record[sent.Key] ?? "", sent.Value?.Trim() ?? "", StringComparison.OrdinalIgnoreCase));

    private static void Write(Utf8JsonWriter json, CrmRecordInput input)
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
}
