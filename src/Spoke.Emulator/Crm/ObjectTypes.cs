using System.Diagnostics.CodeAnalysis;

namespace Spoke.Emulator.Crm;

/// <summary>Every object type of the portal, found by singular, plural, id or qualified name.</summary>
internal sealed class ObjectTypes
{
    private readonly Dictionary<string, ObjectTypeDefinition> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ObjectTypeDefinition> all = [];

    public IReadOnlyList<ObjectTypeDefinition> All => all;

    public void Add(ObjectTypeDefinition type)
    {
        all.Add(type);
        foreach (var name in (string[])[type.Id, type.Singular, type.Plural, .. type.Aliases]) byName.TryAdd(name, type);
    }

    public void Remove(ObjectTypeDefinition type)
    {
        all.Remove(type);
        foreach (var name in byName.Where(pair => pair.Value == type).Select(pair => pair.Key).ToArray()) byName.Remove(name);
    }

    public bool TryFind(string name, [NotNullWhen(true)] out ObjectTypeDefinition? type) => byName.TryGetValue(name, out type);

    public ObjectTypeDefinition Find(string name) =>
        byName.TryGetValue(name, out var type) ? type : HubSpotTypes.Contains(name) ? throw new NotDoneYet() : throw CrmErrors.UnknownType(name);

    /// <summary>Object types of HubSpot that this emulator does not keep: a call for one is not wrong, only not done.</summary>
    private static readonly HashSet<string> HubSpotTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "calls", "call", "0-48", "emails", "email", "0-49", "meetings", "meeting", "0-47", "communications", "communication", "0-18", "postal_mail", "0-116",
        "quotes", "quote", "0-14", "invoices", "invoice", "0-52", "0-53", "subscriptions", "subscription", "0-69", "commerce_payments", "commerce_payment", "payments", "0-101",
        "fees", "fee", "0-85", "taxes", "tax", "0-86", "leads", "lead", "0-136", "users", "user", "0-115", "goal_targets", "goals", "0-74", "feedback_submissions", "0-19",
        "appointments", "0-421", "courses", "0-410", "listings", "0-420", "services", "0-162", "projects", "0-970", "marketing_events", "0-54", "contracts",
        "partner_clients", "partner_services", "bucket_test111s",
    };
}

/// <summary>The call is for something the emulator does not carry out.</summary>
internal sealed class NotDoneYet : Exception;
