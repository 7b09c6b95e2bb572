using Spoke.Commands;
using Spoke.Configuration;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;

namespace Spoke.Composition;

/// <summary>What <c>spoke.json</c> names, opened: the database and the connections. Closed together.</summary>
internal sealed class OpenedSync : IAsyncDisposable
{
    private readonly SpokeConfiguration _configuration;

    private OpenedSync(SpokeConfiguration configuration, SyncDatabase database, IReadOnlyList<Connection> connections, ILoggerFactory loggers) =>
        (_configuration, Database, Connections, Loggers) = (configuration, database, connections, loggers);

    public SyncDatabase Database { get; }
    public IReadOnlyList<Connection> Connections { get; }
    public ILoggerFactory Loggers { get; }

    /// <exception cref="UsageException">The configuration has problems; all of them are named.</exception>
    public static async Task<OpenedSync> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var (configuration, problems) = ConfigurationFile.Read(file);
        if (configuration is null) throw new UsageException(string.Join("\n       ", problems));
        var loggers = Logs.ToStandardError();
        SyncDatabase? database = null;
        try
        {
            database = await SyncDatabase.OpenAsync(configuration.Database.Dialect(), cancellationToken).ConfigureAwait(false);
            var connections = Composition.Connections.From(configuration, loggers);
            return Composition.Connections.Problems(connections) is { Count: > 0 } amiss ? throw new UsageException(string.Join("\n       ", amiss)) : new OpenedSync(configuration, database, connections, loggers);
        }
        catch
        {
            if (database is not null) await database.DisposeAsync().ConfigureAwait(false);
            loggers.Dispose();
            throw;
        }
    }

    /// <exception cref="UsageException">There is none of that name.</exception>
    public Connection Connection(string name) => Connections.FirstOrDefault(connection => connection.Name == name)
        ?? throw new UsageException($"there is no connection {name}. {(Spelling.Nearest(name, Connections.Select(c => c.Name)) is { } meant ? $"Did you mean {meant}?" : $"There is: {string.Join(", ", Connections.Select(c => c.Name))}.")}");

    /// <summary>What a portal's calls are made with.</summary>
    public ICredential Credential(string portal) => Composition.Connections.Credential(_configuration.Portals[portal], portal, Loggers);

    /// <summary>The connections a verb is about: one by name, or all.</summary>
    public IReadOnlyList<Connection> Chosen(string? name) => name is null ? Connections : [Connection(name)];

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in Connections) await connection.Store.DisposeAsync().ConfigureAwait(false);
        foreach (var portal in Connections.Select(c => c.Portal).Distinct()) portal.Dispose();
        await Database.DisposeAsync().ConfigureAwait(false);
        Loggers.Dispose();
    }
}
