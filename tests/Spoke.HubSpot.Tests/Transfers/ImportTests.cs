using System.Text;

namespace Spoke.HubSpot.Tests.Transfers;

public sealed class ImportTests
{
    private static readonly ImportColumn[] Columns =
    [
        new("E-mail", "email") { Identifies = true },
        new("Name", "firstname"),
        ImportColumn.Ignored("Note"),
        new("Company", "name") { Type = ObjectType.Companies },
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task An_import_is_started_waited_for_and_its_errors_read(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var clock = new SignallingClock();
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = portal.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken, Version = version, Random = new Random(1) }, timeProvider: clock);
        var known = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@shop.example" }), cancellationToken: Stop);
        var started = await client.Imports.StartAsync("Kunden", Csv("E-mail,Name,Note,Company\nann@shop.example,\"Änne, A\",x,Shop\nnobody,N,,\nbob@shop.example,Bob,,\n"), Columns, ObjectType.Contacts, new ImportOptions { MakeContactList = true }, cancellationToken: Stop);
        Assert.False(started.HasEnded);
        var waiting = client.Imports.WaitAsync(started.Id, cancellationToken: Stop);
        await clock.WaitBegunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.WaitBegunAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));   // not done: twice as long
        await portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        await portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(2));
        var done = await waiting;
        Assert.Equal((true, 2, 1, 1, "Kunden"), (done.IsDone, done.Created, done.Updated, done.Errors, done.Name));
        var error = Assert.Single(await client.Imports.ListErrorsAsync(started.Id, cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal(("INVALID_EMAIL", 3, "nobody", "N"), (error.Type, error.Line, error.InvalidValue, error.Row[1]));
        Assert.NotNull(error.Message);
        var ann = await client.Contacts.GetAsync(known.Id, new ReadOptions { Properties = ["firstname"] }, cancellationToken: Stop);
        Assert.Equal("Änne, A", ann!["firstname"]);
        Assert.Equal(2, await client.Lists.ListMembersAsync(done.ListId!, cancellationToken: Stop).CountAsync(Stop));
        Assert.Equal(started.Id, Assert.Single(await client.Imports.ListAsync(cancellationToken: Stop).ToListAsync(Stop)).Id);
    }

    [Fact]
    public async Task A_cancelled_import_writes_nothing_and_patience_ends()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var imports = portal.Client.Imports;
        var started = await imports.StartAsync("x", Csv("E-mail,Name,Note,Company\na@shop.example,A,,\n"), Columns, ObjectType.Contacts, cancellationToken: Stop);
        Assert.False((await imports.WaitAsync(started.Id, patience: TimeSpan.Zero, cancellationToken: Stop)).HasEnded);
        await imports.CancelAsync(started.Id, cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("CANCELED", (await imports.WaitAsync(started.Id, cancellationToken: Stop)).State);
        Assert.Empty(await portal.Client.Contacts.ListAsync(cancellationToken: Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task Rows_outside_of_the_mode_are_errors_and_records_are_found_by_id()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var imports = portal.Client.Imports;
        var known = await portal.Client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@shop.example" }), cancellationToken: Stop);
        async Task<CrmImport> Done(string csv, ImportColumn[] columns, ImportMode mode)
        {
            var started = await imports.StartAsync("x", Csv(csv), columns, ObjectType.Contacts, new ImportOptions { Mode = mode }, cancellationToken: Stop);
            await portal.AdvanceAsync(TimeSpan.FromSeconds(2));
            return await imports.WaitAsync(started.Id, cancellationToken: Stop);
        }
        var created = await Done("E-mail\nann@shop.example\nnew@shop.example\n", [new("E-mail", "email") { Identifies = true }], ImportMode.Create);
        Assert.Equal((1, 0, 1), (created.Created, created.Updated, created.Errors));
        var updated = await Done($"Id,Name\n{known.Id},Ann\n999999999,Nobody\n", [ImportColumn.RecordId("Id"), new("Name", "firstname")], ImportMode.Update);
        Assert.Equal((0, 1, 1), (updated.Created, updated.Updated, updated.Errors));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_word_on_it()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var imports = portal.Client.Imports;
        await Assert.ThrowsAsync<ArgumentException>(() => imports.StartAsync("x", default, Columns, ObjectType.Contacts, cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => imports.StartAsync("x", Csv("a\n"), [], ObjectType.Contacts, cancellationToken: Stop));
        var nameless = await Assert.ThrowsAsync<ArgumentException>(() => imports.StartAsync("x", Csv("a\n"), [new("a", null)], ObjectType.Contacts, cancellationToken: Stop));
        Assert.Contains("'a' has no property", nameless.Message, StringComparison.Ordinal);
        Assert.Empty(await portal.JournalAsync());
        var unknown = await Assert.ThrowsAsync<HubSpotException>(() => imports.StartAsync("x", Csv("a\n"), [new("a", "nonsense")], ObjectType.Contacts, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, unknown.Kind);
        Assert.Contains("nonsense", unknown.Message, StringComparison.Ordinal);
        Assert.Null(await imports.GetAsync("987654", cancellationToken: Stop));
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => imports.WaitAsync("987654", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, lost.Kind);
    }

    [Fact]
    public async Task An_import_whose_answer_is_lost_is_not_started_twice()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.PlayAsync("lost-response", "POST");
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Imports.StartAsync("x", Csv("E-mail\na@shop.example\n"), [new("E-mail", "email")], ObjectType.Contacts, cancellationToken: Stop));
        Assert.Equal((HubSpotErrorKind.Unreachable, 1), (lost.Kind, lost.Attempts));
        Assert.Single(await portal.Client.Imports.ListAsync(cancellationToken: Stop).ToListAsync(Stop));
    }

    private static byte[] Csv(string text) => Encoding.UTF8.GetBytes(text);
}
