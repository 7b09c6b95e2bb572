using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Intake;

public sealed class WebhookDoorTests : IAsyncLifetime
{
    private const string Secret = "whsec_c3Bva2UtdGVzdC1zZWNyZXQ=";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-door-").FullName;
    private readonly FakeTimeProvider _time = new(Some.Day);
    private WatchedDialect _dialect = null!;
    private SyncDatabase _database = null!;
    private Connection _connection = null!;
    private HubSpotClient _portal = null!;
    private WebhookDoor _door = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _dialect = new WatchedDialect(new SqliteDialect(Path.Combine(_folder, "spoke.db")));
        _database = await SyncDatabase.OpenAsync(_dialect, Token);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri("http://127.0.0.1:9"), Token = () => "pat-na1-00000000-0000-4000-8000-000000000001" });
        _connection = new Connection("shop-main", new SampleConnector(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:9"), ApiKey = "k", WebhookSecret = Secret }), _portal, "shop", "page");
        _door = new WebhookDoor(new ChangeIntake(_database, _time), [_connection], _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.Store.DisposeAsync();
        _portal.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_delivery_is_on_disk_before_the_200()
    {
        Assert.Equal(200, (await PostAsync(Customer("c1", 1), "msg_1")).Status);
        await using var other = await new SqliteDialect(Path.Combine(_folder, "spoke.db")).OpenAsync(Token);
        Assert.Equal(1, other.ExecuteScalar<int>("select count(*) from intake where delivery_id = 'msg_1' and state = 0"));
    }

    [Fact]
    public async Task A_repeated_delivery_is_answered_200_and_kept_once_also_after_it_was_entered()
    {
        Assert.Equal((200, "kept"), await PostAsync(Customer("c1", 1), "msg_1"));
        Assert.Equal((200, "known"), await PostAsync(Customer("c1", 1), "msg_1"));
        Assert.Equal(1, await new LedgerFeed(_database, NullLogger.Instance).DrainAsync(_connection, Token));
        Assert.Equal((200, "known"), await PostAsync(Customer("c1", 1), "msg_1"));
        Assert.Equal(0, await new LedgerFeed(_database, NullLogger.Instance).DrainAsync(_connection, Token));
        Assert.Equal((1, 0L), await _database.ReadAsync(db => (db.ExecuteScalar<int>("select count(*) from intake"), db.ExecuteScalar<long>("select sum(length(payload)) from intake")), Token));
    }

    [Fact]
    public async Task A_bad_signature_is_401_counted_and_not_kept()
    {
        var counted = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "spoke.webhooks.refusals") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => { if (tags.ToArray().Contains(new("status", 401))) Interlocked.Add(ref counted, value); });
        listener.Start();
        Assert.Equal(401, (await PostAsync(Customer("c1", 1), "msg_1", tamper: true)).Status);
        Assert.Equal(1, Interlocked.Read(ref counted));
        Assert.Equal(0, await KeptAsync());
    }

    [Fact]
    public async Task An_old_delivery_is_401()
    {
        var sent = Signed(Customer("c1", 1), "msg_1");
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(401, (await _door.ReceiveAsync("shop-main", sent.Headers, new MemoryStream(sent.Body), Token)).Status);
    }

    [Fact]
    public async Task An_unknown_connection_is_404() => Assert.Equal(404, (await PostAsync(Customer("c1", 1), "msg_1", connection: "no-such")).Status);

    [Fact]
    public async Task A_delivery_that_is_too_large_is_413_and_one_just_small_enough_is_not()
    {
        Assert.Equal(413, (await PostAsync(Padded(WebhookDoor.MostBytes + 1), "msg_1")).Status);
        Assert.Equal(0, await KeptAsync());
        Assert.Equal(200, (await PostAsync(Padded(WebhookDoor.MostBytes), "msg_2")).Status);
    }

    [Fact]
    public async Task A_signed_body_that_is_not_the_platforms_is_400() => Assert.Equal(400, (await PostAsync("not json at all", "msg_1")).Status);

    [Fact]
    public async Task A_database_that_cannot_be_written_is_503_and_the_sender_comes_again()
    {
        _dialect.FailNextBegin = new StorageException("The disk is full.");
        Assert.Equal(503, (await PostAsync(Customer("c1", 1), "msg_1")).Status);
        Assert.Equal(0, await KeptAsync());
        Assert.Equal((200, "kept"), await PostAsync(Customer("c1", 1), "msg_1"));
    }

    [Fact]
    public async Task A_change_that_cannot_be_read_waits_in_quarantine_and_holds_up_none_of_the_others()
    {
        await PostAsync(Customer("c1", 1), "msg_1");
        await PostAsync("""{"type":"order.changed","data":{"id":"o1","version":4}}""", "msg_2");
        await PostAsync(Customer("c2", 1), "msg_3");
        var feed = new LedgerFeed(_database, NullLogger.Instance);
        Assert.Equal(3, await feed.DrainAsync(_connection, Token));
        var (entered, problem) = await _database.ReadAsync(db => (db.ExecuteScalar<int>("select count(*) from ledger"), db.QuerySingle<string>("select problem from intake where state = 2")), Token);
        Assert.Equal(2, entered);
        Assert.Contains("missing", problem);
        var told = Assert.Single(await _database.ReadAsync(db => QuarantineStore.Groups(db, "shop-main", 10), Token));
        Assert.Equal(("intake", 1, "o1", problem), (told.What, told.Count, told.Example, told.Problem));
        // The same again says nothing new; a newer version that can be read takes its place.
        await PostAsync("""{"type":"order.changed","data":{"id":"o1","version":4}}""", "msg_4");
        await feed.DrainAsync(_connection, Token);
        Assert.Equal(1, await _database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from intake where state = 2"), Token));
        await _database.WriteAsync((db, transaction) => IntakeStore.Entered(db, transaction, _database.Dialect, "shop-main", [new WaitingChange(99, (int)EntityKind.Order, "o1", 5, 0, "msg_5", [])]), Token);
        Assert.Equal(0, await _database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from intake where state = 2"), Token));
    }

    private static string Customer(string id, long version) => $$$"""{"type":"customer.changed","data":{"id":"{{{id}}}","version":{{{version}}},"email":"{{{id}}}@example.com"}}""";

    private static string Padded(int length)
    {
        var body = Customer("c1", 1);
        return body + new string(' ', length - body.Length);
    }

    private Task<int> KeptAsync() => _database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from intake"), Token);

    private Task<(int Status, string Text)> PostAsync(string body, string id, string connection = "shop-main", bool tamper = false)
    {
        var sent = Signed(body, id);
        if (tamper) sent.Body[0] ^= 1;
        return _door.ReceiveAsync(connection, sent.Headers, new MemoryStream(sent.Body), Token);
    }

    private (Dictionary<string, string> Headers, byte[] Body) Signed(string body, string id)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + signature }, Encoding.UTF8.GetBytes(body));
    }
}
