using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>
/// Everything of the CRM behind the gate: records, properties, pipelines, associations, owners, account.
/// The same calls in the same order give the same state: ids count up and times are the calls' own.
/// Reads run beside each other, a change runs alone.
/// </summary>
internal sealed class CrmApi(long hubId) : IDisposable
{
    private readonly ReaderWriterLockSlim access = new();
    private Portal portal = new(hubId);
    private TimeSpan searchLag;

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

    /// <summary>Carries the call out. Null: this endpoint is not done yet, the server answers 501.</summary>
    public EmulatorReply? Handle(EmulatorCall call)
    {
        var route = CrmRoutes.Parse(call.Segments);
        if (route.Area == CrmArea.None) return null;
        var readsOnly = CrmRoutes.ReadsOnly(call.Method, route.Rest);
        if (readsOnly) access.EnterReadLock();
        else access.EnterWriteLock();
        try
        {
            using var crmCall = new CrmCall(call, route, portal, LinkBase);
            return Dispatch(crmCall);
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

    /// <summary>Replaces the whole state by a saved one.</summary>
    public void Load(System.Text.Json.JsonElement saved)
    {
        var loaded = PortalReader.Read(HubId, saved);
        loaded.SearchLag = searchLag;
        Write(() => portal = loaded);
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

    public void Dispose() => access.Dispose();

    private static EmulatorReply? Dispatch(CrmCall call) => call.Route.Area switch
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
