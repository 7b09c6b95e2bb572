using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Cancels, pauses and resumes commerce subscriptions.</summary>
internal sealed class BillingArea(Portal portal) : StatelessArea(portal)
{
    public override string Name => "billing";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 4 && path[0] == "payments-subscriptions";

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest) switch
    {
        ("POST", [_, "subscriptions", "crm", var id, "cancel"]) => Move(call, id, "canceled", "hs_canceled_at_date", from: ["active", "past_due", "scheduled", "paused", "unpaid"]),
        ("POST", [_, "subscriptions", "crm", var id, "pause"]) => Move(call, id, "paused", "hs_paused_at_date", from: ["active", "past_due"]),
        ("POST", [_, "subscriptions", "crm", var id, "unpause"]) => Move(call, id, "active", null, from: ["paused"]),
        _ => null,
    };

    private EmulatorReply Move(CrmCall call, string id, string status, string? dateProperty, string[] from)
    {
        var type = Portal.Types.Find("subscriptions");
        var record = RecordLookup.Require(type, id, null);
        var current = record.Get(type.Properties.Require("hs_status").Slot) ?? "active";
        if (!from.Contains(current)) throw CrmErrors.Bad($"Subscription {id} is {current} and cannot become {status}", "hs_status", current);
        var draft = Portal.Writer.Check(type, record, [new("hs_status", status), new("hs_subscription_status", status)], call.AtMs);
        if (dateProperty is not null) draft[dateProperty] = JsonReply.Iso(call.AtMs);
        Portal.Writer.Apply(draft, call);
        return JsonReply.Empty(changed: true);
    }
}
