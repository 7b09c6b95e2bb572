using System.Text.Json;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>Every app that is installed in an account is granted <c>oauth</c>, asked for or not.</summary>
public sealed class OAuthScopeTests
{
    [Theory]
    [InlineData("private-app", "[]")]
    [InlineData("oauth", """["crm.objects.contacts.read"]""")]
    public async Task Account_details_can_be_read_with_whatever_scopes_a_token_was_made(string kind, string scopes)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var token = await emulator.TokenAsync($$"""{"kind":"{{kind}}","scopes":{{scopes}}}""");
        (await emulator.SendAsync("GET", "/account-info/v3/details", null, token)).Expect(200);
        (await emulator.SendAsync("GET", "/crm/v3/owners", null, token)).Expect(403);
    }

    [Fact]
    public async Task A_token_and_its_refresh_tell_of_it()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var made = await emulator.ControlAsync("POST", "tokens", """{"kind":"oauth","ownApp":true,"scopes":["crm.objects.contacts.read"]}""");
        string[] expected = ["crm.objects.contacts.read", "oauth"];
        Assert.Equal(expected, Scopes((await emulator.SendAsync("GET", $"/oauth/v1/access-tokens/{made.GetProperty("token").GetString()}", null, null)).Expect(200).Json));
        Assert.Equal(expected, Scopes((await emulator.SendAsync("GET", $"/oauth/v1/refresh-tokens/{made.GetProperty("refreshToken").GetString()}", null, null)).Expect(200).Json));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = made.GetProperty("clientId").GetString()!,
            ["client_secret"] = made.GetProperty("clientSecret").GetString()!,
            ["refresh_token"] = made.GetProperty("refreshToken").GetString()!,
        });
        using var response = await emulator.Http.PostAsync("/oauth/v3/token", form, TestContext.Current.CancellationToken);
        var renewed = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(expected, Scopes(renewed));
        (await emulator.SendAsync("GET", "/account-info/v3/details", null, "Bearer " + renewed.GetProperty("access_token").GetString())).Expect(200);
    }

    [Fact]
    public async Task A_private_app_is_told_of_it_too_and_what_is_no_install_is_not_given_it()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var token = (await emulator.TokenAsync("""{"scopes":["content"]}"""))["Bearer ".Length..];
        Assert.Equal(["content", "oauth"], Scopes((await emulator.SendAsync("POST", "/oauth/v2/private-apps/get/access-token-info", $$"""{"tokenKey":"{{token}}"}""", null)).Expect(200).Json));
        foreach (var kind in (string[])["app", "service-key"])
            (await emulator.SendAsync("GET", "/account-info/v3/details", null, await emulator.TokenAsync($$"""{"kind":"{{kind}}","scopes":["content"]}"""))).Expect(403);
    }

    private static IEnumerable<string> Scopes(JsonElement json) => json.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!);
}
