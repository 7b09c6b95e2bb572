using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Where a bulk export stands: which operation, how many lines of its file are done, and the last entity of these.</summary>
internal sealed record BulkPlace(string Operation, long Lines, long LastId)
{
    public static BulkPlace? Parse(string? text) => text?.Split('|') is [var operation, var lines, var last]
        ? new BulkPlace(operation, long.Parse(lines, CultureInfo.InvariantCulture), long.Parse(last, CultureInfo.InvariantCulture))
        : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Operation}|{Lines}|{LastId}");
}

internal sealed record BulkPage(IReadOnlyList<ShopifyNode> Nodes, BulkPlace Place, int Total);

/// <summary>
/// Has Shopify export everything of a kind into a file of lines, one object each, and reads that line by line: an entity is followed by its parts,
/// which name it as their parent. History comes this way because it costs no points and passes no limit of a list.
/// </summary>
internal sealed class ShopifyBulk(ShopifyApi api, HttpMessageHandler handler, TimeProvider time, int pageSize) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    // The file lies with another host: its address is signed, and the token is none of that host's business.
    private readonly HttpClient _files = new(handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(100) };

    public async IAsyncEnumerable<BulkPage> ReadAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = BulkPlace.Parse(cursor);
        var known = place is null ? null : await FindAsync(place.Operation, cancellationToken).ConfigureAwait(false);
        long skipLines = 0, skipIds = 0;
        if (known is null)
        {
            // Nothing was begun, or the export is no longer kept (seven days): another one holds the same, sorted by id, and more.
            skipIds = place?.LastId ?? 0;
            known = new Export(await RunAsync(kind, cancellationToken).ConfigureAwait(false), null, 0);
            yield return new BulkPage([], new BulkPlace(known.Id, 0, skipIds), 0);   // a large export takes hours: after a restart we go on waiting for this one
        }
        else
        {
            skipLines = place!.Lines;
        }
        var export = known.Address is null ? await WaitAsync(kind, known.Id, cancellationToken).ConfigureAwait(false) : known;
        if (export.Address is null) yield break;   // a file is made only when there is something in it
        var reached = new BulkPlace(export.Id, skipLines, place?.LastId ?? 0);
        var page = new List<ShopifyNode>(pageSize);
        var last = 0L;
        await foreach (var (node, lines) in EntitiesAsync(export, skipLines, cancellationToken).ConfigureAwait(false))
        {
            var id = long.TryParse(ShopifyId.Number(node.Node.Text("id")), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (id < last) skipIds = 0;   // not sorted after all: nothing may be passed over
            last = id;
            reached = new BulkPlace(export.Id, lines, Math.Max(reached.LastId, id));
            if (id > skipIds || id == 0) page.Add(node);
            if (page.Count < pageSize) continue;
            yield return new BulkPage([.. page], reached, export.Total);
            page.Clear();
        }
        if (page.Count > 0) yield return new BulkPage(page, reached, export.Total);
    }

    public void Dispose() => _files.Dispose();

    private sealed record Export(string Id, string? Address, int Total);

    /// <summary>An export that was begun earlier; null when it cannot be read any more.</summary>
    private async Task<Export?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var operation = (await api.QueryAsync(ShopifyQueries.BulkState, new JsonObject { ["id"] = id }, cancellationToken).ConfigureAwait(false)).Object("bulkOperation");
        return operation?.TextOrNull("status") switch
        {
            "CREATED" or "RUNNING" => new Export(id, null, 0),
            "COMPLETED" when operation.Value.TextOrNull("url") is { } url && await IsThereAsync(url, cancellationToken).ConfigureAwait(false) => new Export(id, url, Total(operation.Value)),
            _ => null,
        };
    }

    private async Task<bool> IsThereAsync(string url, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(url, cancellationToken).ConfigureAwait(false);
        return answer is not null;
    }

    private async Task<string> RunAsync(EntityKind kind, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromSeconds(2); ; pause = Longer(pause))
        {
            var answer = (await api.QueryAsync(ShopifyQueries.RunBulk, new JsonObject { ["query"] = ShopifyQueries.Bulk(kind) }, cancellationToken).ConfigureAwait(false)).Member("bulkOperationRunQuery");
            var error = answer.Items("userErrors").FirstOrDefault();
            if (error.ValueKind == JsonValueKind.Undefined) return (answer.Object("bulkOperation") ?? throw new StoreException($"{api.Store} began no export and did not say why.", isTransient: true)).Text("id");
            // Other exports of this app are under way; they end by themselves.
            if (error.TextOrNull("code") is not ("OPERATION_IN_PROGRESS" or "LIMIT_REACHED"))
                throw new StoreException($"{api.Store} refused to export {kind.Word()}s: {error.TextOrNull("message") ?? "no reason given"}", isTransient: false);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Export> WaitAsync(EntityKind kind, string id, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = Longer(pause))
        {
            var operation = (await api.QueryAsync(ShopifyQueries.BulkState, new JsonObject { ["id"] = id }, cancellationToken).ConfigureAwait(false)).Object("bulkOperation")
                ?? throw new StoreException($"{api.Store} no longer knows the export of {kind.Word()}s it began. Run it again.", isTransient: true);
            switch (operation.Text("status"))
            {
                case "COMPLETED":
                    return new Export(id, operation.TextOrNull("url"), Total(operation));
                case "FAILED":
                    var denied = operation.TextOrNull("errorCode") == "ACCESS_DENIED";
                    throw new StoreException($"{api.Store} failed to export {kind.Word()}s: {operation.TextOrNull("errorCode") ?? "no reason given"}. {(denied ? "Give the app the scope that this needs, and install it again." : "The next attempt begins anew.")}", isTransient: !denied);
                case "CANCELED" or "CANCELING":
                    throw new StoreException($"The export of {kind.Word()}s from {api.Store} was cancelled by somebody. The next attempt begins anew.", isTransient: true);
                case "EXPIRED":
                    throw new StoreException($"The export of {kind.Word()}s from {api.Store} is over seven days old and gone. The next attempt begins anew.", isTransient: true);
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Entities with their parts, and the number of lines that are done with each.</summary>
    private async IAsyncEnumerable<(ShopifyNode Node, long Lines)> EntitiesAsync(Export export, long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JsonElement? root = null;
        var parts = new List<ShopifyPart>();
        var lines = skip;
        await foreach (var line in LinesAsync(export, skip, cancellationToken).ConfigureAwait(false))
        {
            var item = Item(line, lines + 1);
            if (item.TextOrNull("__parentId") is { } parent)
            {
                parts.Add(new ShopifyPart(parent, item));
            }
            else
            {
                if (root is { } whole) yield return (new ShopifyNode(whole, [.. parts]), lines);
                (root, parts) = (item, []);
            }
            lines++;
        }
        if (root is { } end) yield return (new ShopifyNode(end, parts), lines);
    }

    private static JsonElement Item(string line, long number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TextOrNull("id") is null && document.RootElement.TextOrNull("__parentId") is null ? throw new FormatException($"line {number} of the exported file names no entity: 'id' is missing.") : document.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"line {number} of the exported file is not JSON: {wrong.Message}", wrong);
        }
    }

    /// <summary>The file's lines; a connection that breaks is opened again and goes on at the line it had come to.</summary>
    private async IAsyncEnumerable<string> LinesAsync(Export export, long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var done = skip;
        for (var attempt = 1; ;)
        {
            using var answer = await OpenAsync(export.Address!, cancellationToken).ConfigureAwait(false)
                ?? throw new StoreException($"The file that {api.Store} exported is no longer there. The next attempt begins anew.", isTransient: true);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
            using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
            string? broken = null;
            for (var number = 0L; ; number++)
            {
                string? line = null;
                try
                {
                    line = await LineAsync(reader, silence, either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    broken = $"nothing came for {LongestSilence.TotalSeconds:0} s";
                }
                catch (Exception failure) when (failure is IOException or HttpRequestException)
                {
                    broken = failure.Message;
                }
                if (broken is not null) break;
                if (line is null) yield break;
                if (number < done || line.Length == 0) continue;
                done++;
                attempt = 1;
                yield return line;
            }
            if (++attempt > Attempts) throw new StoreException($"The file that {api.Store} exported could not be read to its end: {broken}", isTransient: true);
            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next line. A connection that stays open and brings nothing would hold up its reader for ever.</summary>
    private static async ValueTask<string?> LineAsync(StreamReader reader, CancellationTokenSource silence, CancellationToken either)
    {
        var line = reader.ReadLineAsync(either);
        if (line.IsCompleted) return await line.ConfigureAwait(false);   // it was there already, as most are
        silence.CancelAfter(LongestSilence);
        var read = await line.ConfigureAwait(false);
        silence.CancelAfter(Timeout.InfiniteTimeSpan);
        return read;
    }

    /// <returns>Null when the file is not there, or no longer for us.</returns>
    private async Task<HttpResponseMessage?> OpenAsync(string address, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                var answer = await _files.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return answer;
                problem = $"{(int)answer.StatusCode}";
                answer.Dispose();
                if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest) return null;
            }
            catch (HttpRequestException failure)
            {
                problem = failure.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = $"no answer in {_files.Timeout.TotalSeconds:0} s";
            }
            if (attempt == Attempts) throw new StoreException($"The file that {api.Store} exported could not be fetched: {problem}", isTransient: true);
            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int Total(JsonElement operation) => int.TryParse(operation.TextOrNull("rootObjectCount"), CultureInfo.InvariantCulture, out var total) ? total : 0;

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
}
