using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>
/// Everything of the CRM behind the gate: records, properties, pipelines, associations, owners, account.
/// The same calls in the same order give the same state: ids count up and times are the calls' own.
/// Reads run beside each other, a change runs alone.
/// </summary>
internal sealed class CrmApi(long hubId) : IDisposable
{
    private const string TickMethod = "TICK";

    /// <summary>A year of a workflow that waits a minute at a time is not done in one breath; the next tick goes on.</summary>
    private const int MostDueInOneTick = 100_000;

    private readonly ReaderWriterLockSlim access = new();
    private Portal portal = new(hubId);
    private TimeSpan searchLag;
    private long nextDueMs = long.MaxValue;

    public long HubId { get; } = hubId;

    /// <summary>Address in front of <c>paging.next.link</c>. The server sets its own.</summary>
    public string LinkBase { get; set; } = "https://api.hubapi.com";

    /// <summary>
    /// How far search runs behind writes. None by default, so that tests need not wait; a set lag holds for writes from then on.
    /// It is a fault setting and not part of the saved state.
    /// </summary>
    public TimeSpan SearchLag
    {
        get => searchLag;
        set => Write(() => searchLag = portal.SearchLag = value);
    }

    /// <summary>What the account is, apart from what is in it. The server sets it.</summary>
    public AccountFacts Facts
    {
        get => portal.Facts;
        set => Write(() =>
        {
            portal.Facts = value;
            portal.Currencies.Begin(value.Currency);
            OfferCurrencies(portal);
        });
    }

    /// <summary>When an area next has something to do by itself, in unix milliseconds; <see cref="long.MaxValue"/>: nothing.</summary>
    public long NextDueMs => Volatile.Read(ref nextDueMs);

    /// <summary>Set while calls are served, not while old ones are played again: only then may something leave the process.</summary>
    public bool Live
    {
        get => portal.Live;
        set => Write(() => portal.Live = value);
    }

    /// <summary>The call by which an account catches up with the clock; logged like any other, so that a replay does it in the same place.</summary>
    public static EmulatorCall Tick(long hubId, DateTimeOffset at) =>
        new() { Method = TickMethod, Segments = [], At = at, Caller = new Caller(hubId, 0, 0, new HashSet<string>(), "") };

    /// <summary>Carries the call out. Null: this endpoint is not done yet, the server answers 501.</summary>
    public EmulatorReply? Handle(EmulatorCall call)
    {
        if (call.Method == TickMethod) return CatchUp(call.At.ToUnixTimeMilliseconds());
        var route = CrmRoutes.Parse(call.Segments);
        var area = route.Area == CrmArea.None ? OwnerOf(route) : null;
        if (route.Area == CrmArea.None && area is null) return null;
        var readsOnly = area?.ReadsOnly(call.Method, route.Rest) ?? CrmRoutes.ReadsOnly(call.Method, route.Rest);
        if (readsOnly) access.EnterReadLock();
        else access.EnterWriteLock();
        try
        {
            using var crmCall = new CrmCall(call, route, portal, LinkBase);
            if (readsOnly) return Dispatch(crmCall, area);
            portal.Changes.Begin(crmCall.AtMs, call.Caller);
            try
            {
                return Dispatch(crmCall, area);
            }
            finally
            {
                Settle();
            }
        }
        catch (CrmRefusal refusal)
        {
            return refusal.Body.ToReply();
        }
        catch (NotDoneYet)
        {
            return null;
        }
        finally
        {
            if (readsOnly) access.ExitReadLock();
            else access.ExitWriteLock();
        }
    }

    /// <summary>True when the call cannot change anything, and so needs no place in the log.</summary>
    public bool ReadsOnly(EmulatorCall call)
    {
        var route = CrmRoutes.Parse(call.Segments);
        return (route.Area == CrmArea.None ? OwnerOf(route)?.ReadsOnly(call.Method, route.Rest) : null) ?? CrmRoutes.ReadsOnly(call.Method, route.Rest);
    }

    /// <summary>Writes the whole state as JSON, so that <see cref="Load"/> on a new instance gives an equal portal.</summary>
    public void Save(Stream destination)
    {
        access.EnterReadLock();
        try
        {
            PortalWriter.Write(portal, destination);
        }
        finally
        {
            access.ExitReadLock();
        }
    }

    /// <summary>What the account was opened with, money can be written in.</summary>
    private static void OfferCurrencies(Portal portal)
    {
        foreach (var code in portal.Facts.AdditionalCurrencies.Append(portal.Facts.Currency)) Settings.CurrencyArea.Offer(portal, code);
    }

    /// <summary>Replaces the whole state by a saved one.</summary>
    public void Load(System.Text.Json.JsonElement saved)
    {
        var loaded = PortalReader.Read(HubId, saved);
        loaded.SearchLag = searchLag;
        Write(() =>
        {
            loaded.Live = portal.Live;
            loaded.Facts = portal.Facts;
            OfferCurrencies(loaded);
            portal = loaded;
            Settle();
        });
    }

    /// <summary>What the emulator's own page shows: live records per object type, by plural name.</summary>
    public IReadOnlyDictionary<string, int> CountRecords()
    {
        access.EnterReadLock();
        try
        {
            return portal.Types.All.ToDictionary(type => type.Plural, type => type.Records.All.Count(record => !record.Archived));
        }
        finally
        {
            access.ExitReadLock();
        }
    }

    /// <summary>Looks at the portal while nobody changes it.</summary>
    public T Look<T>(Func<Portal, T> look)
    {
        access.EnterReadLock();
        try
        {
            return look(portal);
        }
        finally
        {
            access.ExitReadLock();
        }
    }

    public void Dispose() => access.Dispose();

    private PortalArea? OwnerOf(CrmRoute route) => portal.Areas.FirstOrDefault(area => area.Owns(route.Rest));

    /// <summary>What a change sets going, before anybody else sees the portal.</summary>
    private void Settle()
    {
        portal.Changes.Deliver();
        foreach (var area in portal.Areas) area.Settled();
        var next = long.MaxValue;
        foreach (var area in portal.Areas)
            if (area.NextDueMs is { } due && due < next) next = due;
        Volatile.Write(ref nextDueMs, next);
    }

    private EmulatorReply CatchUp(long nowMs)
    {
        var done = 0;
        Write(() =>
        {
            while (NextDueMs is var due && due <= nowMs && done < MostDueInOneTick)
            {
                done++;
                foreach (var area in portal.Areas.Where(area => area.NextDueMs <= due))
                {
                    portal.Changes.Begin(due, new Caller(HubId, 0, 0, new HashSet<string>(), ""), area.Source);
                    area.Run(due);
                }
                Settle();
            }
        });
        return JsonReply.Empty(changed: done > 0);
    }

    private static EmulatorReply? Dispatch(CrmCall call, PortalArea? area) => area is not null ? area.Handle(call) : call.Route.Area switch
    {
        CrmArea.Objects => RecordEndpoints.Handle(call),
        CrmArea.Properties => PropertyEndpoints.Handle(call),
        CrmArea.Associations => AssociationBatchEndpoints.Handle(call),
        CrmArea.Pipelines => PipelineEndpoints.Handle(call),
        CrmArea.Owners => OwnerEndpoints.Handle(call),
        CrmArea.Schemas => SchemaEndpoints.Handle(call),
        CrmArea.Account => AccountEndpoints.Handle(call),
        _ => null,
    };

    private void Write(Action change)
    {
        access.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            access.ExitWriteLock();
        }
    }
}
