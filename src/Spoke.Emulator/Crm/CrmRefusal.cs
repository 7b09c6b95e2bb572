using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>A call or one input of a batch is refused. Thrown while a write is being checked, so that nothing has changed yet.</summary>
internal sealed class CrmRefusal(ErrorBody body) : Exception(body.Message)
{
    public ErrorBody Body { get; } = body;
}
