using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.Shopify;

/// <summary>An export: what was asked, how far it is, and where its file will be.</summary>
public sealed class BulkExport
{
    internal string Id { get; init; } = null!;
    internal string Key { get; init; } = null!;
    internal GraphRequest Request { get; init; } = null!;
    internal Uri Files { get; init; } = null!;
    internal DateTimeOffset CreatedAt { get; init; }
    internal int PollsLeft { get; set; }
    public string Status { get; set; } = "CREATED";
    public string? Error { get; set; }
    internal long Roots { get; set; }
    internal long Objects { get; set; }
    internal string? Address { get; set; }
}

/// <summary>
/// Bulk exports: a query without pages, carried out on the side, its answer a file of one JSON object a line in which parts follow what they are part of.
/// The file is written as it is fetched, so an export of any size takes no memory.
/// </summary>
public sealed class BulkExports
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly ShopifyShop _shop;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, BulkExport> _exports = [];

    internal BulkExports(ShopifyShop shop) => _shop = shop;

    /// <summary>Every export that was asked for, in order.</summary>
    public IReadOnlyList<BulkExport> All
    {
        get
        {
            lock (_lock) return [.. _exports.Values];
        }
    }

    internal Uri Files { get; set; } = new("http://127.0.0.1/");
    internal ShopifyRoots Roots { get; set; } = null!;
    internal ShopifyFields Fields { get; set; } = null!;

    internal BulkExport? Find(string? id)
    {
        lock (_lock)
        {
            if (id is null || !_exports.TryGetValue(id, out var export)) return null;
            if (export.Status is "COMPLETED" && _shop.Now - export.CreatedAt > Kept) (export.Status, export.Address) = ("EXPIRED", null);
            if (export.Status is not ("CREATED" or "RUNNING")) return export;
            export.Status = export.PollsLeft-- > 0 ? "RUNNING" : "COMPLETED";
            if (export.Status != "COMPLETED") return export;
            (export.Roots, export.Objects) = (Items(export).LongCount(), 0);
            if (export.Roots > 0) export.Address = new Uri(Files, $"files/{export.Key}.jsonl?signature=example").ToString();
            return export;
        }
    }

    internal object Run(string query)
    {
        lock (_lock)
        {
            if (_exports.Values.Count(e => e.Status is "CREATED" or "RUNNING") >= 5) return Refused("OPERATION_IN_PROGRESS", "You've reached the limit of 5 concurrent bulk query operations for this app and shop.");
            GraphRequest request;
            try
            {
                request = GraphRequest.Parse(query);
                Check(request);
            }
            catch (GraphError error)
            {
                return Refused("INVALID", error.Message);
            }
            var number = _shop.NextId();
            var export = new BulkExport { Id = $"gid://shopify/BulkOperation/{number}", Key = $"bulk-{number}", Request = request, Files = Files, CreatedAt = _shop.Now, PollsLeft = _shop.Options.ExportPolls };
            _exports.Add(export.Id, export);
            return ShopifyMutations.Payload("BulkOperationRunQueryPayload", "bulkOperation", export);
        }
    }

    /// <summary>Writes the file of an export; false: there is none.</summary>
    internal async Task<bool> WriteAsync(string key, Stream output, CancellationToken cancellationToken)
    {
        BulkExport? export;
        lock (_lock) export = _exports.Values.FirstOrDefault(e => e.Key == key && e.Address is not null && _shop.Now - e.CreatedAt <= Kept);
        if (export is null) return false;
        var node = NodeOf(export.Request.Selection[0].Field);
        var answer = new GraphAnswer(Fields, []);
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        foreach (var item in Items(export))
        {
            lock (_shop.Gate) WriteLines(answer, json, buffer, item, node, null);
            if (buffer.Length < 64 * 1024) continue;
            buffer.Position = 0;
            await buffer.CopyToAsync(output, cancellationToken);
            buffer.SetLength(0);
        }
        buffer.Position = 0;
        await buffer.CopyToAsync(output, cancellationToken);
        return true;
    }

    private static void WriteLines(GraphAnswer answer, Utf8JsonWriter json, MemoryStream buffer, object item, GraphField node, string? parent)
    {
        if (parent is null)
        {
            answer.Write(json, item, node.Selection, GraphAnswer.IsConnection);
        }
        else
        {
            // The parent's id is one more member of the object.
            using var own = new MemoryStream();
            using (var inner = new Utf8JsonWriter(own)) answer.Write(inner, item, node.Selection, GraphAnswer.IsConnection);
            var text = System.Text.Encoding.UTF8.GetString(own.ToArray());
            json.WriteRawValue($"{text[..^1]},\"__parentId\":\"{parent}\"}}");
        }
        json.Flush();
        buffer.WriteByte((byte)'\n');
        json.Reset(buffer);
        var id = (string)answer.Read(item, new GraphField("id", "id", new Dictionary<string, GraphQLParser.AST.GraphQLValue>(), []))!;
        foreach (var (_, field) in node.Selection)
            if (GraphAnswer.IsConnection(field) && answer.Read(item, field) is Connection parts)
                foreach (var part in parts.Items) WriteLines(answer, json, buffer, part, NodeOf(field), id);
    }

    private IEnumerable<object> Items(BulkExport export) => ((Connection)Roots.Read(new GraphCall(export.Request.Selection[0].Field, []))!).Items;

    private static GraphField NodeOf(GraphField connection)
    {
        var inner = connection.Selection[0].Field;
        return inner.Name == "edges" ? inner.Selection.First(choice => choice.Field.Name == "node").Field : inner;
    }

    // One root, at most five connections, two deep, and none inside a list.
    private static void Check(GraphRequest request)
    {
        if (request.IsMutation || request.Selection.Count != 1) throw new GraphError("Bulk queries must contain a single top-level field.", "INVALID");
        var connections = 0;
        void Walk(GraphField field, int depth, bool inList)
        {
            var isConnection = GraphAnswer.IsConnection(field);
            if (isConnection && inList) throw new GraphError($"Queries that contain a connection field within a list field are not currently supported (field '{field.Name}').", "INVALID");
            if (isConnection && ++connections > 5) throw new GraphError("Bulk queries cannot contain more than 5 connections.", "INVALID");
            if (isConnection && depth > 2) throw new GraphError("Bulk queries cannot contain connections with a nesting depth greater than 2.", "INVALID");
            foreach (var (_, inner) in isConnection ? NodeOf(field).Selection : field.Selection)
                Walk(inner, depth + (isConnection ? 1 : 0), inList || field.Name is "refunds" or "fulfillments" or "transactions" or "taxLines" or "discountAllocations" or "duties" or "additionalFees" or "companyContactProfiles");
        }
        var root = request.Selection[0].Field;
        if (!GraphAnswer.IsConnection(root)) throw new GraphError("Bulk queries must contain at least one connection.", "INVALID");
        Walk(root, 0, false);
    }

    private static Thing Refused(string code, string message) => ShopifyMutations.Payload("BulkOperationRunQueryPayload", "bulkOperation", null, new Thing("BulkOperationUserError") { ["code"] = code, ["field"] = null, ["message"] = message });
}
