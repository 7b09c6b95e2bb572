namespace Spoke.HubSpot.Tests.Marketing;

public sealed class FormTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_lives_from_making_to_archiving()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var forms = portal.Client.Forms;
        var made = await forms.CreateAsync("Newsletter", [new FormField("email", "E-mail", "email") { Required = true }, new FormField("firstname", "First name")], cancellationToken: Stop);
        Assert.Equal("hubspot", made.FormType);
        Assert.Equal([("email", true), ("firstname", false)], made.Fields.Select(field => (field.Name, field.Required)));
        var changed = await forms.UpdateAsync(made.Id, name: "News", cancellationToken: Stop);
        Assert.Equal(("News", 2), (changed.Name, changed.Fields.Count));
        Assert.Single((await forms.UpdateAsync(made.Id, fields: [new FormField("email", "E-mail", "email")], cancellationToken: Stop)).Fields);
        var copy = await forms.CreateAsync((await forms.GetAsync(made.Id, cancellationToken: Stop))!.Json.Replace("News", "Copy", StringComparison.Ordinal), cancellationToken: Stop);
        Assert.NotEqual(made.Id, copy.Id);
        Assert.Equal(["Copy", "News"], (await forms.ListAsync(cancellationToken: Stop).ToListAsync(Stop)).Select(form => form.Name).Order());
        await forms.ArchiveAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await forms.GetAsync(made.Id, cancellationToken: Stop));
        Assert.Equal([made.Id], (await forms.ListAsync(archived: true, cancellationToken: Stop).ToListAsync(Stop)).Select(form => form.Id));
    }

    [Fact]
    public async Task A_field_nobody_knows_is_told_and_many_forms_come_in_pages()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var forms = portal.Client.Forms;
        var wrong = await Assert.ThrowsAsync<HubSpotException>(() => forms.CreateAsync("X", [new FormField("nonsense", "?")], cancellationToken: Stop));
        Assert.Contains("nonsense", wrong.Message, StringComparison.Ordinal);
        for (var i = 0; i < 101; i++) await forms.CreateAsync($"Form {i}", [], cancellationToken: Stop);
        Assert.Equal(101, (await forms.ListAsync(cancellationToken: Stop).ToListAsync(Stop)).Count);
    }
}
