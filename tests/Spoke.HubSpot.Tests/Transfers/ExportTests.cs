using System.Text;

namespace Spoke.HubSpot.Tests.Transfers;

public sealed class ExportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task An_export_is_started_waited_for_and_fetched(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var client = portal.Client;
        var ann = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@shop.example", ["firstname"] = "Änne, \"A\"", ["lifecyclestage"] = "lead" }), cancellationToken: Stop);
        var id = await client.Exports.StartAsync("All contacts", ObjectType.Contacts, ["email", "firstname", "lifecyclestage"], new ExportOptions { Associated = [ObjectType.Companies] }, cancellationToken: Stop);
        var pending = await client.Exports.GetStatusAsync(id, cancellationToken: Stop);
        Assert.Equal((false, null, null), (pending!.HasEnded, pending.Url, pending.CompletedAt));
        await portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        var done = await client.Exports.WaitAsync(id, cancellationToken: Stop);
        Assert.True(done.IsComplete);
        var lines = Encoding.UTF8.GetString((await client.Exports.DownloadAsync(done.Url!, cancellationToken: Stop)).Span).ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("Record ID,email,firstname,lifecyclestage,Associated Company IDs", lines[0]);
        Assert.Equal($"{ann.Id},ann@shop.example,\"Änne, \"\"A\"\"\",lead,", lines[1]);
    }

    [Fact]
    public async Task A_list_is_exported_with_labels()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var client = portal.Client;
        var contacts = new List<CrmRecord>();
        foreach (var name in (string[])["in", "out"]) contacts.Add(await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"{name}@shop.example" }), cancellationToken: Stop));
        var list = await client.Lists.CreateAsync(new ListInput("Some", ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop);
        await client.Lists.AddMembersAsync(list.Id, [contacts[0].Id], cancellationToken: Stop);
        var id = await client.Exports.StartAsync("Some", ObjectType.Contacts, ["email"], new ExportOptions { ListId = list.Id, UseLabels = true }, cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        var text = Encoding.UTF8.GetString((await client.Exports.DownloadAsync((await client.Exports.WaitAsync(id, cancellationToken: Stop)).Url!, cancellationToken: Stop)).Span);
        Assert.Equal(["Record ID,Email", $"{contacts[0].Id},in@shop.example"], text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_address_that_has_run_out_is_told_with_the_remedy()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var exports = portal.Client.Exports;
        var id = await exports.StartAsync("x", ObjectType.Contacts, ["email"], cancellationToken: Stop);
        Assert.False((await exports.WaitAsync(id, patience: TimeSpan.Zero, cancellationToken: Stop)).HasEnded);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        var old = (await exports.WaitAsync(id, cancellationToken: Stop)).Url!;
        await portal.AdvanceAsync(TimeSpan.FromMinutes(6));
        var over = await Assert.ThrowsAsync<HubSpotException>(() => exports.DownloadAsync(old, cancellationToken: Stop));
        Assert.Equal((HubSpotErrorKind.NotFound, 403), (over.Kind, over.StatusCode));
        Assert.Contains("ask for the status again", over.Fix, StringComparison.Ordinal);
        Assert.NotEmpty((await exports.DownloadAsync((await exports.GetStatusAsync(id, cancellationToken: Stop))!.Url!, cancellationToken: Stop)).ToArray());
    }

    [Fact]
    public async Task Wrong_exports_are_refused()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var exports = portal.Client.Exports;
        var unknown = await Assert.ThrowsAsync<HubSpotException>(() => exports.StartAsync("x", ObjectType.Contacts, ["nonsense"], cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, unknown.Kind);
        Assert.Null(await exports.GetStatusAsync("987654", cancellationToken: Stop));
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => exports.WaitAsync("987654", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, lost.Kind);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://app.hubspot.com/file.csv")]
    [InlineData("https://app.hubspot.com:8443/file.csv")]
    [InlineData("https://hubspot.com.attacker.example/file.csv")]
    [InlineData("https://nothubspot.com/file.csv")]
    public async Task Nothing_is_fetched_from_strangers(string url)
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.Exports.DownloadAsync(new Uri(url), cancellationToken: Stop));
        Assert.Contains(new Uri(url).Host, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_stays_here_and_no_redirect_is_followed()
    {
        var authorizations = new List<string>();
        await using var server = await FileServer.StartAsync(context =>
        {
            authorizations.Add(context.Request.Headers.Authorization.ToString());
            context.Response.Redirect("http://169.254.169.254/latest?key=secret");
            return Task.CompletedTask;
        });
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => server.Client.Exports.DownloadAsync(new Uri(server.Url, "/x"), cancellationToken: Stop));
        Assert.Equal(302, refused.StatusCode);
        Assert.Contains("169.254.169.254", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.Equal([""], authorizations);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_not_kept()
    {
        var block = new byte[1024 * 1024];
        await using var server = await FileServer.StartAsync(async context =>
        {
            for (var i = 0; i < 65; i++) await context.Response.Body.WriteAsync(block, context.RequestAborted);   // without a length
        });
        var large = await Assert.ThrowsAsync<HubSpotException>(() => server.Client.Exports.DownloadAsync(new Uri(server.Url, "/x"), cancellationToken: Stop));
        Assert.Contains("64 MiB", large.Message, StringComparison.Ordinal);
    }
}
