using System.Net.Http.Headers;
using System.Text.Json;
using Spoke.Commerce.Tests.Connectors.Vendure;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke sync --once</c> between a real Vendure store and an emulator, each in a process of its own.</summary>
internal sealed class VendureSync : IAsyncDisposable
{
    private const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";
    private readonly TempFolder _folder = new();
    private readonly SpokeProcess _emulator;
    private readonly HttpClient _http = new();

    private VendureSync(SpokeProcess emulator, string portal, VendureStore store)
    {
        _emulator = emulator;
        Portal = portal;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        File.WriteAllText(_folder["spoke.json"], $$"""
            {
              "database": "sqlite:spoke.db",
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{portal}}" } },
              "stores": { "shop": { "platform": "vendure", "url": "{{store.Url}}", "username": "env:VENDURE_USER", "password": "env:VENDURE_PASSWORD" } },
              "connections": { "shop-main": { "store": "shop", "portal": "main" } }
            }
            """);
    }

    public string Portal { get; }

    public static async Task<VendureSync> StartAsync(VendureStore store)
    {
        // Limits are not the subject here, and the twin without them is as strict in all else.
        var emulator = SpokeProcess.Start(null, "emulator", "--port", "0", "--limits", "off");
        return new VendureSync(emulator, (await emulator.LineAsync())["ready ".Length..], store);
    }

    /// <summary>Begins a pass.</summary>
    public SpokeProcess Begin() => SpokeProcess.Start(Environment, Arguments);

    /// <summary>A pass to its end; its summary.</summary>
    public async Task<JsonElement> PassAsync()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(Environment, Arguments);
        Assert.True(code == 0, error + output);
        return JsonDocument.Parse(output).RootElement.GetProperty("connections")[0];
    }

    /// <summary>A portal in which nothing was ever written, and a database that knows of none.</summary>
    public async Task StartOverAsync()
    {
        using var answer = await _http.PostAsync(Portal + "/_emulator/reset", null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        foreach (var file in Directory.GetFiles(_folder.Path, "spoke.db*")) File.Delete(file);
    }

    /// <summary>Every call the portal has had, method and path.</summary>
    public async Task<IReadOnlyList<(string Method, string Path)>> CallsAsync() =>
        [.. (await GetAsync("/_emulator/requests?limit=1000")).GetProperty("requests").EnumerateArray().Where(r => !r.GetProperty("path").GetString()!.StartsWith("/crm/v3/", StringComparison.Ordinal))
            .Select(r => (r.GetProperty("method").GetString()!, r.GetProperty("path").GetString()!))];

    /// <summary>All records of one type with what they are associated with; ours of the v3 paths, so that the journal tells them from the program's.</summary>
    public async Task<IReadOnlyList<PortalRecord>> RecordsAsync(string type, string[] properties, params string[] associated)
    {
        var records = new List<PortalRecord>();
        string? after = null;
        do
        {
            var page = await GetAsync($"/crm/v3/objects/{type}?limit=100&properties={string.Join(',', properties)}{(associated.Length == 0 ? "" : "&associations=" + string.Join(',', associated))}{(after is null ? "" : "&after=" + after)}");
            records.AddRange(page.GetProperty("results").EnumerateArray().Select(r => new PortalRecord(r)));
            after = page.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }
        while (after is not null);
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _emulator.DisposeAsync();
        _folder.Dispose();
    }

    private static Dictionary<string, string?> Environment => new() { ["TOKEN"] = Token, ["VENDURE_USER"] = VendureStore.Administrator, ["VENDURE_PASSWORD"] = VendureStore.Password };

    private string[] Arguments => ["sync", "--once", "--json", "--config", _folder["spoke.json"]];

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(Portal + path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

/// <summary>A record as the portal shows it.</summary>
internal sealed class PortalRecord(JsonElement record)
{
    public string Id => record.GetProperty("id").GetString()!;

    /// <summary>"" when it is not set.</summary>
    public string this[string property] => record.GetProperty("properties").TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";

    public IReadOnlyList<string> Associated(string type)
    {
        if (!record.TryGetProperty("associations", out var all)) return [];
        foreach (var (name, list) in all.EnumerateObject().Select(a => (a.Name.Replace(' ', '_'), a.Value)))
            if (name == type) return [.. list.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()!).Distinct()];
        return [];
    }
}
