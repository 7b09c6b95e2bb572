using Npgsql;
using Spoke.Sync.Tests.Storage;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke serve</c> when its database takes nothing more: it says so, acknowledges nothing it cannot keep, and goes on by itself when it can.</summary>
public sealed class ServeDiskTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_disk_that_fills_up_while_it_runs_loses_nothing_and_it_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.Mount("16000");
        await RunAsync(disk["spoke.db"], disk.Fill, disk.MakeRoom, "is full", "Make room");
    }

    [Fact]
    public async Task A_database_that_becomes_read_only_while_it_runs_loses_nothing_and_it_goes_on_when_it_can_be_written()
    {
        var database = cluster.NewKeptDatabase();
        await RunAsync(database, () => Become(database, "on"), () => Become(database, "off"), "cannot be written: it is read-only", "Name the primary");
    }

    private static async Task RunAsync(string database, Action spoil, Action mend, params string[] says)
    {
        await using var scene = await ServeScene.StartAsync(database, s_pace);
        await using var serve = await scene.ServeAsync();
        Assert.True(await RunningUp.UntilAsync(() => Task.FromResult(scene.Line.Acknowledged.Count > 10), s_patience), serve.Error);

        spoil();
        Assert.True(await RunningUp.UntilAsync(() => Task.FromResult(scene.Line.Answered(503) > 1), s_patience), "no delivery was refused: " + serve.Error);
        Assert.All(says, part => Assert.Contains(part, serve.Error));
        Assert.False(serve.HasExited, serve.Error);
        await scene.AssertAcknowledgedIsKeptAsync();
        var before = scene.Line.Acknowledged.Count;

        mend();
        Assert.True(await RunningUp.UntilAsync(() => Task.FromResult(scene.Line.Acknowledged.Count > before + 5), s_patience), "it did not go on by itself: " + serve.Error);
        await scene.StopTrafficAsync();
        Assert.True(await RunningUp.UntilAsync(scene.IsDrainedAsync, s_patience), await scene.StateAsync() + serve.Error);
        Assert.Equal(130, await serve.StopAsync());
        await scene.AssertAcknowledgedIsKeptAsync();
        await scene.AssertInStepAsync();
    }

    /// <summary>What an administrator does before a change of servers: no session may write, those there are ended.</summary>
    private static void Become(string database, string readOnly)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false, Options = "-c default_transaction_read_only=off" }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand($"alter database {connection.Database} set default_transaction_read_only = {readOnly}", connection);
        command.ExecuteNonQuery();
        if (readOnly == "off") return;   // who was told no has to come again by himself
        using var end = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        end.ExecuteNonQuery();
    }
}
