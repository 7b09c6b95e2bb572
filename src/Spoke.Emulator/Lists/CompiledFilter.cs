using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>A filter ready to be asked, with what it depends on.</summary>
internal sealed record CompiledFilter(Condition Root)
{
    /// <summary>Object types whose records' changes may matter beside the list's own, over associations.</summary>
    public IReadOnlySet<ObjectTypeDefinition> Associated { get; init; } = new HashSet<ObjectTypeDefinition>();

    /// <summary>Object types reached through a property that holds an id: their changes make the whole list look again.</summary>
    public IReadOnlySet<ObjectTypeDefinition> Referenced { get; init; } = new HashSet<ObjectTypeDefinition>();

    /// <summary>How many associations lie between a record and the farthest one asked about.</summary>
    public int Hops { get; init; }

    /// <summary>Lists whose membership it asks about.</summary>
    public IReadOnlySet<long> Lists { get; init; } = new HashSet<long>();
}
