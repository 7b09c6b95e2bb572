using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Consents;

internal enum ConsentMove { Nothing, DenyInPortal, GrantInPortal, DenyInStore, GrantInStore, Park }

/// <summary>What both sides say of one person, and what they said when we last agreed.</summary>
/// <param name="BaseStore">Null: we never looked.</param>
/// <param name="History">The store said so before the connection began: it may deny, never grant.</param>
internal sealed record ConsentSides(ConsentState? BaseStore, ConsentState Store, ConsentState? BasePortal, ConsentState Portal, bool History);

/// <summary>The most restrictive wins. Pure.</summary>
internal static class ConsentDecision
{
    public static ConsentMove Of(ConsentSides sides, bool allowResubscribe)
    {
        var (baseStore, store, basePortal, portal, history) = sides;
        var denied = store is ConsentState.Denied or ConsentState.Redacted;
        return (denied, portal) switch
        {
            (true, ConsentState.Denied) => ConsentMove.Nothing,
            // The person has opted in again in HubSpot after what the store knows of.
            (true, ConsentState.Granted) when basePortal == ConsentState.Denied && baseStore == store => allowResubscribe ? ConsentMove.GrantInStore : ConsentMove.Park,
            (true, _) => ConsentMove.DenyInPortal,
            (false, ConsentState.Denied) when store == ConsentState.Granted && baseStore == ConsentState.Denied && basePortal == ConsentState.Denied => allowResubscribe ? ConsentMove.GrantInPortal : ConsentMove.Park,
            (false, ConsentState.Denied) => ConsentMove.DenyInStore,
            (false, ConsentState.Granted) => store == ConsentState.None && !history && basePortal is not null ? ConsentMove.GrantInStore : ConsentMove.Nothing,
            // HubSpot goes by the address: under another one it does not know of the denial.
            _ when store == ConsentState.Granted && basePortal == ConsentState.Denied && !allowResubscribe => ConsentMove.Park,
            // What was settled without a grant, as history is, is no new word because the person goes by another address.
            _ => store == ConsentState.Granted && !history && (baseStore != ConsentState.Granted || basePortal == ConsentState.Granted) ? ConsentMove.GrantInPortal : ConsentMove.Nothing,
        };
    }
}
