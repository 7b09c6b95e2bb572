using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Everything of the CRM behind the gate: records, properties, pipelines, associations, owners, account.</summary>
internal sealed class CrmApi(long hubId)
{
    public long HubId { get; } = hubId;

    /// <summary>Carries the call out. Null: this endpoint is not done yet, the server answers 501.</summary>
    public EmulatorReply? Handle(EmulatorCall call) => null;

    /// <summary>Writes the whole state as JSON, so that <see cref="Load"/> on a new instance gives an equal portal.</summary>
    public void Save(Stream destination) => destination.Write("{}"u8);

    public void Load(Stream source) => source.CopyTo(Stream.Null);
}
