using Spoke.HubSpot;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Guarantee 5: edits on both sides at once, in real time, and no end of writing would be the fault.</summary>
public sealed class StormTests
{
    private const int People = 1000;
    private static readonly string[] Fields = ["firstname", "lastname", "phone", "city"];

    [Fact]
    public async Task Random_edits_on_both_sides_of_a_thousand_records_converge_and_then_nothing_is_written()
    {
        using var wire = new Wire();   // the engine's calls, and not those of the people who edit
        await using var rig = await PullRig.StartAsync(wire: wire);
        for (var i = 0; i < People; i++) rig.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com", first: $"First{i}"));
        await rig.PassAsync();
        var ids = await IdsAsync(rig);
        var before = (Portal: wire.Calls.Count, Store: rig.Store.Writes);

        var shop = Task.Run(() => EditStoreAsync(rig, new Random(1)), PullRig.Token);
        var people = Task.Run(() => EditPortalAsync(rig, new Random(2), ids), PullRig.Token);
        var edits = Task.WhenAll(shop, people);
        while (!edits.IsCompleted) await rig.PassAsync();
        await edits;

        for (var pass = 0; pass < 3; pass++) await rig.PassAsync();
        await AssertSameAsync(rig);
        // Each edit leads to one write on the other side at most: none is answered by a further one.
        Assert.InRange(rig.Store.Writes - before.Store, 1, await people);
        var writes = wire.Calls.Skip(before.Portal).Where(call => call.Writes).ToList();
        Assert.All(writes, call => Assert.True(call.Is("/contacts/batch/update"), call.Path));
        Assert.InRange(writes.Sum(SlowOrStuckTests.Inputs), 1, await shop);
        var settled = (wire.Calls.Count(call => call.Writes), rig.Store.Writes);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(settled, (wire.Calls.Count(call => call.Writes), rig.Store.Writes));
        Assert.Equal(0, await rig.CountAsync("taken", "1 = 1"));
    }

    private static async Task<int> EditStoreAsync(PullRig rig, Random random)
    {
        const int edits = 3000;
        for (var i = 0; i < edits; i++)
        {
            var text = $"s{i}";
            rig.Store.Edit(random.Next(People).ToString(System.Globalization.CultureInfo.InvariantCulture), random.Next(3) switch
            {
                0 => c => c with { FirstName = text },
                1 => c => c with { LastName = text },
                _ => c => c with { Phone = text },
            });
            if (i % 50 == 0) await rig.ContactAsync("person0@example.com");   // goes at the pace of the other side, not all at once
        }
        return edits;
    }

    private static async Task<int> EditPortalAsync(PullRig rig, Random random, IReadOnlyList<RecordId> ids)
    {
        var edits = 0;
        for (var i = 0; i < 60; i++)
        {
            var inputs = Enumerable.Range(0, 40).Select(_ => ids[random.Next(ids.Count)]).Distinct()
                .Select(id => new UpdateInput(id, new Dictionary<string, string?> { [Fields[random.Next(Fields.Length)]] = $"h{i}-{random.Next(1000)}" })).ToList();
            await rig.Portal.Contacts.BatchUpdateAsync(inputs, null, PullRig.Token);
            edits += inputs.Count;
        }
        return edits;
    }

    private static async Task<IReadOnlyList<RecordId>> IdsAsync(PullRig rig) => [.. (await rig.ContactsAsync()).Select(contact => contact.Id)];

    private static async Task AssertSameAsync(PullRig rig)
    {
        var seen = 0;
        await foreach (var contact in rig.Portal.Contacts.ListAsync(new ReadOptions { Properties = [.. Fields, "spoke_key"] }, null, PullRig.Token))
        {
            var customer = rig.Customer(contact["spoke_key"]!.Split(':')[^1]);
            Assert.Equal((customer.FirstName ?? "", customer.LastName ?? "", customer.Phone ?? "", customer.Address?.City ?? ""),
                (contact["firstname"] ?? "", contact["lastname"] ?? "", contact["phone"] ?? "", contact["city"] ?? ""));
            seen++;
        }
        Assert.Equal(People, seen);
    }
}
