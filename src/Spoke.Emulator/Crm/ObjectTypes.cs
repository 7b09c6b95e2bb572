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

    /// <summary>Custom types that were deleted and not yet for good: their names are still taken.</summary>
    public List<ObjectTypeDefinition> Archived { get; } = [];

    public void Archive(ObjectTypeDefinition type)
    {
        Remove(type);
        Archived.Add(type);
    }

    public bool TryFind(string name, [NotNullWhen(true)] out ObjectTypeDefinition? type) => byName.TryGetValue(name, out type);

    public ObjectTypeDefinition Find(string name) =>
        byName.TryGetValue(name, out var type) ? type : HubSpotTypes.Contains(name) ? throw new NotDoneYet() : throw CrmErrors.UnknownType(name);

    /// <summary>Object types of HubSpot that this emulator does not keep: a call for one is not wrong, only not done.</summary>
    private static readonly HashSet<string> HubSpotTypes = new(StringComparer.OrdinalIgnoreCase) { "marketing_events", "0-54", "bucket_test111s" };
}

/// <summary>The call is for something the emulator does not carry out.</summary>
internal sealed class NotDoneYet : Exception;
