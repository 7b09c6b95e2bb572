namespace Spoke.Emulator.Webhooks;

/// <summary>
/// An area whose work includes requests to other servers. It only says what is to be sent, under the portal's lock; the <see cref="Courier"/>
/// sends it outside, and tells what happened by a call of its own, so that the log holds it and a replay needs no network.
/// </summary>
internal interface ISendsOut
{
    /// <summary>The area's name, which the report about a request carries.</summary>
    string Name { get; }

    /// <summary>Whatever may go out at this moment, in the order it should.</summary>
    IEnumerable<WaitingRequest> Ready { get; }

    /// <summary>The request itself, signed for this moment. It changes nothing, since it is not in the log.</summary>
    OutgoingRequest Compose(long id, long nowMs);
}
