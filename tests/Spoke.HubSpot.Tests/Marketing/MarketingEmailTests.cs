using System.Text.Json;

namespace Spoke.HubSpot.Tests.Marketing;

public sealed class MarketingEmailTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task Emails_are_listed_read_and_counted(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var emails = portal.Client.MarketingEmails;
        var contact = await portal.Client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@shop.example" }), cancellationToken: Stop);
        var sent = await EmailAsync(portal, version, $$$"""{"name":"News","subject":"Hello","to":{"contactIds":{"include":["{{{contact.Id}}}"]} } }""");
        var draft = await EmailAsync(portal, version, """{"name":"Draft","subject":"Soon"}""");
        await portal.Client.SendAsync(new HubSpotRequest("POST", $"{CrmPaths.MarketingEmails(version)}/{sent}/publish"), cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(2));

        var read = await emails.GetAsync(sent, includeStatistics: true, cancellationToken: Stop);
        Assert.Equal(("News", "Hello", true, 1L, 1L), (read!.Name, read.Subject, read.IsPublished, read.Statistics!.Count("sent"), read.Statistics.Count("delivered")));
        Assert.Equal(100, read.Statistics.Ratios["deliveredratio"]);
        Assert.NotNull(read.PublishedAt);
        using (var whole = JsonDocument.Parse(read.Json)) Assert.Equal("Hello", whole.RootElement.GetProperty("subject").GetString());
        Assert.Null((await emails.GetAsync(draft, cancellationToken: Stop))!.Statistics);
        Assert.Equal([sent, draft], (await emails.ListAsync(cancellationToken: Stop).Select(email => email.Id).ToListAsync(Stop)).Order());
        Assert.Equal([draft], await emails.ListAsync(new MarketingEmailQuery { IsPublished = false, Type = "BATCH_EMAIL", UpdatedAfter = read.CreatedAt.AddDays(-1) }, cancellationToken: Stop).Select(email => email.Id).ToListAsync(Stop));
        Assert.Empty(await emails.ListAsync(new MarketingEmailQuery { PublishedAfter = read.PublishedAt!.Value.AddDays(1) }, cancellationToken: Stop).ToListAsync(Stop));
        Assert.Null(await emails.GetAsync("999999", cancellationToken: Stop));

        var (from, until) = (read.CreatedAt.AddHours(-30), read.CreatedAt.AddHours(30));
        var all = await emails.GetStatisticsAsync(from, until, cancellationToken: Stop);
        Assert.Equal((1, sent), (all.Aggregate.Count("sent"), Assert.Single(all.EmailIds)));
        Assert.Equal(0, (await emails.GetStatisticsAsync(from, until, [draft], cancellationToken: Stop)).Aggregate.Count("sent"));
        var days = await emails.ListStatisticsAsync(from, until, emailIds: [sent, draft], cancellationToken: Stop).ToListAsync(Stop);
        Assert.InRange(days.Count, 3, 4);
        Assert.Equal(1, days.Sum(day => day.Statistics.Count("sent")));
        Assert.All(days.Zip(days.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(async () => await emails.ListStatisticsAsync(from, until, "EON", cancellationToken: Stop).ToListAsync(Stop))).Kind);
        await Assert.ThrowsAsync<ArgumentException>(() => emails.GetStatisticsAsync(until, from, cancellationToken: Stop));
    }

    private static async Task<string> EmailAsync(EmulatedPortal portal, ApiVersion version, string json)
    {
        using var made = JsonDocument.Parse((await portal.Client.SendAsync(HubSpotRequest.WithJson("POST", CrmPaths.MarketingEmails(version), json), cancellationToken: Stop)).Body);
        return made.RootElement.GetProperty("id").GetString()!;
    }
}
