using System.Net.Http.Json;
using System.Text.Json;

namespace Spoke.HubSpot.Tests.Timeline;

public sealed class TimelineTests
{
    private static readonly TimelineTemplateInput s_webinar = new("Webinar joined",
    [
        new TimelineToken("webinar", "Webinar") { PropertyName = "jobtitle" },
        new TimelineToken("kind", "Kind", "enumeration") { Options = new Dictionary<string, string> { ["live"] = "Live", ["later"] = "Later" } },
    ])
    { HeaderTemplate = "Joined {{webinar}}", DetailTemplate = "**{{kind}}**" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V3)]
    public async Task A_template_and_its_tokens_live_from_making_to_deleting(ApiVersion version)
    {
        await using var app = await App.StartAsync(version);
        var templates = app.Templates;
        var made = await templates.CreateAsync(ObjectType.Contacts, s_webinar, cancellationToken: Stop);
        Assert.Equal(("Webinar joined", "contacts", "Joined {{webinar}}", "**{{kind}}**"), (made.Name, made.ObjectType, made.HeaderTemplate, made.DetailTemplate));
        Assert.Equal(made.Id, (await templates.ListAsync(cancellationToken: Stop).SingleAsync(Stop)).Id);
        await templates.CreateTokenAsync(made.Id, new TimelineToken("seats", "Seats", "number"), cancellationToken: Stop);
        var twice = await Assert.ThrowsAsync<HubSpotException>(() => templates.CreateTokenAsync(made.Id, new TimelineToken("seats", "Seats", "number"), cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Conflict, twice.Kind);
        Assert.Equal("Places", (await templates.UpdateTokenAsync(made.Id, new TimelineToken("seats", "Places", "number"), cancellationToken: Stop)).Label);
        var read = await templates.GetAsync(made.Id, cancellationToken: Stop);
        Assert.Equal(["webinar", "kind", "seats"], read!.Tokens.Select(token => token.Name));
        Assert.Equal(("jobtitle", "Later"), (read.Tokens[0].PropertyName, read.Tokens[1].Options["later"]));
        await templates.DeleteTokenAsync(made.Id, "seats", cancellationToken: Stop);
        Assert.Equal("webinar", Assert.Single((await templates.UpdateAsync(made.Id, s_webinar with { Tokens = [s_webinar.Tokens[0]] }, cancellationToken: Stop)).Tokens).Name);
        await templates.DeleteAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await templates.GetAsync(made.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task Events_are_written_once_alone_and_in_batches_and_read()
    {
        await using var app = await App.StartAsync(ApiVersion.V2026_09);
        var events = app.Client.Timeline;
        var template = (await app.Templates.CreateAsync(ObjectType.Contacts, s_webinar, cancellationToken: Stop)).Id;
        var at = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var made = await events.CreateAsync(new TimelineEventInput(template, Tokens("Roses")) { Id = "e1", Email = "ann@shop.example", OccurredAt = at, ExtraJson = """{"seat":3}""" }, cancellationToken: Stop);
        Assert.Equal(("e1", "contacts", at, """{"seat":3}"""), (made.Id, made.ObjectType, made.OccurredAt, made.ExtraJson));
        Assert.Equal("Roses", (await app.Portal.Client.Contacts.GetAsync(made.RecordId!.Value, new ReadOptions { Properties = ["jobtitle"] }, cancellationToken: Stop))!["jobtitle"]);
        var read = await events.GetAsync(template, "e1", cancellationToken: Stop);
        Assert.Equal(("Roses", made.RecordId), (read!.Tokens["webinar"], read.RecordId));
        Assert.Null(await events.GetAsync(template, "e9", cancellationToken: Stop));

        var batch = await events.BatchCreateAsync([new TimelineEventInput(template, Tokens("Tulips")) { Id = "e2", RecordId = made.RecordId }, new TimelineEventInput(template, Tokens("Lilies", "never")) { Id = "e3", RecordId = made.RecordId }], cancellationToken: Stop);
        Assert.Equal("e2", Assert.Single(batch.Events).Id);
        Assert.Contains("never", Assert.Single(batch.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(501, (await events.BatchCreateAsync([.. Enumerable.Range(0, 501).Select(i => new TimelineEventInput(template, Tokens("Many")) { Id = $"m{i}", RecordId = made.RecordId })], cancellationToken: Stop)).Events.Count);

        await app.Portal.PlayAsync("lost-response", "POST", "/integrators/timeline/v3/events");
        await events.CreateAsync(new TimelineEventInput(template, Tokens("Again")) { Id = "e4", RecordId = made.RecordId }, cancellationToken: Stop);
        await app.Portal.PlayAsync("lost-response", "POST", "/integrators/timeline/v3/events");
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => events.CreateAsync(new TimelineEventInput(template, Tokens("Once")) { RecordId = made.RecordId }, cancellationToken: Stop));
        Assert.Equal((HubSpotErrorKind.Unreachable, 1), (lost.Kind, lost.Attempts));
    }

    [Fact]
    public async Task A_wrong_developer_key_is_told_as_such_and_shown_nowhere()
    {
        await using var app = await App.StartAsync(ApiVersion.V2026_09);
        const string wrong = "na1-0badc0de-0000-4000-8000-0123456789ab";
        var refusal = await Assert.ThrowsAsync<HubSpotException>(async () => await app.Client.Timeline.Templates(app.Id, () => wrong).ListAsync(cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal((HubSpotErrorKind.TokenInvalid, 401, 1), (refusal.Kind, refusal.StatusCode, refusal.Attempts));
        Assert.Contains("developer account", refusal.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("0badc0de", refusal + refusal.Body + refusal.MaskedRequest, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await app.Client.Timeline.Templates(app.Id, () => "").ListAsync(cancellationToken: Stop).ToListAsync(Stop));
    }

    private static Dictionary<string, string?> Tokens(string webinar, string kind = "live") => new() { ["webinar"] = webinar, ["kind"] = kind };

    /// <summary>An app that an account has installed: its number, its token there, and its developer's key.</summary>
    private sealed class App(EmulatedPortal portal, HubSpotClient client, long id, string key) : IAsyncDisposable
    {
        public EmulatedPortal Portal => portal;

        public HubSpotClient Client => client;

        public long Id => id;

        public TimelineTemplates Templates => client.Timeline.Templates(id, () => key);

        public static async Task<App> StartAsync(ApiVersion version)
        {
            var portal = await EmulatedPortal.StartAsync(version);
            using var control = new HttpClient { BaseAddress = portal.BaseUrl };
            using var made = await control.PostAsJsonAsync("/_emulator/tokens", new { kind = "oauth" }, Stop);
            var grant = await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
            var (id, token) = (grant.GetProperty("appId").GetInt64(), grant.GetProperty("token").GetString());
            var client = portal.NewClient(options => (options.Version, options.Token) = (version, () => token));
            return new App(portal, client, id, await portal.TokenAsync(new { kind = "developer" }));
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await portal.DisposeAsync();
        }
    }
}
