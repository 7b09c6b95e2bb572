namespace Spoke.Emulator.Tests.Auth;

/// <summary>HubSpot's API is not for browsers: a preflight, which never carries Authorization, is refused like any call without it.</summary>
public sealed class PreflightTests
{
    [Fact]
    public async Task Preflight_is_refused_as_a_call_without_credential_and_tells_no_origin()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        foreach (var path in (string[])["/crm/v3/objects/contacts", "/crm/v3/objects/contacts/1", "/submissions/v3/integration/secure/submit/1000001/8e2b5d4c-0000-4000-8000-000000000001"])
        {
            var reply = (await AskAsync(emulator, path)).Expect(401);
            Assert.Equal("INVALID_AUTHENTICATION", reply.Category);
            Assert.Equal("false", reply.Header("access-control-allow-credentials"));
            Assert.Equal("origin", reply.Header("vary"));
            foreach (var leave in (string[])["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"]) Assert.Null(reply.Header(leave));
        }
        (await AskAsync(emulator, "/oauth/v1/token")).Expect(405);   // takes no credential in a header
        (await AskAsync(emulator, "/crm/v3/nothing")).Expect(404);
        (await emulator.SendAsync("OPTIONS", "/crm/v3/objects/contacts")).Expect(405);   // not a browser's: it has a token
    }

    private static async Task<Reply> AskAsync(EmulatorClient emulator, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        foreach (var (name, value) in ((string, string)[])[("Origin", "https://page.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type")])
            request.Headers.Add(name, value);
        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }
}
