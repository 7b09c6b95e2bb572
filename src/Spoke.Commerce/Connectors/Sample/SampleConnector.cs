using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Sample;

/// <summary>The sample shop over its admin API. Versions rise over everything in the shop, so one number is a cursor.</summary>
public sealed class SampleConnector : IStoreConnector
{
    private readonly SampleStoreOptions _options;
    private readonly StoreHttp _http;

    public SampleConnector(SampleStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _http = new StoreHttp(Shop, handler, time ?? TimeProvider.System, TimeSpan.FromSeconds(30));
        Writer = new SampleWriter(this);
    }

    public string Platform => "sample";

    public IReadOnlyList<EntityKind> Kinds => EntityKinds.Common;

    public IStoreWriter Writer { get; }

    public IStoreSubscriptions? Subscriptions => null;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => InfoAsync(cancellationToken).CheckedAsync(Shop, "what shop it is");

    private async Task<StoreInfo> InfoAsync(CancellationToken cancellationToken)
    {
        var shop = await GetAsync("/admin/shop", "name", cancellationToken).ConfigureAwait(false);
        return new StoreInfo(shop.Text("name"), _options.Url.ToString(), shop.Text("currency"), shop.TextOrNull("timeZone"));
    }

    public IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken) => PagesAsync(kind, cursor, cancellationToken).CheckedAsync(Shop, $"all {kind.Word()}s", cancellationToken);

    private async IAsyncEnumerable<StorePage> PagesAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = long.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
        while (true)
        {
            var page = await GetAsync($"/admin/{kind.Word()}s?after={after}&limit={_options.PageSize}", "cursor", cancellationToken).ConfigureAwait(false);
            after = page.Whole("cursor");
            yield return new StorePage([.. page.Items("items").Select(item => Change(kind, item, null))], after.ToString(CultureInfo.InvariantCulture), page.Count("total"));
            if (!page.Flag("more")) yield break;
        }
    }

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) => OneAsync(kind, platformId, cancellationToken).CheckedAsync(Shop, AnswerForm.One(kind, platformId));

    private async Task<StoreChange?> OneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) =>
        await FindAsync($"/admin/{kind.Word()}s/{Uri.EscapeDataString(platformId)}", "version", cancellationToken).ConfigureAwait(false) is { } item ? Change(kind, item, null) : null;

    public IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken) => ChangesAsync(checkpoint, since, cancellationToken).CheckedAsync(Shop, "what has changed", cancellationToken);

    private async IAsyncEnumerable<StorePage> ChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One cursor a kind, all in the checkpoint; without one everything is read, and what has not changed changes nothing.
        var cursors = (checkpoint ?? "0,0,0,0").Split(',').Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToArray();
        for (var i = 0; i < EntityKinds.Common.Count; i++)
            await foreach (var page in ReadAllAsync(EntityKinds.Common[i], cursors[i].ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false))
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
        if (WebhookReading.Test(body) is { } test) return test;
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            var type = document.RootElement.Text("type");
            foreach (var kind in EntityKinds.Common)
                if (type == kind.Word() + ".changed") return new WebhookReading([Change(kind, document.RootElement.GetProperty("data"), headers["webhook-id"])]);
            return new WebhookReading([]);   // an event of no interest is accepted, or it would be sent for ever
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The signature fits, but the body is not a change of the sample shop: {wrong.Message}", wrong);
        }
    }

    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => _options.WebhookSecret is { } secret ? StandardWebhook.Sign(id, body, secret, now) : null;

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

    private string Shop => $"The shop at {_options.Url}";

    internal static StoreChange Change(EntityKind kind, JsonElement item, string? delivery) => new(kind, item.Text("id"), item.Whole("version"), JsonRead.Bytes(item), DeliveryId: delivery);

    /// <param name="member">What the answer has to have.</param>
    private async Task<JsonElement> GetAsync(string path, string member, CancellationToken cancellationToken) =>
        await FindAsync(path, member, cancellationToken).ConfigureAwait(false) ?? throw new StoreException($"{Shop} answered 404 to {path}. Is this the sample shop?", isTransient: false);

    /// <returns>Null when the shop has no such thing.</returns>
    private async Task<JsonElement?> FindAsync(string path, string member, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound) return null;
        if (answer.Status != HttpStatusCode.OK) throw new StoreException($"{Shop} answered {(int)answer.Status} to {path}. Is this the sample shop?", isTransient: false);
        return Read(path, answer, member);
    }

    /// <summary>The shop's answer, whatever its status below 500. Writes are keyed, so all may be repeated.</summary>
    internal async Task<StoreAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(() =>
        {
            var request = new HttpRequestMessage(method, new Uri(_options.Url, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            return request;
        }, cancellationToken).ConfigureAwait(false);
        if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new StoreException($"{Shop} refused the admin key ({(int)answer.Status}). Check apiKey.", isTransient: false);
        return answer;
    }

    internal JsonElement Read(string path, StoreAnswer answer, string member)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (!document.RootElement.TryGetProperty(member, out _)) throw new FormatException($"'{member}' is missing in what the store sent.");
            return document.RootElement.Clone();
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            throw new StoreException($"{Shop} answered {path} with something else than a shop does. Is this the sample shop?", isTransient: false, wrong);
        }
    }
}
