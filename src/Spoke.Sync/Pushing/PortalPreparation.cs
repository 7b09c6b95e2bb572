using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

/// <summary>Sees to it that the portal has the properties we write, and reads its order pipeline.</summary>
internal static class PortalPreparation
{
    private const string Group = "spoke";

    private static readonly Dictionary<string, CrmProperty[]> Needed = new()
    {
        [RecordObjects.Contacts] =
        [
            Key, Number("spoke_orders_count", "Orders"), Text("spoke_currency", "Currency of order figures"), Number("spoke_total_spent", "Total spent (payments minus refunds)"),
            Number("spoke_net_spent", "Net spent (goods, before tax, after refunds)"), Number("spoke_average_order_value", "Average order value"), Moment("spoke_first_order_at", "First order"),
            Moment("spoke_last_order_at", "Last order"), Text("spoke_email_raw", "E-mail as typed in the store"),
        ],
        [RecordObjects.Products] = [Key],
        [RecordObjects.Orders] = [Key, Number("spoke_net_revenue", "Net revenue"), Number("spoke_refunded_total", "Refunded in all"), Text("spoke_status", "Status in the store")],
        [RecordObjects.Carts] = [Key],
        [RecordObjects.LineItems] = [Key],
    };

    private static CrmProperty Key => new() { Name = "spoke_key", Label = "Spoke key", Type = "string", FieldType = "text", GroupName = Group, HasUniqueValue = true, Description = "Connection, entity and the store's id. Do not change." };

    /// <exception cref="HubSpotException">A scope is missing; the exception names it. Or the portal cannot be reached.</exception>
    public static async Task<StageMap> PrepareAsync(HubSpotClient portal, CancellationToken cancellationToken)
    {
        await portal.Account.GetDetailsAsync(null, cancellationToken).ConfigureAwait(false);   // teaches the budget its limits and the account's day
        foreach (var (@object, properties) in Needed)
        {
            var there = await portal.Properties.ListAsync(@object, null, cancellationToken).ToDictionaryAsync(p => p.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (there.GetValueOrDefault("spoke_key") is { HasUniqueValue: false })
                throw new HubSpotException(HubSpotErrorKind.Conflict, $"The portal has a property spoke_key on {@object} that does not demand unique values. Archive it in HubSpot's settings and start again; a new one is made.");
            var missing = properties.Where(p => !there.ContainsKey(p.Name)).ToList();
            if (missing.Count == 0) continue;
            if (!await portal.Properties.ListGroupsAsync(@object, null, cancellationToken).AnyAsync(group => group.Name == Group, cancellationToken).ConfigureAwait(false))
                await portal.Properties.CreateGroupAsync(@object, Group, "Spoke", null, cancellationToken).ConfigureAwait(false);
            await portal.Properties.BatchCreateAsync(@object, missing, null, cancellationToken).ConfigureAwait(false);
        }
        return new StageMap(await portal.Pipelines.ListAsync(ObjectType.Orders, null, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
    }

    private static CrmProperty Text(string name, string label) => new() { Name = name, Label = label, Type = "string", FieldType = "text", GroupName = Group };

    private static CrmProperty Number(string name, string label) => new() { Name = name, Label = label, Type = "number", FieldType = "number", GroupName = Group };

    private static CrmProperty Moment(string name, string label) => new() { Name = name, Label = label, Type = "datetime", FieldType = "date", GroupName = Group };
}
