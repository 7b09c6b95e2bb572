using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Tests.Account;

/// <summary>An emulator with a data folder, in a process of its own that is killed.</summary>
public sealed class DurabilityTests : IDisposable
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-emulator-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_under_writes_it_has_every_write_it_acknowledged()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        for (var round = 0; round < 5; round++)
        {
            using var process = await EmulatorProcess.StartAsync(_folder);
            using var http = Client(process.Address);
            foreach (var (id, name) in acknowledged) await AssertThereAsync(http, id, name);
            var kill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, 8).Select(writer => WriteUntilCutAsync(http, $"{round}-{writer}", acknowledged, 25 + 40 * round, kill)).ToArray();
            await kill.Task;
            process.Kill();
            await Task.WhenAll(writers);
        }
        using var last = await EmulatorProcess.StartAsync(_folder);
        using var reader = Client(last.Address);
        Assert.True(acknowledged.Count >= 5 * 25, $"{acknowledged.Count} writes");
        foreach (var (id, name) in acknowledged) await AssertThereAsync(reader, id, name);
        // Nothing twice: a name is a contact's e-mail, and the list holds each once.
        var all = JsonDocument.Parse(await reader.GetStringAsync("/crm/v3/objects/contacts?limit=100&properties=email", TestContext.Current.CancellationToken)).RootElement.GetProperty("results");
        Assert.Equal(all.GetArrayLength(), all.EnumerateArray().Select(contact => contact.GetProperty("properties").GetProperty("email").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Full_disk_is_an_error_and_never_an_acknowledged_loss()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("the size of files can be limited on Linux only");
        var acknowledged = new List<(string Id, string Email)>();
        using (var process = await EmulatorProcess.StartAsync(_folder, mostKiBytesPerFile: 64))
        {
            using var http = Client(process.Address);
            var refused = 0;
            for (var i = 0; refused < 3; i++)
            {
                var email = $"c{i}@b.example";
                using var body = new StringContent($$$"""{"properties":{"email":"{{{email}}}","message":"{{{new string('x', 1000)}}}"}}""", Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(Contacts, body, TestContext.Current.CancellationToken);
                var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).RootElement;
                if ((int)response.StatusCode == 201)
                {
                    acknowledged.Add((answer.GetProperty("id").GetString()!, email));
                    continue;
                }
                refused++;
                Assert.Equal(500, (int)response.StatusCode);
                Assert.StartsWith("The emulator could not keep this change on disk: ", answer.GetProperty("message").GetString());
            }
            using var read = await http.GetAsync(Contacts, TestContext.Current.CancellationToken);
            Assert.True(read.IsSuccessStatusCode);
            process.Kill();
        }
        using var roomy = await EmulatorProcess.StartAsync(_folder);
        using var reader = Client(roomy.Address);
        Assert.NotEmpty(acknowledged);
        foreach (var (id, email) in acknowledged) await AssertThereAsync(reader, id, email);
        using var again = new StringContent("""{"properties":{"email":"after@b.example"}}""", Encoding.UTF8, "application/json");
        Assert.Equal(201, (int)(await reader.PostAsync(Contacts, again, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Restart_keeps_records_definitions_associations_and_other_portals()
    {
        string contact, company, foreign;
        await using (var emulator = await StartAsync())
        {
            await emulator.SendAsync("POST", "/crm/v3/properties/contacts", """{"name":"spoke_key","label":"Key","type":"string","fieldType":"text","groupName":"contactinformation","hasUniqueValue":true}""");
            contact = await CreateAsync(emulator, "contacts", """{"email":"a@b.example","spoke_key":"k"}""");
            company = await CreateAsync(emulator, "companies", """{"name":"C"}""");
            (await emulator.SendAsync("PUT", $"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}")).Expect(200);
            var other = await emulator.TokenAsync("""{"state":"other-portal"}""");
            foreign = (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"f@b.example"}}""", other)).Expect(201).Json.GetProperty("id").GetString()!;
        }
        for (var restart = 0; restart < 2; restart++)
        {
            await using var emulator = await StartAsync();
            Assert.Equal(contact, (await emulator.SendAsync("GET", $"{Contacts}/k?idProperty=spoke_key")).Expect(200).Json.GetProperty("id").GetString());
            Assert.Equal(company, (await emulator.SendAsync("GET", $"/crm/v4/objects/contacts/{contact}/associations/companies")).Json.GetProperty("results")[0].GetProperty("toObjectId").ToString());
            (await emulator.SendAsync("GET", $"{Contacts}/{foreign}", null, await emulator.TokenAsync("""{"state":"other-portal"}"""))).Expect(200);
        }
    }

    [Fact]
    public async Task Two_emulators_do_not_share_a_folder()
    {
        await using var first = await StartAsync();
        var refused = await Assert.ThrowsAsync<IOException>(StartAsync);
        Assert.Contains("in use by another emulator", refused.Message);
        var (code, message) = await EmulatorProcess.RunAsync(_folder);
        Assert.Equal(2, code);
        Assert.Contains("in use by another emulator", message);
    }

    [Theory]
    [InlineData("portal", 10, "is damaged")]
    [InlineData("portal", -10, "is damaged")]
    [InlineData("calls", 20, "is damaged in line 1")]
    [InlineData("calls", -20, "is damaged in line 3")]
    public async Task Damaged_file_is_named_and_left_alone(string kind, int at, string expected)
    {
        await FillAsync(3);
        var file = Assert.Single(Directory.GetFiles(_folder, kind + "-*"));
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x15;
        if (kind == "portal") bytes = at < 0 ? bytes[..^10] : [.. bytes[..at], .. "\u0001\u0002"u8, .. bytes[at..]];
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var before = Listing();
        var refused = await Assert.ThrowsAsync<InvalidDataException>(StartAsync);
        Assert.Contains(file, refused.Message);
        Assert.Contains(expected, refused.Message);
        Assert.Equal(before, Listing());
    }

    [Fact]
    public async Task Log_without_its_snapshot_is_no_empty_account()
    {
        await FillAsync(1);
        File.Delete(Assert.Single(Directory.GetFiles(_folder, "portal-*")));
        Assert.Contains("is missing", (await Assert.ThrowsAsync<InvalidDataException>(StartAsync)).Message);
    }

    [Fact]
    public async Task Call_that_was_cut_off_is_dropped_and_its_text_kept()
    {
        await FillAsync(3);
        var log = Assert.Single(Directory.GetFiles(_folder, "calls-*"));
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(log, bytes[..^5], TestContext.Current.CancellationToken);
        await using var emulator = await StartAsync();
        Assert.Equal(2, (await emulator.SendAsync("GET", Contacts)).Json.GetProperty("results").GetArrayLength());
        Assert.Single(Directory.GetFiles(_folder, "torn-*"));
    }

    [Fact]
    public async Task Each_start_leaves_one_snapshot_and_one_log()
    {
        for (var start = 0; start < 3; start++) await FillAsync(1, start);
        Assert.Equal(["calls-00000003.log", "in-use", "portal-00000003.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Long_log_gives_way_to_a_snapshot()
    {
        var text = new string('x', 60_000);
        await using (var emulator = await StartAsync())
        {
            var inputs = string.Join(',', Enumerable.Range(0, 100).Select(i => $$$"""{"id":"c{{{i}}}@b.example","idProperty":"email","properties":{"message":"{{{text}}}"}}"""));
            for (var i = 0; i < 8; i++) (await emulator.SendAsync("POST", Contacts + "/batch/upsert", $$"""{"inputs":[{{inputs}}]}""")).Expect(200);
        }
        var log = Assert.Single(Directory.GetFiles(_folder, "calls-*"));
        Assert.EndsWith("calls-00000002.log", log);
        Assert.True(new FileInfo(log).Length < 40_000_000, $"{new FileInfo(log).Length} bytes");
        await using var again = await StartAsync();
        Assert.Equal(100, (await again.SendAsync("GET", Contacts + "?limit=100")).Json.GetProperty("results").GetArrayLength());
    }

    private async Task FillAsync(int contacts, int start = 0)
    {
        await using var emulator = await StartAsync();
        for (var i = 0; i < contacts; i++) await CreateAsync(emulator, "contacts", $$"""{"email":"c{{start}}-{{i}}@b.example"}""");
    }

    private Task<EmulatorClient> StartAsync() => EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = _folder });

    private static async Task<string> CreateAsync(EmulatorClient emulator, string type, string properties) =>
        (await emulator.SendAsync("POST", $"/crm/v3/objects/{type}", $$"""{"properties":{{properties}}}""")).Expect(201).Json.GetProperty("id").GetString()!;

    private string Listing() => string.Join('\n', Directory.GetFiles(_folder).Order().Select(file => $"{file} {(file.EndsWith("in-use", StringComparison.Ordinal) ? "" : Convert.ToHexString(File.ReadAllBytes(file)))}"));

    private static async Task WriteUntilCutAsync(HttpClient http, string writer, ConcurrentDictionary<string, string> acknowledged, int killAfter, TaskCompletionSource kill)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var email = $"w{writer}-{i}@b.example";
                using var body = new StringContent($$$"""{"properties":{"email":"{{{email}}}"}}""", Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(Contacts, body, TestContext.Current.CancellationToken);
                if ((int)response.StatusCode != 201) throw new InvalidOperationException($"{response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
                var id = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("id").GetString()!;
                acknowledged[id] = email;
                if (acknowledged.Count >= killAfter) kill.TrySetResult();
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException)
            {
                return;
            }
        }
    }

    private static async Task AssertThereAsync(HttpClient http, string id, string email)
    {
        using var response = await http.GetAsync($"{Contacts}/{id}", TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{id} {email} is gone");
        Assert.Contains(email, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static HttpClient Client(Uri address) =>
        new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", EmulatorServer.DefaultToken) } };
}

/// <summary>This program again, as an emulator.</summary>
internal sealed class EmulatorProcess : IDisposable
{
    private readonly Process _process;

    private EmulatorProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<EmulatorProcess> StartAsync(string folder, int? mostKiBytesPerFile = null)
    {
        var process = mostKiBytesPerFile is { } most ? StartLimited(folder, most) : Start(folder);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return Uri.TryCreate(line, UriKind.Absolute, out var address) ? new EmulatorProcess(process, address) : throw new InvalidOperationException(line);
    }

    /// <summary>For one that is expected to refuse: its exit code and what it said.</summary>
    public static async Task<(int Code, string Message)> RunAsync(string folder)
    {
        using var process = Start(folder);
        process.StandardInput.Close();
        var message = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, message);
    }

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static Process Start(string folder) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Program.EmulatorVerb, folder]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    // As good as a full disk: a write beyond the limit fails. The runtime's own executable memory must not be a file then.
    private static Process StartLimited(string folder, int mostKiBytesPerFile)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {mostKiBytesPerFile}; exec \"$0\" \"$@\"", Environment.ProcessPath!, Program.EmulatorVerb, folder]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}
