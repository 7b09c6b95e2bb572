using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Sample;

/// <summary>The sample shop over its admin API. Versions rise over everything in the shop, so one number is a cursor.</summary>
public sealed class SampleConnector : IStoreConnector
{
    private const int PageSize = 250;
    private const int Attempts = 4;
    private readonly SampleStoreOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public SampleConnector(SampleStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _http = new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = options.Url, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    public string Platform => "sample";

    public async Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        var shop = await GetAsync("/admin/shop", cancellationToken).ConfigureAwait(false);
        return new StoreInfo(shop.Text("name"), _options.Url.ToString(), shop.Text("currency"), shop.TextOrNull("timeZone"));
    }

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = long.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
        while (true)
        {
            var page = await GetAsync($"/admin/{kind.Word()}s?after={after}&limit={PageSize}", cancellationToken).ConfigureAwait(false);
            after = page.Whole("cursor");
            yield return new StorePage([.. page.Items("items").Select(item => Change(kind, item, null))], after.ToString(CultureInfo.InvariantCulture), page.Count("total"));
            if (!page.Flag("more")) yield break;
        }
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One cursor a kind, all in the checkpoint; without one everything is read, and what has not changed changes nothing.
        var cursors = (checkpoint ?? "0,0,0,0").Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToArray();
        for (var i = 0; i < EntityKinds.All.Count; i++)
            await foreach (var page in ReadAllAsync(EntityKinds.All[i], cursors[i].ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false))
            {
                cursors[i] = long.Parse(page.Cursor, CultureInfo.InvariantCulture);
                yield return page with { Cursor = string.Join(',', cursors) };
            }
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (_options.WebhookSecret is null) return new WebhookReading([], "This connection has no webhook secret; set webhookSecret.");
        var secrets = _options.PreviousWebhookSecret is { } previous ? new[] { _options.WebhookSecret, previous } : [_options.WebhookSecret];
        if (StandardWebhook.Problem(headers, body, secrets, now) is { } problem) return new WebhookReading([], problem);
        using var document = JsonDocument.Parse(body.ToArray());
        var type = document.RootElement.Text("type");
        foreach (var kind in EntityKinds.All)
            if (type == kind.Word() + ".changed") return new WebhookReading([Change(kind, document.RootElement.GetProperty("data"), headers["webhook-id"])]);
        return new WebhookReading([]);   // an event of no interest is accepted, or it would be sent for ever
    }

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        return [SampleMapping.Read(change.Kind, document.RootElement)];
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static StoreChange Change(EntityKind kind, JsonElement item, string? delivery) => new(kind, item.Text("id"), item.Whole("version"), JsonRead.Bytes(item), DeliveryId: delivery);

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                using var response = await _http.GetAsync(path, cancellationToken).ConfigureAwait(false);
                var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    using var document = JsonDocument.Parse(body);
                    return document.RootElement.Clone();
                }
                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    throw new StoreException($"The shop at {_options.Url} refused the admin key ({(int)response.StatusCode}). Check apiKey.", isTransient: false);
                if ((int)response.StatusCode < 500 && response.StatusCode != HttpStatusCode.TooManyRequests)
                    throw new StoreException($"The shop at {_options.Url} answered {(int)response.StatusCode} to {path}. Is this the sample shop?", isTransient: false);
                problem = $"it answered {(int)response.StatusCode}";
            }
            catch (HttpRequestException failure)
            {
                problem = failure.Message;
            }
            catch (JsonException failure)
            {
                throw new StoreException($"The shop at {_options.Url} answered {path} with something that is not JSON. Is this the sample shop?", isTransient: false, failure);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = "no answer in 30 s";
            }
            if (attempt == Attempts) throw new StoreException($"The shop at {_options.Url} could not be reached: {problem}. Is it running, and is the address right?", isTransient: true);
            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
