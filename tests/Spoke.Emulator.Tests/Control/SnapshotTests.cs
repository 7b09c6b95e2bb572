using System.Text.Json;

namespace Spoke.Emulator.Tests.Control;

public sealed class SnapshotTests
{
    private const string Contacts = "/crm/v3/objects/contacts";

    [Fact]
    public async Task Named_snapshots_are_saved_listed_loaded_and_deleted()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await emulator.ControlAsync("PUT", "snapshots/empty");
        await CreateAsync(emulator, "a@b.example");
        var saved = await emulator.ControlAsync("PUT", "snapshots/with-a");
        Assert.True(saved.GetProperty("bytes").GetInt64() > 100);
        await CreateAsync(emulator, "b@b.example");
        Assert.Equal(["empty", "with-a"], Names(await emulator.ControlAsync("GET", "snapshots")));

        await emulator.ControlAsync("POST", "snapshots/with-a/load");
        Assert.Equal(1, await CountAsync(emulator));
        await CreateAsync(emulator, "c@b.example");   // what is done afterwards does not touch the snapshot
        await emulator.ControlAsync("POST", "snapshots/with-a/load");
        Assert.Equal(1, await CountAsync(emulator));
        await emulator.ControlAsync("POST", "snapshots/empty/load");
        Assert.Equal(0, await CountAsync(emulator));
        await emulator.ControlAsync("DELETE", "snapshots/empty");
        Assert.Equal(["with-a"], Names(await emulator.ControlAsync("GET", "snapshots")));
    }

    [Fact]
    public async Task Snapshots_of_a_kept_account_outlive_the_process()
    {
        var folder = Directory.CreateTempSubdirectory("spoke-snapshot-");
        try
        {
            await using (var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder.FullName }))
            {
                await CreateAsync(emulator, "a@b.example");
                await emulator.ControlAsync("PUT", "snapshots/one");
                await CreateAsync(emulator, "b@b.example");
            }
            await using var again = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder.FullName });
            Assert.Equal(2, await CountAsync(again));
            await again.ControlAsync("POST", "snapshots/one/load");
            Assert.Equal(1, await CountAsync(again));
            Assert.Empty(Directory.GetFiles(Path.Combine(folder.FullName, "snapshots"), "*.new"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>While two states are loaded in turn, a reader sees one or the other and never a mixture.</summary>
    [Fact]
    public async Task Readers_see_one_state_whole()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await SeedAsync("one");
        await emulator.ControlAsync("PUT", "snapshots/one");
        await emulator.ControlAsync("POST", "reset");
        await SeedAsync("two");
        await emulator.ControlAsync("PUT", "snapshots/two");
        var switching = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++) await emulator.ControlAsync("POST", $"snapshots/{(i % 2 == 0 ? "one" : "two")}/load");
        }, TestContext.Current.CancellationToken);
        do
        {
            var names = (await emulator.SendAsync("GET", Contacts + "?limit=100&properties=firstname")).Expect(200).Json.GetProperty("results").EnumerateArray().Select(contact => contact.GetProperty("properties").GetProperty("firstname").GetString()).ToList();
            Assert.Equal(100, names.Count);
            Assert.Single(names.Distinct());
        }
        while (!switching.IsCompleted);
        await switching;

        async Task SeedAsync(string name)
        {
            var contacts = Enumerable.Range(0, 100).Select(i => $$$"""{"properties":{"email":"c{{{i}}}@b.example","firstname":"{{{name}}}"}}""");
            await emulator.ControlAsync("POST", "seed", "{\"records\":{\"contacts\":[" + string.Join(',', contacts) + "]}}");
        }
    }

    [Theory]
    [InlineData("PUT", "snapshots/..%2Fportal", "cannot name a snapshot")]
    [InlineData("PUT", "snapshots/.hidden", "cannot name a snapshot")]
    [InlineData("POST", "snapshots/nothing/load", "There is no snapshot 'nothing'. Snapshots: none.")]
    [InlineData("DELETE", "snapshots/nothing", "There is no snapshot 'nothing'")]
    public async Task Wrong_name_is_refused(string method, string call, string expected)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        Assert.Contains(expected, (await emulator.SendAsync(method, "/_emulator/" + call, null, null)).Expect(400).Json.GetProperty("error").GetString());
    }

    private static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("snapshots").EnumerateArray().Select(snapshot => snapshot.GetProperty("name").GetString());

    private static async Task<int> CountAsync(EmulatorClient emulator) => (await emulator.SendAsync("GET", Contacts)).Expect(200).Json.GetProperty("results").GetArrayLength();

    private static async Task CreateAsync(EmulatorClient emulator, string email) => (await emulator.SendAsync("POST", Contacts, $$$"""{"properties":{"email":"{{{email}}}"}}""")).Expect(201);
}
