using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>
/// A part of HubSpot beside the record engine: lists, workflows, files. It owns paths, keeps state of its own in the portal,
/// may listen to what happens to records, and may have work that falls due by the emulator's clock.
/// All of it runs under the portal's lock, and depends on nothing but state, call and the moment given, so that a replay of the log gives the same portal.
/// </summary>
internal abstract class PortalArea(Portal portal)
{
    protected Portal Portal { get; } = portal;

    /// <summary>Its member in the saved state.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a path, given without its version segment (<c>crm</c>, <c>lists</c>, <c>7</c>), belongs to it.</summary>
    public abstract bool Owns(IReadOnlyList<string> path);

    /// <summary>Carries a call out; <see cref="CrmCall.Rest"/> is the path without its version. Null: not done, the server answers 501.</summary>
    /// <exception cref="CrmRefusal">The call is refused; nothing was changed.</exception>
    public abstract EmulatorReply? Handle(CrmCall call);

    /// <summary>True when the call cannot change anything, so that it may run beside others.</summary>
    public virtual bool ReadsOnly(string method, IReadOnlyList<string> path) => CrmRoutes.ReadsOnly(method, path);

    /// <summary>Adds to a write what the area knows of the record, such as what its address has said before.</summary>
    public virtual void Complete(RecordDraft draft)
    {
    }

    /// <summary>Whether it wants to hear of changes of records at present. False costs writers nothing.</summary>
    public virtual bool Listens => false;

    public virtual void Hear(RecordChange change)
    {
    }

    /// <summary>Everything that one call brought about has been heard.</summary>
    public virtual void Settled()
    {
    }

    /// <summary>When it next has something to do by itself, in unix milliseconds; null: nothing.</summary>
    public virtual long? NextDueMs => null;

    /// <summary>Does what fell due at this moment. Afterwards <see cref="NextDueMs"/> is later, or null.</summary>
    public virtual void Run(long dueMs)
    {
    }

    /// <summary>The source of changes it makes by itself, in HubSpot's words.</summary>
    public virtual string Source => "API";

    /// <summary>Writes one JSON value.</summary>
    public abstract void Save(Utf8JsonWriter json);

    public abstract void Load(JsonElement saved);
}
