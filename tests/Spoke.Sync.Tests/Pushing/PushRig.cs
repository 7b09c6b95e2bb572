using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>The engine from the ledger on, with a real database and the real emulator over HTTP. What the store said is entered into the ledger directly.</summary>
public sealed class PushRig : IAsyncDisposable
{
    internal const string Name = "shop-main";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-push-").FullName;
    private readonly HttpClient _http;
    private Connection _connection = null!;

    private PushRig(EmulatorServer emulator)
    {
        Emulator = emulator;
        _http = new HttpClient { BaseAddress = emulator.BaseUrl };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;
    internal EmulatorServer Emulator { get; }
    internal SyncDatabase Database { get; private set; } = null!;
    internal HubSpotClient Portal { get; private set; } = null!;

    public static async Task<PushRig> StartAsync(ISqlDialect? dialect = null)
    {
        var rig = new PushRig(await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token));
        rig.Database = await SyncDatabase.OpenAsync(dialect ?? new SqliteDialect(Path.Combine(rig._folder, "spoke.db")), Token);
        rig.Use(EmulatorServer.DefaultToken);
        return rig;
    }

    /// <summary>From now on with another token, or with less patience.</summary>
    internal void Use(string token, int attempts = 6)
    {
        Portal?.Dispose();
        Portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => token, AttemptTimeout = TimeSpan.FromSeconds(2), TenSecondLimit = 10_000, MaxAttempts = attempts });
        _connection = new Connection(Name, new SampleConnector(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:9"), ApiKey = "unused" }), Portal, "shop", "page");
    }

    /// <summary>A change nobody asks about afterwards.</summary>
    internal static HeardChange Heard { get; } = new("", 0);

    internal Task EnterAsync(params LedgerEntity[] entities) => Database.WriteAsync((db, transaction) =>
    {
        foreach (var entity in entities) LedgerEntry.Enter(db, transaction, Database.Dialect, Name, entity, fresh: true, Heard);
    }, Token);

    /// <summary>What a pass does after reading: prepare, look at what waits for somebody, push until nothing is due soon.</summary>
    internal async Task<PushTally> PassAsync()
    {
        var planner = await PlannerAsync(TimeProvider.System);
        await new StoppedRecords(Database, Portal, Name, TimeProvider.System).LookAgainAsync(Token);
        await Database.WriteAsync((db, transaction) => QuarantineStore.RetryAll(db, transaction, Name), Token);
        var tally = new PushTally(Name);
        var push = Round(Portal, TimeProvider.System);
        while (true)
        {
            await push.RunAsync(planner, tally, null, Token);
            if (await push.DueInAsync(Token) is not { } due || due > TimeSpan.FromSeconds(20)) break;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
        }
        Waiting = await push.WaitingAsync(Token);
        return tally;
    }

    internal PushRound Round(HubSpotClient portal, TimeProvider time) => new(Database, portal, Name, new SyncOptions(), time, NullLogger.Instance);

    /// <summary>A planner for what the portal, which is prepared for it, has.</summary>
    internal async Task<Planner> PlannerAsync(TimeProvider time)
    {
        var stages = await new PortalPreparation(Database, _connection).PrepareAsync(Token);
        return new Planner(Database, Name, new DesiredReader(Database.Dialect, Name, new DesiredState(Name, "shop", stages), FieldPolicies.Default), time);
    }

    /// <summary>What was left to push after the last pass.</summary>
    internal int Waiting { get; private set; }

    internal Task<int> QuarantinedAsync() => Database.ReadAsync(db => QuarantineStore.Count(db, Name), Token);

    internal Task<RecordRow> RecordAsync(string @object, string key) => Database.ReadAsync(db => db.QuerySingle<RecordRow>(
        "select state, record_id, property, value, problem, cause, fix from record where object = @object and record_key = @key", new { @object, key }), Token);

    internal Task<Overview> OverviewAsync() => new OverviewReader(Database, [_connection], TimeProvider.System).ReadAsync(Token);

    internal async Task FaultAsync(string kind, string path, int times = 1, string? method = "POST")
    {
        using var made = await _http.PostAsJsonAsync("/_emulator/faults", new { kind, method, path, times }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    internal async Task<string> TokenAsync(params string[] scopes)
    {
        using var made = await _http.PostAsJsonAsync("/_emulator/tokens", new { scopes }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("token").GetString()!;
    }

    /// <summary>Calls since the emulator began that change something in the account.</summary>
    internal async Task<List<string>> WritesAsync()
    {
        var journal = await _http.GetFromJsonAsync<JsonElement>("/_emulator/requests?limit=10000", Token);
        return [.. journal.GetProperty("requests").EnumerateArray().Where(r => r.GetProperty("method").GetString() != "GET" && !r.GetProperty("path").GetString()!.EndsWith("/batch/read", StringComparison.Ordinal) && !r.GetProperty("path").GetString()!.EndsWith("/search", StringComparison.Ordinal) && !r.GetProperty("path").GetString()!.Contains("/_emulator", StringComparison.Ordinal))
            .Select(r => $"{r.GetProperty("method").GetString()} {r.GetProperty("path").GetString()}")];
    }

    internal async Task<List<CrmRecord>> AllAsync(string @object, params string[] properties)
    {
        var all = new List<CrmRecord>();
        await foreach (var record in Portal.Objects(@object).ListAsync(new ReadOptions { Properties = ["spoke_key", .. properties] }, null, Token)) all.Add(record);
        return all;
    }

    internal async Task<CrmRecord> OneAsync(string @object, string key, params string[] properties) => Assert.Single(await AllAsync(@object, properties), record => record["spoke_key"] == key);

    internal async Task<List<string>> AssociatedAsync(string from, string id, string to)
    {
        var found = new List<string>();
        await foreach (var edge in Portal.Associations.ListAsync(from, id, to, null, Token)) found.Add(edge.To.Value);
        return found;
    }

    /// <summary>Which orders are associated with which line items.</summary>
    internal async Task<List<AssociationInput>> LinesAssociatedAsync() =>
        [.. (await Portal.Associations.BatchReadAsync("orders", "line_items", [.. (await AllAsync("orders")).Select(order => order.Id)], null, Token)).Select(found => new AssociationInput(found.From, found.To))];

    public async ValueTask DisposeAsync()
    {
        Portal.Dispose();
        _http.Dispose();
        await Database.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed record RecordRow(long State, string? Record_Id, string? Property, string? Value, string? Problem, string? Cause, string? Fix);
