using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>
/// A real Medusa store in a process of its own, with our subscriber in it and filled by its seeder. Packages and seeded data are kept under artifacts/medusa
/// by the hash of the store's files; each store works on a copy.
/// </summary>
public sealed class MedusaStore : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public const string User = "admin@example.com";
    public const string Password = "supersecret";
    // The store stops when we do, however we end: its stdin closes.
    private const string Boot = "process.stdin.on('end',()=>process.kill(process.pid,'SIGTERM')).resume();require('./server.js')";
    private readonly Process _process;
    private readonly string _data;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private string? _token;

    private MedusaStore(Process process, Uri url, string data, JsonElement expected)
    {
        (_process, Url, _data, Expected) = (process, url, data, expected);
        _http.BaseAddress = url;
    }

    /// <summary>Why there can be no such store here; null when there can.</summary>
    public static string? Missing { get; } =
        Source is null ? "../shared/stores/medusa is not there"
        : StoreProcess.OnPath("node") is null ? "Node.js is not installed"
        : StoreProcess.OnPath("npm") is null ? "npm is not installed"
        : StoreProcess.OnPath("initdb") is null && !(Directory.Exists("/usr/lib/postgresql") && Directory.GetFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories).Length > 0) ? "PostgreSQL's programs are not installed" : null;

    public Uri Url { get; }

    /// <summary>What the seeder made, as it wrote it down.</summary>
    public JsonElement Expected { get; }

    /// <summary>A secret API key made for this run.</summary>
    public string ApiKey { get; private set; } = "";

    private static string? Source => StoreProcess.Above("../shared/stores/medusa/package-lock.json") is { } file ? Path.GetDirectoryName(file) : null;

    /// <param name="hook">Where our subscriber posts to; null: nowhere.</param>
    public static async Task<MedusaStore> StartAsync(int customers, int orders, Uri? hook, string secret, CancellationToken cancellationToken)
    {
        var program = await InstallAsync(cancellationToken);
        var seeded = await SeedAsync(program, customers, orders, cancellationToken);
        var data = Directory.CreateTempSubdirectory("spoke-medusa-").FullName;
        await StoreProcess.RunAsync("cp", ["-a", Path.Combine(seeded, "data", "."), data], program, cancellationToken);   // PostgreSQL's files keep their owner
        var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(seeded, "expected.json"), cancellationToken)).RootElement;
        var (process, url) = await BootAsync(program, data, hook, secret, cancellationToken);
        var store = new MedusaStore(process, url, data, expected);
        var login = await store.SendAsync(HttpMethod.Post, "auth/user/emailpass", new { email = User, password = Password }, cancellationToken);
        store._token = login.GetProperty("token").GetString();
        store._http.DefaultRequestHeaders.Add("x-publishable-api-key", expected.GetProperty("publishableKey").GetString());
        store.ApiKey = (await store.SendAsync(HttpMethod.Post, "admin/api-keys", new { title = "Spoke", type = "secret" }, cancellationToken)).GetProperty("api_key").GetProperty("token").GetString()!;
        return store;
    }

    /// <summary>What an administrator (admin/…) or a shopper (store/…) does.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (path.StartsWith("admin/", StringComparison.Ordinal)) request.Headers.Authorization = new("Bearer", _token);
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await StoreProcess.StopAsync(_process, s_patience);
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var files = Directory.GetFiles(Source!).Where(file => Path.GetFileName(file) is not (".gitignore" or "README.md")).Order(StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(await File.ReadAllBytesAsync(file, cancellationToken));
        var root = Path.GetDirectoryName(StoreProcess.Above("Spoke.slnx"))!;
        var program = Path.Combine(root, "artifacts", "medusa", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
        Directory.CreateDirectory(program);
        await using var alone = await StoreProcess.LockAsync(Path.Combine(program, ".lock"), cancellationToken);
        if (!File.Exists(Path.Combine(program, "installed")))
        {
            foreach (var file in files)
            {
                var copy = Path.Combine(program, Path.GetFileName(file));
                File.Delete(copy);
                await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);   // without the source's read-only bit
            }
            await StoreProcess.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], program, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(program, "installed"), "", cancellationToken);
        }
        // Our subscriber takes the place of the store's own. A shop's build makes JavaScript of it; here that is done at once.
        await StoreProcess.RunAsync(Path.Combine(program, "node_modules", ".bin", "esbuild"), [Path.Combine(root, "connectors", "medusa", "spoke.ts"), "--format=cjs", "--platform=node", "--target=node20", "--outfile=src/subscribers/spoke.js"], program, cancellationToken);
        return program;
    }

    // A month is in the name because stores age: what lies too far back is no longer watched.
    private static async Task<string> SeedAsync(string program, int customers, int orders, CancellationToken cancellationToken)
    {
        var seeded = Path.Combine(program, string.Create(CultureInfo.InvariantCulture, $"seeded-{customers}-{orders}-{TimeProvider.System.GetUtcNow():yyyyMM}"));
        Directory.CreateDirectory(seeded);
        await using var alone = await StoreProcess.LockAsync(Path.Combine(seeded, ".lock"), cancellationToken);
        if (File.Exists(Path.Combine(seeded, "done"))) return seeded;
        // PostgreSQL may run as a user who cannot reach the repository, so it is filled elsewhere.
        var data = Directory.CreateTempSubdirectory("spoke-medusa-").FullName;
        try
        {
            var (process, url) = await BootAsync(program, data, null, "", cancellationToken);
            try
            {
                await StoreProcess.RunAsync("node", ["seed.mjs", "--customers", customers.ToString(CultureInfo.InvariantCulture), "--orders", orders.ToString(CultureInfo.InvariantCulture), "--seed", "1", "--url", url.GetLeftPart(UriPartial.Authority), "--out", Path.Combine(seeded, "expected.json")], program, cancellationToken);
            }
            finally
            {
                await StoreProcess.StopAsync(process, s_patience);
            }
            if (Directory.Exists(Path.Combine(seeded, "data"))) Directory.Delete(Path.Combine(seeded, "data"), recursive: true);
            await StoreProcess.RunAsync("cp", ["-a", data, Path.Combine(seeded, "data")], program, cancellationToken);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
        await File.WriteAllTextAsync(Path.Combine(seeded, "done"), "", cancellationToken);
        return seeded;
    }

    private static async Task<(Process Process, Uri Url)> BootAsync(string program, string data, Uri? hook, string secret, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["-e", Boot]) { WorkingDirectory = program, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PORT"] = StoreProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        start.Environment["DATA_DIR"] = data;
        foreach (var name in (string[])["DATABASE_URL", "WEBHOOK_URL", "SPOKE_WEBHOOK_URL"]) start.Environment.Remove(name);
        if (hook is not null) start.Environment["SPOKE_WEBHOOK_URL"] = hook.ToString();
        start.Environment["SPOKE_WEBHOOK_SECRET"] = secret;
        start.Environment["SPOKE_WEBHOOK_PAUSES"] = "0.1,0.2,0.5";
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);   // or it would stop at a full pipe
                return (process, new Uri(line["ready ".Length..]));
            }
        throw new InvalidOperationException($"Medusa ended before it was ready; {data}/medusa.log says why.");
    }
}
