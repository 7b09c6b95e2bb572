using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Seeds;

/// <summary>
/// Fills an account from a seed by the same calls an application would make, past gate, limits and journal: so the rules hold for
/// seeded records too, whoever listens hears of them, and a kept account has them on disk. One planting is used once.
/// </summary>
internal sealed class SeedPlanting(PortalHost portal)
{
    private const int RecordsPerCall = 100;
    private const int LinksPerCall = 2_000;
    private readonly Dictionary<string, (string Type, string Id)> _byKey = new(StringComparer.Ordinal);
    private readonly List<(string Type, string Id, SeedLink Link)> _links = [];

    public SortedDictionary<string, int> Records { get; } = new(StringComparer.Ordinal);
    public int Associations { get; private set; }

    /// <summary>All of the seed, or nothing of it.</summary>
    /// <exception cref="SeedException">Something in the seed was refused; the account is as it was before.</exception>
    public async Task PlantAsync(Seed seed)
    {
        var before = portal.Save();
        try
        {
            foreach (var definition in seed.Definitions) await SendAsync(definition.Path, definition.Body, definition.Line).ConfigureAwait(false);
            var batch = new List<SeedRecord>(RecordsPerCall);
            foreach (var record in seed.Records)
            {
                if (batch.Count == RecordsPerCall || (batch.Count > 0 && batch[0].Type != record.Type)) await CreateAsync(batch).ConfigureAwait(false);
                batch.Add(record);
            }
            await CreateAsync(batch).ConfigureAwait(false);
            await AssociateAsync().ConfigureAwait(false);
        }
        catch
        {
            await portal.LoadAsync(before).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask CreateAsync(List<SeedRecord> batch)
    {
        if (batch.Count == 0) return;
        var type = batch[0].Type;
        var path = $"/crm/v3/objects/{Uri.EscapeDataString(type)}/batch/create";
        var reply = await CallAsync(path, Inputs(batch)).ConfigureAwait(false);
        if (reply is not { Status: 201 }) await FindRefusedAsync(path, batch).ConfigureAwait(false);
        using var answer = JsonDocument.Parse(reply!.Body);
        var at = 0;
        // Trace ids would make it a partial batch; without them the emulator answers in the order of the inputs.
        foreach (var made in answer.RootElement.GetProperty("results").EnumerateArray()) Note(batch[at++], made.GetProperty("id").GetString()!);
        Records[type] = Records.GetValueOrDefault(type) + batch.Count;
        batch.Clear();
    }

    private void Note(SeedRecord record, string id)
    {
        if (record.Key is { } key && !_byKey.TryAdd(key, (record.Type, id))) throw new SeedException(record.Line, $"the key '{key}' is taken by another record.");
        foreach (var link in record.Links) _links.Add((record.Type, id, link));
    }

    /// <summary>One at a time, the record that was refused shows.</summary>
    private async ValueTask FindRefusedAsync(string path, List<SeedRecord> batch)
    {
        foreach (var record in batch) await SendAsync(path, Inputs([record]), record.Line).ConfigureAwait(false);
        throw new SeedException(batch[0].Line, "two of the records from here on cannot stand together: they share a unique value.");
    }

    private async ValueTask AssociateAsync()
    {
        var pairs = _links.Select(link => (link.Type, link.Id, link.Link, To: _byKey.TryGetValue(link.Link.To, out var to) ? to : throw new SeedException(link.Link.Line, $"no record of the seed has the key '{link.Link.To}'.")));
        foreach (var group in pairs.GroupBy(pair => (pair.Type, To: pair.To.Type, ByDefault: pair.Link.TypeId == 0)))
        {
            var path = $"/crm/v4/associations/{Uri.EscapeDataString(group.Key.Type)}/{Uri.EscapeDataString(group.Key.To)}/batch/{(group.Key.ByDefault ? "associate/default" : "create")}";
            foreach (var chunk in group.Chunk(LinksPerCall))
            {
                await SendAsync(path, Write(chunk, static (json, pair) =>
                {
                    json.WriteStartObject("from");
                    json.WriteString("id", pair.Id);
                    json.WriteEndObject();
                    json.WriteStartObject("to");
                    json.WriteString("id", pair.To.Id);
                    json.WriteEndObject();
                    if (pair.Link.TypeId == 0) return;
                    json.WriteStartArray("types");
                    json.WriteStartObject();
                    json.WriteString("associationCategory", pair.Link.Category);
                    json.WriteNumber("associationTypeId", pair.Link.TypeId);
                    json.WriteEndObject();
                    json.WriteEndArray();
                }), chunk[0].Link.Line).ConfigureAwait(false);
                Associations += chunk.Length;
            }
        }
    }

    private async ValueTask SendAsync(string path, ReadOnlyMemory<byte> body, int line)
    {
        var reply = await CallAsync(path, body).ConfigureAwait(false) ?? throw new SeedException(line, $"the emulator does not carry out POST {path}.");
        if (reply.Status is < 200 or >= 300 or 207) throw new SeedException(line, $"POST {path} was refused: {reply.Why ?? System.Text.Encoding.UTF8.GetString(reply.Body.Span)}");
    }

    private ValueTask<EmulatorReply?> CallAsync(string path, ReadOnlyMemory<byte> body) => portal.CarryOutAsync(new EmulatorCall
    {
        Method = "POST",
        Segments = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)],
        Body = body,
        At = portal.Clock.Now,
        Caller = portal.Tokens.Default.Caller,
    });

    private static ReadOnlyMemory<byte> Inputs(IEnumerable<SeedRecord> records) => Write(records, static (json, record) =>
    {
        json.WriteStartObject("properties");
        foreach (var (name, value) in record.Properties) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("associations");
        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Write<T>(IEnumerable<T> inputs, Action<Utf8JsonWriter, T> one)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var input in inputs)
            {
                json.WriteStartObject();
                one(json, input);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
