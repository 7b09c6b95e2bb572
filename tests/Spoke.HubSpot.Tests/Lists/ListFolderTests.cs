namespace Spoke.HubSpot.Tests.Lists;

public sealed class ListFolderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_folder_is_made_filled_moved_and_deleted(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var (lists, folders) = (portal.Client.Lists, portal.Client.ListFolders);
        var list = await lists.CreateAsync(new ListInput("Guests", ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop);
        var parties = await folders.CreateAsync("Parties", cancellationToken: Stop);
        var summer = await folders.CreateAsync("Summer", parties.Id, cancellationToken: Stop);
        Assert.Equal(("Summer", parties.Id), (summer.Name, summer.ParentId));
        Assert.Contains(list.Id, (await folders.GetAsync(cancellationToken: Stop))!.ListIds);
        await folders.MoveListAsync(list.Id, summer.Id, cancellationToken: Stop);
        var top = await folders.GetAsync(cancellationToken: Stop);
        Assert.DoesNotContain(list.Id, top!.ListIds);
        Assert.Equal([list.Id], top.Folders.Single(folder => folder.Id == parties.Id).Folders.Single().ListIds);

        Assert.Equal("Garden", (await folders.RenameAsync(summer.Id, "Garden", cancellationToken: Stop)).Name);
        Assert.Equal(CrmListFolders.Top, (await folders.MoveAsync(summer.Id, CrmListFolders.Top, cancellationToken: Stop)).ParentId);
        var full = await Assert.ThrowsAsync<HubSpotException>(() => folders.DeleteAsync(summer.Id, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, full.Kind);
        await folders.MoveListAsync(list.Id, CrmListFolders.Top, cancellationToken: Stop);
        await folders.DeleteAsync(summer.Id, cancellationToken: Stop);
        Assert.Null(await folders.GetAsync(summer.Id, cancellationToken: Stop));
        var taken = await Assert.ThrowsAsync<HubSpotException>(() => folders.CreateAsync("parties", cancellationToken: Stop));
        Assert.Contains("parties", taken.Message, StringComparison.Ordinal);
    }
}
