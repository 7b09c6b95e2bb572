using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A type by which two records are associated.</summary>
/// <param name="Category"><c>HUBSPOT_DEFINED</c>, <c>USER_DEFINED</c> or <c>INTEGRATOR_DEFINED</c>.</param>
public sealed record AssociationType(int TypeId, string Category = "HUBSPOT_DEFINED", string? Label = null);

/// <summary>An association to make or remove.</summary>
/// <param name="Types">Empty: the default, unlabelled type.</param>
public sealed record AssociationInput(RecordId From, RecordId To, params IReadOnlyList<AssociationType> Types);

/// <summary>A record at the other end, with the types that lead there.</summary>
public sealed record Association(RecordId From, RecordId To, IReadOnlyList<AssociationType> Types);

/// <summary>What became of one association of a batch.</summary>
public sealed record AssociationOutcome(int Index)
{
    /// <summary>Why it was refused; null when it was carried out.</summary>
    public HubSpotException? Error { get; init; }

    /// <summary>It was carried out.</summary>
    public bool Succeeded => Error is null;
}

/// <summary>Associations between records. Scopes: the <c>.read</c> or <c>.write</c> scope of the object types at both ends.</summary>
public sealed class CrmAssociations
{
    private const int WriteLimit = 2000;
    private const int ReadLimit = 1000;
    private readonly HubSpotClient _client;

    internal CrmAssociations(HubSpotClient client) => _client = client;

    /// <summary>Makes associations, up to 2,000 a call. Making one twice is harmless. HubSpot makes the other direction itself.</summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    public async Task<IReadOnlyList<AssociationOutcome>> BatchCreateAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var outcomes = new AssociationOutcome[inputs.Count];
        foreach (var labelled in inputs.Select((_, i) => i).GroupBy(i => inputs[i].Types.Count > 0))
            foreach (var chunk in labelled.Chunk(WriteLimit))
                await WriteAsync(CrmPaths.Associations(_client.Version, from, to) + (labelled.Key ? "/batch/create" : "/batch/associate/default"), chunk, inputs, outcomes, options, cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>Removes all types between pairs, up to 2,000 pairs a call.</summary>
    public async Task<IReadOnlyList<AssociationOutcome>> BatchArchiveAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        foreach (var chunk in inputs.GroupBy(i => i.From).Chunk(WriteLimit))
        {
            var body = CrmJson.Write(json =>
            {
                json.WriteStartArray("inputs");
                foreach (var group in chunk)
                {
                    json.WriteStartObject();
                    WriteId(json, "from", group.Key);
                    json.WriteStartArray("to");
                    foreach (var input in group)
                    {
                        json.WriteStartObject();
                        json.WriteString("id", input.To.Value);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
            await _client.SendAsync(new HubSpotRequest("POST", CrmPaths.Associations(_client.Version, from, to) + "/batch/archive") { Body = body, Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
        return [.. inputs.Select((_, i) => new AssociationOutcome(i))];
    }

    /// <summary>Reads what records are associated with, up to 1,000 records a call. Records without any are left out.</summary>
    public async Task<IReadOnlyList<Association>> BatchReadAsync(ObjectType from, ObjectType to, IReadOnlyList<RecordId> ids, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var found = new List<Association>();
        foreach (var chunk in ids.Chunk(ReadLimit))
        {
            var request = new HubSpotRequest("POST", CrmPaths.Associations(_client.Version, from, to) + "/batch/read")
            {
                Body = CrmJson.Write(json =>
                {
                    json.WriteStartArray("inputs");
                    foreach (var id in chunk)
                    {
                        json.WriteStartObject();
                        json.WriteString("id", id.Value);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                }),
            };
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(document.RootElement, "results"))
            {
                var source = item.TryGetProperty("from", out var f) ? CrmJson.Text(f, "id") ?? "" : "";
                foreach (var target in CrmJson.Items(item, "to")) found.Add(Read(source, target));
            }
        }
        return found;
    }

    /// <summary>All records of one type associated with a record, a page of 500 a call.</summary>
    public async IAsyncEnumerable<Association> ListAsync(ObjectType from, RecordId id, ObjectType to, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            var request = new HubSpotRequest("GET", CrmPaths.RecordAssociations(_client.Version, from, id, to) + "?limit=500" + (after is null ? "" : "&after=" + CrmPaths.Escape(after)));
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results")) yield return Read(id, item);
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }

    /// <summary>The association types and labels between two object types, in this direction.</summary>
    public async Task<IReadOnlyList<AssociationType>> LabelsAsync(ObjectType from, ObjectType to, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Associations(_client.Version, from, to) + "/labels");
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(ReadType)];
    }

    /// <summary>Makes a label of the account's own. Needs the schema scopes of the object types.</summary>
    /// <returns>The types made: one, or one a direction.</returns>
    public async Task<IReadOnlyList<AssociationType>> CreateLabelAsync(ObjectType from, ObjectType to, string name, string label, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", CrmPaths.Associations(_client.Version, from, to) + "/labels")
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("name", name);
                json.WriteString("label", label);
            }),
        };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(ReadType)];
    }

    private async Task WriteAsync(string path, int[] chunk, IReadOnlyList<AssociationInput> inputs, AssociationOutcome[] outcomes, RequestOptions? options, CancellationToken cancellationToken)
    {
        var request = new HubSpotRequest("POST", path)
        {
            Repeatable = true,
            Body = CrmJson.Write(json =>
            {
                json.WriteStartArray("inputs");
                foreach (var index in chunk)
                {
                    json.WriteStartObject();
                    WriteId(json, "from", inputs[index].From);
                    WriteId(json, "to", inputs[index].To);
                    if (inputs[index].Types.Count > 0)
                    {
                        json.WriteStartArray("types");
                        foreach (var type in inputs[index].Types)
                        {
                            json.WriteStartObject();
                            json.WriteString("associationCategory", type.Category);
                            json.WriteNumber("associationTypeId", type.TypeId);
                            json.WriteEndObject();
                        }
                        json.WriteEndArray();
                    }
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }),
        };
        try
        {
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            foreach (var index in chunk) outcomes[index] = new AssociationOutcome(index);
            if (response.StatusCode == 207) ReadErrors(response, request, chunk, inputs, outcomes);
        }
        catch (HubSpotException refusal) when (refusal.Kind is HubSpotErrorKind.Validation or HubSpotErrorKind.NotFound or HubSpotErrorKind.Conflict && refusal.Cause is null)
        {
            if (chunk.Length == 1)
            {
                outcomes[chunk[0]] = new AssociationOutcome(chunk[0]) { Error = refusal };
                return;
            }
            var half = chunk.Length / 2;
            await WriteAsync(path, chunk[..half], inputs, outcomes, options, cancellationToken).ConfigureAwait(false);
            await WriteAsync(path, chunk[half..], inputs, outcomes, options, cancellationToken).ConfigureAwait(false);
        }
    }

    // The errors of a 207 name the records they are about, not the inputs.
    private static void ReadErrors(HubSpotResponse response, HubSpotRequest request, int[] chunk, IReadOnlyList<AssociationInput> inputs, AssociationOutcome[] outcomes)
    {
        using var document = CrmJson.Parse(response, request);
        foreach (var item in CrmJson.Items(document.RootElement, "errors"))
        {
            var entry = ErrorEnvelope.Parse(item);
            var named = entry.Context.Values.SelectMany(v => v).ToHashSet(StringComparer.Ordinal);
            foreach (var index in chunk)
                if (named.Contains(inputs[index].From.Value) || named.Contains(inputs[index].To.Value))
                    outcomes[index] = new AssociationOutcome(index) { Error = ErrorMapping.FromBatchEntry(entry, request) };
        }
    }

    private static Association Read(RecordId from, JsonElement item) =>
        new(from, CrmJson.Text(item, "toObjectId") ?? "", [.. CrmJson.Items(item, "associationTypes").Select(ReadType)]);

    private static AssociationType ReadType(JsonElement type) => new(CrmJson.Int(type, "typeId"), CrmJson.Text(type, "category") ?? "", CrmJson.Text(type, "label"));

    private static void WriteId(Utf8JsonWriter json, string name, RecordId id)
    {
        json.WriteStartObject(name);
        json.WriteString("id", id.Value);
        json.WriteEndObject();
    }
}
