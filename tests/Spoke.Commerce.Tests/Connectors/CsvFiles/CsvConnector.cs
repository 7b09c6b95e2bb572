using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.CsvFiles;

/// <summary>The worked example of docs/write-a-connector.md: a "store" that is a folder with customers.csv and orders.csv. Each row ends in a version that only rises.</summary>
public sealed class CsvConnector(string folder, int pageSize) : IStoreConnector
{
    private static readonly string[] CustomerColumns = ["id", "email", "firstName", "lastName", "version"];
    private static readonly string[] OrderColumns = ["id", "customer", "placedAt", "status", "totalMinor", "currency", "version"];

    public string Platform => "csv";
    public IReadOnlyList<EntityKind> Kinds { get; } = [EntityKind.Customer, EntityKind.Order];
    public IStoreWriter? Writer => null;
    public IStoreSubscriptions? Subscriptions => null;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return File.Exists(PathOf(EntityKind.Order))
            ? Task.FromResult(new StoreInfo(Path.GetFileName(folder), folder, "EUR"))
            : throw new StoreException($"{folder} has no orders.csv. Is this a folder of a CSV store?", isTransient: false);
    }

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = long.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
        var rows = await RowsAsync(kind, cancellationToken);
        foreach (var page in rows.Where(row => row.Version > after).OrderBy(row => row.Version).Chunk(pageSize))
            yield return new StorePage(page, page[^1].Version.ToString(CultureInfo.InvariantCulture), rows.Count);
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursors = (checkpoint ?? "0,0").Split(',');
        for (var i = 0; i < Kinds.Count; i++)
            await foreach (var page in ReadAllAsync(Kinds[i], cursors[i], cancellationToken))
            {
                cursors[i] = page.Cursor;
                yield return page with { Cursor = string.Join(',', cursors) };
            }
    }

    public async Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) =>
        (await RowsAsync(kind, cancellationToken)).FirstOrDefault(change => change.PlatformId == platformId);

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) => new([], "A folder pushes nothing.");

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        string Text(string column) => document.RootElement.TryGetProperty(column, out var value) ? value.GetString()! : throw new FormatException($"'{column}' is missing in the row.");
        if (change.Kind == EntityKind.Customer)
            return [new Customer { PlatformId = Text("id"), Version = change.Version, Email = Text("email"), FirstName = Text("firstName"), LastName = Text("lastName") }];
        var total = new Money(long.Parse(Text("totalMinor"), CultureInfo.InvariantCulture), Text("currency"));
        var zero = Money.Zero(total.Currency);
        return
        [
            new Order
            {
                PlatformId = Text("id"),
                Version = change.Version,
                Number = Text("id"),
                Currency = total.Currency,
                PlacedAt = DateTimeOffset.Parse(Text("placedAt"), CultureInfo.InvariantCulture),
                CustomerId = Text("customer"),
                Payment = Text("status") == "paid" ? PaymentStatus.Paid : PaymentStatus.Pending,
                PlatformStatus = Text("status"),
                Lines = [new OrderLine { Id = Text("id"), Name = "Goods", Quantity = 1, UnitPrice = total, Gross = total, Discount = zero, Tax = zero }],
                Amounts = new OrderAmounts { ItemsGross = total, Discounts = zero, Shipping = zero, Fees = zero, Tips = zero, GiftCards = zero, Tax = zero, Total = total },
            },
        ];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(EntityKind kind) => Path.Combine(folder, kind.Word() + "s.csv");

    private async Task<List<StoreChange>> RowsAsync(EntityKind kind, CancellationToken cancellationToken)
    {
        var columns = kind == EntityKind.Customer ? CustomerColumns : OrderColumns;
        var lines = await File.ReadAllLinesAsync(PathOf(kind), cancellationToken);
        return [.. lines.Select(line => line.Split(',')).Select(cells => new StoreChange(kind, cells[0], long.Parse(cells[^1], CultureInfo.InvariantCulture), JsonSerializer.SerializeToUtf8Bytes(columns.Zip(cells).ToDictionary(c => c.First, c => c.Second))))];
    }
}
