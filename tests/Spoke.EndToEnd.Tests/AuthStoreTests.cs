using Spoke.Emulator;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke auth store</c>: tokens that were made elsewhere, kept encrypted.</summary>
public sealed class AuthStoreTests : IAsyncLifetime
{
    private const string Config = """{ "portals": { "p": { "token": "stored:main", "baseUrl": "URL" } }, "stores": { "s": { "platform": "sample", "url": "http://127.0.0.1:9", "apiKey": "stored:shop" } }, "connections": { "c": { "store": "s", "portal": "p" } } }""";
    private readonly TempFolder _folder = new();
    private EmulatorServer _emulator = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_stored_used_shown_masked_and_deleted()
    {
        var (code, output, error) = await StoreAsync(EmulatorServer.DefaultToken + "\n");
        Assert.Equal((0, "kept as stored:main\n", ""), (code, output, error.Trim()));
        Assert.Equal(0, (await StoreAsync("key-canary-4711", "--name", "shop")).Code);

        (code, output, error) = await SpokeAsync("auth", "status");
        Assert.True(code == 0, error);
        Assert.Contains("source   stored:main", output);
        Assert.Contains("others   stored:shop", output);
        Assert.Contains("token    pat-na1-****-0001, private app token or service key", output);
        (code, output, error) = await SpokeAsync("api", "GET", "/crm/v3/objects/contacts");
        Assert.True(code == 0, error);

        foreach (var file in Directory.GetFiles(_folder["secrets"], "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, Stop);
            Assert.DoesNotContain("canary", text);
            Assert.DoesNotContain(EmulatorServer.DefaultToken, text);
            if (!OperatingSystem.IsWindows()) Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        }

        (code, output, _) = await SpokeAsync("auth", "logout");
        Assert.Equal(0, code);
        Assert.Contains("stays good where it was made", output);
        (code, _, error) = await SpokeAsync("auth", "status");
        Assert.Equal(2, code);
        Assert.Contains("Stored are: shop.", error);
    }

    [Fact]
    public async Task Any_secret_of_spoke_json_may_be_stored()
    {
        await File.WriteAllTextAsync(_folder["spoke.json"], Config.Replace("URL", _emulator.BaseUrl.ToString(), StringComparison.Ordinal), Stop);
        await StoreAsync(EmulatorServer.DefaultToken);
        var (code, _, error) = await SpokeAsync("config", "check", "--config", _folder["spoke.json"]);
        Assert.Equal(2, code);
        Assert.Contains("spoke auth store --name shop makes it", error);
        await StoreAsync("key", "--name", "shop");
        (code, _, error) = await SpokeAsync("config", "check", "--config", _folder["spoke.json"]);
        Assert.True(code == 0, error);
    }

    [Theory]
    [InlineData("", "held nothing")]
    [InlineData("  \n", "held nothing")]
    [InlineData("one-canary\ntwo", "is no token")]
    public async Task What_is_no_token_is_refused_and_not_repeated(string input, string said)
    {
        var (code, output, error) = await StoreAsync(input);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error);
        Assert.DoesNotContain("canary", error);
    }

    [Fact]
    public async Task A_stored_token_that_was_damaged_is_said_to_be_that()
    {
        await StoreAsync(EmulatorServer.DefaultToken);
        await File.WriteAllTextAsync(_folder["secrets/stored/main.token"], "damaged", Stop);
        var (code, _, error) = await SpokeAsync("api", "GET", "/crm/v3/objects/contacts");
        Assert.Equal(2, code);
        Assert.Contains("cannot be decrypted", error);
    }

    private Task<(int Code, string Output, string Error)> StoreAsync(string input, params string[] more) => SpokeProcess.RunWithInputAsync(Environment(), input, ["auth", "store", .. more]);

    private Task<(int Code, string Output, string Error)> SpokeAsync(params string[] arguments) => SpokeProcess.RunAsync(Environment(), arguments);

    private Dictionary<string, string?> Environment() => new() { ["HUBSPOT_BASE_URL"] = _emulator.BaseUrl.ToString(), ["SPOKE_SECRETS"] = _folder["secrets"] };
}
