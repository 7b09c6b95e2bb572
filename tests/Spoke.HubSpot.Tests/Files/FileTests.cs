using System.Text;

namespace Spoke.HubSpot.Tests.Files;

public sealed class FileTests
{
    private static readonly byte[] Content = [1, 2, 3, 0, 255, 13, 10, 45, 45];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_file_is_uploaded_found_changed_read_and_deleted(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var files = portal.Client.Files;
        var made = await files.UploadAsync("Größe \"L\".png", Content, "/shop/logos", FileVisibility.Private, cancellationToken: Stop);
        Assert.Equal(("Größe \"L\"", "png", "/shop/logos/Größe \"L\".png", 9L, FileVisibility.Private), (made.Name, made.Extension, made.Path, made.Size, made.Access));
        Assert.Equal(made, await files.GetAsync(made.Id, cancellationToken: Stop));
        Assert.Equal(made.Id, Assert.Single(await files.SearchAsync(new FileQuery { Extension = "png", Name = "größe", FolderId = made.FolderId, UpdatedSince = made.UpdatedAt.AddSeconds(-1) }, cancellationToken: Stop).ToListAsync(Stop)).Id);
        Assert.Empty(await files.SearchAsync(new FileQuery { UpdatedSince = made.UpdatedAt.AddDays(1) }, cancellationToken: Stop).ToListAsync(Stop));
        var signed = await files.SignedUrlAsync(made.Id, TimeSpan.FromMinutes(10), cancellationToken: Stop);
        using var anybody = new HttpClient();
        Assert.Equal(Content, await anybody.GetByteArrayAsync(signed.Url, Stop));
        var changed = await files.UpdateAsync(made.Id, "logo", FileVisibility.Public, "/brand", cancellationToken: Stop);
        Assert.Equal(("/brand/logo.png", FileVisibility.Public), (changed.Path, changed.Access));
        Assert.Equal(Content, await anybody.GetByteArrayAsync(changed.Url, Stop));
        await files.DeleteAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await files.GetAsync(made.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_search_reads_all_pages()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: Spoke.Emulator.LimitTier.Off);
        for (var i = 0; i < 120; i++) await portal.Client.Files.UploadAsync($"f{i}.txt", Encoding.UTF8.GetBytes($"{i}"), "/many", FileVisibility.Private, cancellationToken: Stop);
        Assert.Equal(120, await portal.Client.Files.SearchAsync(cancellationToken: Stop).Select(file => file.Id).Distinct().CountAsync(Stop));
    }

    [Fact]
    public async Task Duplicates_are_kept_refused_or_returned_and_a_lifetime_ends()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var files = portal.Client.Files;
        Task<HubSpotFile> Upload(string name, FileUploadOptions? options = null) => files.UploadAsync(name, Content, "/", FileVisibility.Private, options, cancellationToken: Stop);
        var first = await Upload("a.bin");
        Assert.NotEqual(first.Path, (await Upload("a.bin")).Path);
        Assert.Equal(first.Id, (await Upload("a.bin", new FileUploadOptions { Overwrite = true })).Id);
        Assert.Equal(first.Id, (await Upload("b.bin", new FileUploadOptions { Duplicates = FileDuplicates.ReturnExisting })).Id);
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => Upload("b.bin", new FileUploadOptions { Duplicates = FileDuplicates.Reject }));
        Assert.Equal(HubSpotErrorKind.Conflict, refused.Kind);
        var brief = await Upload("brief.bin", new FileUploadOptions { Lifetime = TimeSpan.FromDays(1) });
        Assert.Equal(brief.CreatedAt.AddDays(1), brief.ExpiresAt!.Value, TimeSpan.FromSeconds(1));
        await portal.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Null(await files.GetAsync(brief.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_word_on_it()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var files = portal.Client.Files;
        var large = await Assert.ThrowsAsync<ArgumentException>(() => files.UploadAsync("large.bin", new byte[(64 * 1024 * 1024) + 1], "/", FileVisibility.Private, cancellationToken: Stop));
        Assert.Contains("64 MiB", large.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => files.UploadAsync("a.txt", Content, "/", FileVisibility.Private, new FileUploadOptions { Lifetime = TimeSpan.Zero }, cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => files.DeleteAsync("", cancellationToken: Stop));
        Assert.Empty(await portal.JournalAsync());
        var access = await Assert.ThrowsAsync<HubSpotException>(() => files.UploadAsync("a.txt", Content, "/", new FileVisibility("EVERYBODY"), cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, access.Kind);
        Assert.Contains("EVERYBODY", access.Message, StringComparison.Ordinal);
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => files.UpdateAsync("12345", "b", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, lost.Kind);
    }

    [Fact]
    public async Task An_upload_whose_answer_is_lost_is_sent_again_only_where_that_changes_nothing()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var files = portal.Client.Files;
        await portal.PlayAsync("lost-response", "POST");
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => files.UploadAsync("a.txt", Content, "/", FileVisibility.Private, cancellationToken: Stop));
        Assert.Equal(1, lost.Attempts);
        await portal.PlayAsync("lost-response", "POST");
        await files.UploadAsync("a.txt", Content, "/", FileVisibility.Private, new FileUploadOptions { Overwrite = true }, cancellationToken: Stop);
        Assert.Single(await files.SearchAsync(cancellationToken: Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_body_of_any_kind_can_be_sent_and_a_wrong_kind_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var request = new HubSpotRequest("POST", "/files/v3/files") { Body = Content, ContentType = "text/plain" };
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.SendAsync(request, cancellationToken: Stop));
        Assert.Equal(415, refused.StatusCode);
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.SendAsync(request with { ContentType = "text" }, cancellationToken: Stop));
        Assert.Contains("'text' is not a content type", wrong.Message, StringComparison.Ordinal);
    }
}
