using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Composition;
using Spoke.Configuration;
using Spoke.Sync.Connections;
using Spoke.Sync.Reconcile;

namespace Spoke.EndToEnd.Tests;

/// <summary>From <c>spoke.json</c> to connections: what the file says is what the engine is given.</summary>
public sealed class ConnectionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_connection_knows_where_its_store_pushes_to_and_when_it_is_compared()
    {
        var connections = Read("\"publicUrl\": \"https://spoke.example/sync/\",", "");
        Assert.Equal(("https://spoke.example/sync/hooks/woo-main", ReconcileSchedule.Default, WayBack.Nothing), (connections[0].PushesTo!.AbsoluteUri, connections[0].Reconcile, connections[0].WayBack));
        Assert.NotNull(connections[0].Store.Subscriptions);
        await CloseAsync(connections);
        connections = Read("", ", \"reconcile\": { \"every\": \"week\", \"at\": \"23:30\", \"repair\": \"yes\" }, \"wayBack\": { \"orderTags\": \"hs_tags\" }, \"consent\": { \"subscription\": \"News\", \"sms\": \"sms_consent\" }");
        Assert.Equal((null, new ReconcileSchedule(ReconcileEvery.Week, new TimeOnly(23, 30), Repair: true), new WayBack(OrderTags: "hs_tags"), "sms_consent"), (connections[0].PushesTo, connections[0].Reconcile, connections[0].WayBack, connections[0].Consent!.Sms));
        Assert.Empty(Connections.Problems(connections));
        await CloseAsync(connections);
        connections = Read("", ", \"reconcile\": { \"every\": \"never\" }");
        Assert.Null(connections[0].Reconcile);
        await CloseAsync(connections);
    }

    [Fact]
    public async Task What_the_store_has_no_place_for_is_named()
    {
        var connections = Read("", ", \"wayBack\": { \"customerTags\": \"likes\", \"customerNote\": \"about\" }");
        Assert.Equal(["connections.woo-main.wayBack.customerNote: woocommerce has no place for it; take it out."], Connections.Problems(connections));
        await CloseAsync(connections);
    }

    private IReadOnlyList<Connection> Read(string root, string rules)
    {
        File.WriteAllText(_folder["key"], "k");
        File.WriteAllText(_folder["spoke.json"], $$"""
            { {{root}} "portals": { "main": { "token": "file:key" } }, "stores": { "woo": { "platform": "woocommerce", "url": "http://127.0.0.1:9", "consumerKey": "file:key", "consumerSecret": "file:key" } },
              "connections": { "woo-main": { "store": "woo", "portal": "main"{{rules}} } } }
            """);
        var (configuration, problems) = ConfigurationFile.Read(_folder["spoke.json"]);
        Assert.Empty(problems);
        return Connections.From(configuration!, NullLoggerFactory.Instance);
    }

    private static async Task CloseAsync(IReadOnlyList<Connection> connections)
    {
        foreach (var connection in connections)
        {
            await connection.Store.DisposeAsync();
            connection.Portal.Dispose();
        }
    }
}
