using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Storage;

/// <summary>No statement goes through a table that grows with the shop, but those named here with their reason. What is looked at is what was really sent.</summary>
public sealed partial class QueryPlanTests : IAsyncLifetime
{
    private static readonly HashSet<string> Growing = ["intake", "ledger", "record", "edge", "aggregates", "written", "audit", "portal_event", "taken", "given", "consent", "company_domain", "cart_state", "line_variant", "contact_merge"];

    // They hold only what waits to be done, or is in trouble.
    private static readonly HashSet<string> Short = ["intake_waiting", "intake_entity", "record_dirty", "record_trouble", "record_unclaimed", "record_urgent", "edge_due", "portal_event_waiting", "taken_due", "given_due", "consent_due", "cart_state_due", "privacy_open"];

    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["select count(*) from ledger where connection = @connection and kind = @kind"] = "Both ends are counted: once a minute at most, and only when records came or are missing.",
        ["select count(*) from record where connection = @connection and object = @object"] = "As above.",
        ["object = 'companies' limit 1) any_company"] = "The first row is the answer.",
        ["state in (0, 2) limit 1) settled"] = "Hardly ever more than the first rows, and only when there is a new company.",
        ["kind = 5 and deleted = 0 and body <> '' and not exists"] = "As many as the store itself keeps companies.",
        ["from taken t where t.connection = @connection and t.object = @object"] = "What people edited in HubSpot and stands against the store: few beside the records, and none in an import.",
        ["record_id is null limit 500"] = "In a first import once an object; live among the companies alone, when there is one of a new domain.",
    };

    private static readonly Dictionary<string, string> AllowedAtTimes = new(StringComparer.Ordinal)
    {
        ["delete from intake where connection = @connection and state = 1 and received_at < @before"] = "Once an hour: deliveries of a week ago are forgotten.",
        ["delete from portal_event where connection = @connection and state = 1 and received_at < @before"] = "As above.",
        ["seen_at < @began"] = "At the end of a full read.",
        ["not exists (select 1 from cart_state s where s.connection = @connection and s.cart_id = ledger.platform_id)"] = "Once, when a program has been started.",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-plans-").FullName;
    private SqliteConnection _db = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "spoke.db");

    public async ValueTask InitializeAsync()
    {
        await (await SyncDatabase.OpenAsync(new SqliteDialect(File), Token)).DisposeAsync();   // of the newest shape: migrations are not the subject
        _db = new SqliteConnection($"Data Source={File};Pooling=false");
        await _db.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Neither_a_first_import_nor_a_live_round_goes_through_what_grows_with_the_shop()
    {
        var heard = new OverheardDialect(new SqliteDialect(File));
        await using var rig = await BusyShop.OpenAsync(heard, people: 60);
        var worker = rig.Worker();
        await worker.StepAsync(poll: true, Token);
        var import = heard.Take();
        await BusyShop.LiveAsync(rig, worker, "new", polled: true);
        var live = heard.Take();
        Assert.True(import.Count > 80 && live.Count > 120, $"{import.Count} and {live.Count} statements were heard");
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        var walks = Walks("first import", import, [.. Allowed.Keys, .. AllowedAtTimes.Keys], allowed).Concat(Walks("live", live, [.. Allowed.Keys], allowed)).ToList();
        Assert.True(walks.Count == 0, string.Join("\n\n", walks));
        Assert.Empty(Allowed.Keys.Concat(AllowedAtTimes.Keys).Except(allowed));   // what is not sent any more needs no leave
    }

    [Theory]
    [InlineData("select body from ledger where body like '%a%'")]
    [InlineData("select platform_id from ledger where connection = @c and kind = 2 and contact_key = @k order by platform_id")]
    [InlineData("select min(due_at) from taken where connection = @c and state = 0")]
    [InlineData("select d.domain from record r join company_domain d on d.connection = r.connection and d.record_key = r.record_key where r.connection = @c and r.object = 'companies' and r.record_id is null and r.state = 1")]
    [InlineData("delete from edge where connection = @c and from_object = 'orders'")]
    [InlineData("update record set due_at = 0 where generation = 3")]
    public void Would_find(string statement) => Assert.NotEmpty(Walks("", [statement], [], []));

    [Theory]
    [InlineData("select body from ledger where connection = @c and kind = 2 and contact_key = @k")]
    [InlineData("select min(due_at) from taken where connection = @c and state in (0, 2) and state = 0")]
    public void Would_let_pass(string statement) => Assert.Empty(Walks("", [statement], [], []));

    [Fact]
    public async Task What_goes_ahead_of_a_backlog_is_not_looked_for_in_all_of_it()
    {
        var heard = new OverheardDialect(new SqliteDialect(File));
        await using var rig = await BusyShop.OpenAsync(heard, people: 1);
        await rig.Worker().StepAsync(poll: true, Token);
        var statement = Assert.Single(heard.Take(), said => said.Contains("urgent = 1 and", StringComparison.Ordinal));
        Assert.Contains("record_urgent", Assert.Single(new QueryPlan(_db).Lines(statement), line => line.StartsWith("SEARCH", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_hangs_on_a_few_records_is_found_by_their_keys_and_not_among_all_that_waits()
    {
        var heard = new OverheardDialect(new SqliteDialect(File));
        await using var rig = await PushRig.StartAsync(heard);
        heard.Take();
        await new EdgePusher(rig.Database, rig.Portal, "shop-main", 4, TimeProvider.System).ReadyAsync(RecordObjects.Orders, ["a", "b"], companies: true, Token);
        var plan = new QueryPlan(_db).Lines(Assert.Single(heard.Take(), said => said.Contains("from edge e", StringComparison.Ordinal)));
        Assert.DoesNotContain(plan, line => line.Contains("edge_due", StringComparison.Ordinal));
        Assert.Equal(2, plan.Count(line => line.StartsWith("SEARCH e USING", StringComparison.Ordinal)));
    }

    private IEnumerable<string> Walks(string phase, IEnumerable<string> statements, IReadOnlyList<string> allowed, HashSet<string> used)
    {
        var plan = new QueryPlan(_db);
        foreach (var statement in statements.Where(statement => Asks().IsMatch(statement)))
            foreach (var walk in plan.Walks(statement).Where(walk => Growing.Contains(walk.Table) && !(walk.Index is { } index && Short.Contains(index))))
                if (allowed.FirstOrDefault(part => statement.Contains(part, StringComparison.Ordinal)) is { } leave) used.Add(leave);
                else yield return $"{phase}: {walk.Said} ({walk.Table})\n{Lists().Replace(statement, "$1…")}";
    }

    [GeneratedRegex("^(select|insert|update|delete|with) ", RegexOptions.IgnoreCase)]
    private static partial Regex Asks();

    [GeneratedRegex(@"(@\w+?)\d+(, ?@\w+\d+)+")]
    private static partial Regex Lists();
}
