using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>
/// A real Vendure store in a process of its own, filled by its seeder. Packages and seeded data are kept under artifacts/vendure by the hash of the store's files,
/// so that a second run starts in seconds; each store works on a copy.
/// </summary>
public sealed class VendureStore : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public const string Administrator = "superadmin";
    public const string Password = "superadmin";
    // The store stops when we do, however we end: its stdin closes. Passwords are hashed cheaply, which takes minutes off the seeding of hundreds of customers.
    private const string Boot = "process.stdin.on('end',()=>process.kill(process.pid,'SIGTERM')).resume();const b=require('bcrypt'),hash=b.hash;b.hash=(text,rounds)=>hash(text,4);"
        // Our plugin is put beside the store's own, as a shop would in its configuration.
        + "const url=process.env.SPOKE_URL;if(url){const core=require('@vendure/core/dist/bootstrap'),boot=core.bootstrap;core.bootstrap=config=>boot({...config,plugins:[...config.plugins,require('spoke-vendure-plugin').SpokePlugin.init({url,secret:process.env.SPOKE_SECRET})]})}"
        + "require('./server.js')";
    private readonly Process _process;
    private readonly string _data;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });   // administrator and shoppers must not share a session
    private string? _session;

    private VendureStore(Process process, Uri url, string data)
    {
        _process = process;
        Url = url;
        _data = data;
    }

    /// <summary>Why there can be no such store here; null when there can.</summary>
    public static string? Missing { get; } =
        Source is null ? "../shared/stores/vendure is not there"
        : StoreProcess.OnPath("node") is null ? "Node.js is not installed"
        : StoreProcess.OnPath("npm") is null ? "npm is not installed" : null;

    public Uri Url { get; }

    /// <summary>What the seeder made, as it wrote it down.</summary>
    public required JsonElement Expected { get; init; }

    private static string Plugin => Path.GetDirectoryName(StoreProcess.Above("connectors/vendure/package.json"))!;

    private static string? Source => StoreProcess.Above("../shared/stores/vendure/package-lock.json") is { } file ? Path.GetDirectoryName(file) : null;

    /// <param name="pushing">Null: a store without our plugin.</param>
    public static async Task<VendureStore> StartAsync(int customers, int orders, CancellationToken cancellationToken, VendurePushing? pushing = null)
    {
        var program = await InstallAsync(cancellationToken);
        var seeded = await SeedAsync(program, customers, orders, pushing is not null, cancellationToken);
        var data = Directory.CreateTempSubdirectory("spoke-vendure-").FullName;
        File.Copy(Path.Combine(seeded, "vendure.sqlite"), Path.Combine(data, "vendure.sqlite"));
        var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(seeded, "expected.json"), cancellationToken)).RootElement;
        var (process, url) = await BootAsync(program, data, pushing, cancellationToken);
        return new VendureStore(process, url, data) { Expected = expected };
    }

    /// <summary>What an administrator does: the first member of the answer's data.</summary>
    public async Task<JsonElement> AdminAsync(string query, object? variables, CancellationToken cancellationToken)
    {
        if (_session is null) (_, _session) = await SendAsync("admin-api", null, "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { ... on CurrentUser { id } } }", new { u = Administrator, p = Password }, cancellationToken);
        return (await SendAsync("admin-api", _session, query, variables, cancellationToken)).Answer;
    }

    /// <summary>What a shopper does; the session is the shopper's from then on.</summary>
    public async Task<(JsonElement Answer, string? Session)> ShopAsync(string? session, string query, object? variables, CancellationToken cancellationToken)
    {
        var (answer, given) = await SendAsync("shop-api", session, query, variables, cancellationToken);
        return (answer, given ?? session);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await StoreProcess.StopAsync(_process, s_patience);
        Directory.Delete(_data, recursive: true);
    }

    private async Task<(JsonElement Answer, string? Session)> SendAsync(string api, string? session, string query, object? variables, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, api)) { Content = JsonContent.Create(new { query, variables = variables ?? new { } }) };
        if (session is not null) request.Headers.Authorization = new("Bearer", session);
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var root = JsonDocument.Parse(text).RootElement;
        Assert.False(root.TryGetProperty("errors", out _), $"{query}\n{text}");
        Assert.DoesNotContain("errorCode", text);
        return (root.GetProperty("data").EnumerateObject().First().Value, response.Headers.TryGetValues("vendure-auth-token", out var tokens) ? tokens.First() : null);
    }

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var files = Directory.GetFiles(Source!).Where(file => Path.GetFileName(file) is not ".gitignore").Order(StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(await File.ReadAllBytesAsync(file, cancellationToken));
        var program = Path.Combine(Path.GetDirectoryName(StoreProcess.Above("Spoke.slnx"))!, "artifacts", "vendure", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
        Directory.CreateDirectory(program);
        await using var alone = await StoreProcess.LockAsync(Path.Combine(program, ".lock"), cancellationToken);
        if (File.Exists(Path.Combine(program, "node_modules", ".package-lock.json")))
        {
            await InstallPluginAsync(program, cancellationToken);
            return program;
        }
        foreach (var file in files)
        {
            var copy = Path.Combine(program, Path.GetFileName(file));
            File.Delete(copy);
            await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);   // without the source's read-only bit
        }
        await StoreProcess.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], program, cancellationToken);
        await InstallPluginAsync(program, cancellationToken);
        return program;
    }

    // What npm would put there of the package, as it stands now.
    private static async Task InstallPluginAsync(string program, CancellationToken cancellationToken)
    {
        var installed = Path.Combine(program, "node_modules", "spoke-vendure-plugin");
        Directory.CreateDirectory(installed);
        var package = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Plugin, "package.json"), cancellationToken)).RootElement;
        foreach (var name in package.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Append("package.json"))
            await File.WriteAllBytesAsync(Path.Combine(installed, name), await File.ReadAllBytesAsync(Path.Combine(Plugin, name), cancellationToken), cancellationToken);
    }

    // A month is in the name because stores age: what lies too far back is no longer watched.
    private static async Task<string> SeedAsync(string program, int customers, int orders, bool withPlugin, CancellationToken cancellationToken)
    {
        var seeded = Path.Combine(program, string.Create(CultureInfo.InvariantCulture, $"seeded-{customers}-{orders}-{TimeProvider.System.GetUtcNow():yyyyMM}"));
        // The plugin's fields are columns of the database.
        if (withPlugin) seeded += "-" + Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Plugin, "custom-fields.js"), cancellationToken)))[..8];
        Directory.CreateDirectory(seeded);
        await using var alone = await StoreProcess.LockAsync(Path.Combine(seeded, ".lock"), cancellationToken);
        if (File.Exists(Path.Combine(seeded, "done"))) return seeded;
        foreach (var left in Directory.GetFiles(seeded, "*.sqlite*")) File.Delete(left);
        var (process, url) = await BootAsync(program, seeded, withPlugin ? new VendurePushing(new Uri("http://127.0.0.1:9/"), "whsec_bm9ib2R5LWxpc3RlbnMtaGVyZQ==") : null, cancellationToken);
        try
        {
            await StoreProcess.RunAsync("node", ["seed.mjs", "--customers", customers.ToString(CultureInfo.InvariantCulture), "--orders", orders.ToString(CultureInfo.InvariantCulture), "--seed", "1", "--url", url.GetLeftPart(UriPartial.Authority), "--out", Path.Combine(seeded, "expected.json")], program, cancellationToken);
        }
        finally
        {
            await StoreProcess.StopAsync(process, s_patience);   // which writes the database out
        }
        await File.WriteAllTextAsync(Path.Combine(seeded, "done"), "", cancellationToken);
        return seeded;
    }

    private static async Task<(Process Process, Uri Url)> BootAsync(string program, string data, VendurePushing? pushing, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["-e", Boot]) { WorkingDirectory = program, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PORT"] = StoreProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        start.Environment["DATA_DIR"] = data;
        foreach (var name in (string[])["DB", "DATABASE_URL", "WEBHOOK_URL"]) start.Environment.Remove(name);
        (start.Environment["SPOKE_URL"], start.Environment["SPOKE_SECRET"]) = (pushing?.Url.ToString(), pushing?.Secret);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);   // or it would stop at a full pipe
                return (process, new Uri(line["ready ".Length..]));
            }
        throw new InvalidOperationException("Vendure ended before it was ready; its messages are above.");
    }
}

/// <summary>Where our plugin in the store posts to, and what it signs with.</summary>
public sealed record VendurePushing(Uri Url, string Secret);
