using System.Net;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Somebody edits in HubSpot after we have looked, and before our write arrives.</summary>
public sealed class LookBehindTests : IAsyncDisposable
{
    private const string Ada = "ada@example.com";
    private readonly Wire _wire = new();
    private PullRig _rig = null!;
    private int _edits;

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _wire.Dispose();
    }

    [Fact]
    public async Task What_our_write_has_met_comes_back_and_goes_to_the_store()
    {
        await StartAsync();
        _rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        _rig.Age("1", TimeSpan.FromMinutes(1));
        Meets("of HubSpot");
        await _rig.PassAsync();
        await AssertBothAsync("of HubSpot");
        Assert.Equal(1, await _rig.CountAsync("audit", "what = 'conflict' and property = 'firstname' and before = 'of the store' and after = 'of HubSpot'"));
    }

    [Fact]
    public async Task What_the_store_said_later_stands_although_our_write_came_last()
    {
        await StartAsync();
        _rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        _rig.Age("1", -TimeSpan.FromMinutes(1));
        Meets("of HubSpot");
        await _rig.PassAsync();
        await AssertBothAsync("of the store");
        Assert.Equal(1, await _rig.CountAsync("audit", "what = 'conflict' and property = 'firstname' and after = 'of HubSpot'"));
    }

    [Fact]
    public async Task What_a_repeated_write_has_met_is_found_behind_both()
    {
        await StartAsync();
        _rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        _rig.Age("1", TimeSpan.FromMinutes(1));
        await _rig.FaultAsync("lost-response", "*/contacts/batch/update");
        Meets("of HubSpot", at: 2);   // carried out, answer lost, edited, carried out again
        await _rig.PassAsync();
        await AssertBothAsync("of HubSpot");
    }

    [Fact]
    public async Task Where_the_history_cannot_be_read_the_write_counts_as_unheard_of_and_it_is_found_the_next_time()
    {
        await StartAsync(attempts: 1);
        _rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        _rig.Age("1", TimeSpan.FromMinutes(1));
        Meets("of HubSpot");
        var failed = 0;
        _wire.Answer = (path, body) => IsHistory(path, body) && failed++ == 0 ? new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>Bad Gateway</html>") } : null;
        await Assert.ThrowsAsync<HubSpotException>(_rig.PassAsync);   // it was all there was to do
        await _rig.Database.WriteAsync((db, transaction) => db.Execute("update record set due_at = 0", null, transaction), PullRig.Token);
        await _rig.PassAsync();
        Assert.True(failed > 1);
        await AssertBothAsync("of HubSpot");
    }

    [Fact]
    public async Task What_comes_between_two_values_of_ours_is_found_when_the_store_goes_back_to_the_first()
    {
        await StartAsync(attempts: 1);
        _rig.Store.Edit("1", c => c with { FirstName = "of a moment" });
        _rig.Age("1", TimeSpan.FromMinutes(1));
        await _rig.FaultAsync("lost-response", "*/contacts/batch/update");
        Meets("of HubSpot");
        await Assert.ThrowsAsync<HubSpotException>(_rig.PassAsync);   // edited, written over, and the answer lost
        _rig.Store.Edit("1", c => c with { FirstName = "Ada" });
        _rig.Age("1", TimeSpan.FromSeconds(50));
        await _rig.Database.WriteAsync((db, transaction) => db.Execute("update record set due_at = 0, turn = turn + 1", null, transaction), PullRig.Token);
        await _rig.PassAsync();
        await AssertBothAsync("of HubSpot");
    }

    [Fact]
    public async Task What_was_set_after_our_write_is_a_matter_of_the_next_look()
    {
        await StartAsync();
        _rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        _wire.Sending = async path =>
        {
            if (path.EndsWith("/contacts/batch/read", StringComparison.Ordinal) && _wire.Calls[^1].Is("/contacts/batch/update")) await _rig.EditContactAsync(Ada, ("firstname", "of HubSpot"));
        };
        await _rig.PassAsync();
        _wire.Sending = null;
        Assert.Equal(0, await _rig.CountAsync("audit", "what = 'conflict'"));
        await AssertBothAsync("of HubSpot");
        Assert.Equal(1, await _rig.CountAsync("audit", "what = 'edit' and property = 'firstname' and after = 'of HubSpot'"));
    }

    [Fact]
    public async Task What_was_written_over_long_ago_does_not_come_back_when_a_known_value_is_written_in_doubt()
    {
        await StartAsync();
        foreach (var name in (string[])["Augusta", "Countess"])
        {
            await _rig.EditContactAsync(Ada, ("firstname", name));
            await _rig.PassAsync();
        }
        await _rig.Database.WriteAsync((db, transaction) => db.Execute("""update record set sent = '["firstname"]', state = 1 where object = 'contacts'""", null, transaction), PullRig.Token);
        await _rig.PassAsync();
        Assert.Single(_wire.Calls, call => IsHistory(call.Path, call.Body));
        await AssertBothAsync("Countess");
    }

    [Fact]
    public async Task What_is_set_after_our_look_is_found_also_where_a_known_value_is_written_in_doubt()
    {
        await StartAsync();
        await _rig.EditContactAsync(Ada, ("firstname", "Augusta"));
        await _rig.PassAsync();
        await _rig.Database.WriteAsync((db, transaction) => db.Execute("""update record set sent = '["firstname"]', state = 1 where object = 'contacts'""", null, transaction), PullRig.Token);
        Meets("Countess");
        await _rig.PassAsync();
        Assert.True(_edits > 0);
        await AssertBothAsync("Countess");
    }

    [Fact]
    public async Task What_nobody_edits_in_HubSpot_costs_no_look_behind()
    {
        await StartAsync();
        var before = _wire.Calls.Count;
        _rig.Store.Put(Some.Order("o1", 0, "1"));
        await _rig.PassAsync();
        Assert.DoesNotContain(_wire.Calls.Skip(before), call => IsHistory(call.Path, call.Body));
        _rig.Store.Edit("1", c => c with { Phone = "+4411" });
        await _rig.PassAsync();
        Assert.Single(_wire.Calls, call => IsHistory(call.Path, call.Body));
    }

    private async Task StartAsync(int attempts = 6)
    {
        _rig = await PullRig.StartAsync();
        await _rig.UseAsync(wire: _wire, attempts: attempts);
        _rig.Store.Put(Some.Customer("1", 0, Ada));
        _rig.Age("1", TimeSpan.FromMinutes(2));
        await _rig.PassAsync();
    }

    /// <summary>Somebody sets the name right before the so many-eth update of contacts arrives.</summary>
    private void Meets(string name, int at = 1) => _wire.Sending = async path =>
    {
        if (path.EndsWith("/contacts/batch/update", StringComparison.Ordinal) && ++_edits == at) await _rig.EditContactAsync(Ada, ("firstname", name));
    };

    private async Task AssertBothAsync(string name)
    {
        await _rig.PassAsync();
        Assert.Equal((name, name), (_rig.Customer("1").FirstName, (await _rig.ContactAsync(Ada))["firstname"]));
        await _rig.AssertQuietAsync();
    }

    private static bool IsHistory(string path, string body) => path.EndsWith("/contacts/batch/read", StringComparison.Ordinal) && body.Contains("\"propertiesWithHistory\":[\"", StringComparison.Ordinal);
}
