using System.Collections.Concurrent;
using System.Globalization;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>
/// Shop, engine and HubSpot under one seed, with everything going wrong that can: what was promised holds at the end of every story.
/// <c>SPOKE_SIMULATE_SEEDS</c> tells so many, <c>SPOKE_SIMULATE_FIRST</c> says from which on, <c>SPOKE_SIMULATE_SEED</c> tells one again.
/// </summary>
public sealed class SimulationTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-simulation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_promise_holds_in_every_story()
    {
        var only = Number("SPOKE_SIMULATE_SEED");
        var seeds = only is { } one ? [one] : Enumerable.Range(Number("SPOKE_SIMULATE_FIRST") ?? 1, Number("SPOKE_SIMULATE_SEEDS") ?? 200).ToArray();
        var ends = await TellAsync(seeds, OnSqlite);
        if (only is not null) TestContext.Current.SendDiagnosticMessage(ends[0].History);
        Assert.True(ends.All(end => end.Wrong.Count == 0), Told(ends));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ends.Count} stories, {ends.Sum(e => e.Calls)} calls, {ends.Sum(e => e.Faults)} faults on the wire, {ends.Sum(e => e.Lives)} lives of the process");
    }

    [Fact]
    public async Task Every_promise_holds_on_PostgreSQL()
    {
        var ends = await TellAsync(Enumerable.Range(100_001, 6), _ =>
        {
            var database = cluster.NewDatabase();
            return new WorldOptions { Database = () => new PostgresDialect(database) };
        });
        Assert.True(ends.All(end => end.Wrong.Count == 0), Told(ends));
    }

    private WorldOptions OnSqlite(int seed)
    {
        var path = Path.Combine(_folder, $"{seed}-{Guid.NewGuid():N}.db");
        return new WorldOptions { Database = () => new SqliteDialect(path) };
    }

    private static async Task<List<StoryEnd>> TellAsync(IEnumerable<int> seeds, Func<int, WorldOptions> options)
    {
        var ends = new ConcurrentBag<StoryEnd>();
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken }, async (seed, _) =>
            ends.Add(await Story.TellAsync(seed, options(seed)).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System)));
        return [.. ends.OrderBy(end => end.Seed)];
    }

    private static string Told(List<StoryEnd> ends)
    {
        var bad = ends.Where(end => end.Wrong.Count > 0).ToList();
        return $"{bad.Count} of {ends.Count} stories end badly: {string.Join(", ", bad.Take(50).Select(end => end.Seed))}\n"
            + string.Concat(bad.Skip(1).Take(50).Select(end => $"{end.Seed}: {string.Join("; ", end.Wrong.Take(4))}\n")) + bad.FirstOrDefault();
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
