using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>
/// The scripted shop as a connector sees it, for one life of the process. It reads small pages, fails between them, and the shop goes on while it reads.
/// Payloads are those of the sample shop.
/// </summary>
/// <param name="during">What else happens in the world while the store is read.</param>
internal sealed class ShopConnector(Shop shop, History history, Weather weather, Life life, Func<Task> during) : IStoreConnector
{
    public const string Secret = "whsec_c2ltdWxhdGVkLXNob3Atc2VjcmV0";
    private const int PageSize = 5;
    private readonly SampleConnector _words = new(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:9"), ApiKey = "unused" });

    public string Platform => "simulated";
    public IReadOnlyList<EntityKind> Kinds => EntityKinds.Common;
    public required IStoreWriter? Writer { get; init; }
    public IStoreSubscriptions? Subscriptions => null;

    /// <summary>Drops changes of the page it is about to hand out: how the checker is proven able to fail.</summary>
    public Func<ShopChange, bool>? Forgets { get; init; }

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(new StoreInfo("Simulated", "http://shop", "EUR"));

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = int.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
        while (true)
        {
            await AnswerAsync(cancellationToken);
            var page = shop.Items.Where(item => item.Kind == kind && item.Number > after).Take(PageSize).Select(item => (item.Number, Change: Shop.Tell(item))).ToList();
            if (page.Count == 0) yield break;
            after = page[^1].Number;
            yield return Page([.. page.Select(item => item.Change)], after);
            foreach (var item in page) history.Acknowledged(item.Change, "read");
        }
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = checkpoint is null ? shop.Items.Where(item => item.ChangedAt < since).Select(item => item.Sequence).DefaultIfEmpty(0).Max() : long.Parse(checkpoint, CultureInfo.InvariantCulture);
        while (true)
        {
            await AnswerAsync(cancellationToken);
            var page = shop.Items.Where(item => item.Sequence > after).OrderBy(item => item.Sequence).Take(PageSize).Select(item => (item.Sequence, Change: Shop.Tell(item))).ToList();
            if (page.Count == 0) yield break;
            after = page[^1].Sequence;
            yield return Page([.. page.Select(item => item.Change)], after);
            foreach (var item in page) history.Acknowledged(item.Change, "polled");
        }
    }

    public async Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        return shop.Find(kind, platformId) is { Deleted: false } item ? Change(Shop.Tell(item), null) : null;
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (StandardWebhook.Problem(headers, body, [Secret], now) is { } problem) return new WebhookReading([], problem);
        using var document = JsonDocument.Parse(body.ToArray());
        var data = document.RootElement.GetProperty("data");
        var (kind, what) = document.RootElement.GetProperty("type").GetString()!.Split('.') is [var word, var verb] ? (EntityKinds.Common.First(k => k.Word() == word), verb) : throw new FormatException("No type.");
        var (id, delivery) = (data.GetProperty("id").GetString()!, headers["webhook-id"]);
        return new WebhookReading([what switch
        {
            "named" => StoreChange.Named(kind, id, delivery),
            "deleted" => new StoreChange(kind, id, data.GetProperty("version").GetInt64(), ReadOnlyMemory<byte>.Empty, true, delivery),
            _ => new StoreChange(kind, id, data.GetProperty("version").GetInt64(), System.Text.Encoding.UTF8.GetBytes(data.GetRawText()), false, delivery),
        }]);
    }

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change) => _words.Normalise(change);

    public ValueTask DisposeAsync() => _words.DisposeAsync();

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        if (life.Passes("a call to the store")) throw new OperationCanceledException(life.Token);
        if (weather.InterruptsNow) await during();
        cancellationToken.ThrowIfCancellationRequested();
        if (weather.StoreFailsNow) throw new StoreException("The store does not answer.", isTransient: true);
    }

    private StorePage Page(List<ShopChange> changes, long cursor) =>
        new([.. changes.Where(change => Forgets?.Invoke(change) != true).Select(change => Change(change, null))], cursor.ToString(CultureInfo.InvariantCulture));

    private static StoreChange Change(ShopChange change, string? delivery) => new(change.Kind, change.Id, change.Version, change.Body, change.Deleted, delivery);
}
