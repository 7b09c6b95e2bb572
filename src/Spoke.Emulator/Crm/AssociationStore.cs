using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Joins records and takes them apart. Each association stands on both records; record ids are unique across all types.</summary>
internal sealed class AssociationStore
{
    public AssociationCatalogue Catalogue { get; } = new();

    /// <summary>Told of every association that comes or goes; null before the portal is whole.</summary>
    public ChangeFeed? Changes { get; set; }

    /// <summary>Adds one type to a pair, with the unlabelled type every pair has, and the primary company when it is the first.</summary>
    public void Attach(StoredRecord from, StoredRecord to, AssociationType type)
    {
        var (source, target) = (type.From, type.To);
        if (Catalogue.Default(source, target) is { } plain) Add(from, to, plain);
        if (type.Primary) MakePrimary(from, to, type);
        else Add(from, to, type);
        if (Catalogue.Primary(source, target) is not { } primary) return;
        var (holder, other, held) = primary.OnePerRecord ? (from, to, primary) : (to, from, primary.Inverse);
        if (!Has(holder, edge => edge.Type == held)) Add(holder, other, held);
    }

    /// <summary>Replaces the labels of a pair by these; the unlabelled type stays.</summary>
    public void Replace(StoredRecord from, StoredRecord to, IReadOnlyList<AssociationType> types)
    {
        foreach (var edge in EdgesTo(from, to.Id).Where(edge => !edge.Type.Unlabelled && !types.Contains(edge.Type)).ToArray())
            Remove(from, to, edge.Type);
        foreach (var type in types) Attach(from, to, type);
    }

    /// <summary>Takes one type away; the unlabelled one takes all others with it.</summary>
    public void Remove(StoredRecord from, StoredRecord to, AssociationType type)
    {
        if (type.Unlabelled)
        {
            RemoveAll(from, to, type.From, type.To);
            return;
        }
        if (from.Edges?.Remove(new AssociationEdge(to.Id, type)) == true) Changes?.AddAssociation(ChangeKind.Dissociated, from, to.Id, type);
        if (to.Edges?.Remove(new AssociationEdge(from.Id, type.Inverse)) == true) Changes?.AddAssociation(ChangeKind.Dissociated, to, from.Id, type.Inverse);
    }

    public void RemoveAll(StoredRecord from, StoredRecord to, ObjectTypeDefinition fromType, ObjectTypeDefinition toType)
    {
        TakeAway(from, edge => edge.To == to.Id && edge.Type.To == toType);
        TakeAway(to, edge => edge.To == from.Id && edge.Type.To == fromType);
    }

    /// <summary>Takes every association of a record away, on both sides.</summary>
    public void Detach(StoredRecord record)
    {
        foreach (var edge in record.Edges ?? [])
            if (edge.Type.To.Records.Find(edge.To) is { } other) TakeAway(other, back => back.To == record.Id);
        TakeAway(record, _ => true);
        record.Edges = null;
    }

    private void TakeAway(StoredRecord record, Predicate<AssociationEdge> which)
    {
        if (record.Edges is not { } edges) return;
        if (Changes is { Idle: false } changes)
            foreach (var edge in edges)
                if (which(edge)) changes.AddAssociation(ChangeKind.Dissociated, record, edge.To, edge.Type);
        edges.RemoveAll(which);
    }

    /// <summary>Moves a record's associations to another record of the same type.</summary>
    public void Move(StoredRecord from, StoredRecord to)
    {
        var edges = from.Edges?.ToArray() ?? [];
        Detach(from);
        foreach (var edge in edges)
        {
            if (edge.To == to.Id || edge.Type.To.Records.Find(edge.To) is not { Archived: false } other) continue;
            if (edge.Type.Primary && Has(to, existing => existing.Type == edge.Type)) continue;
            Attach(to, other, edge.Type);
        }
    }

    /// <summary>Only these edges, in the order of the other record's id and then of being added.</summary>
    public static IEnumerable<AssociationEdge> EdgesTowards(StoredRecord record, ObjectTypeDefinition type) =>
        record.Edges is null ? [] : record.Edges.Where(edge => edge.Type.To == type).OrderBy(edge => edge.To);

    public static IEnumerable<AssociationEdge> EdgesTo(StoredRecord record, long to) =>
        record.Edges is null ? [] : record.Edges.Where(edge => edge.To == to);

    public AssociationType RequireType(ObjectTypeDefinition from, ObjectTypeDefinition to, int id, string? category) =>
        Catalogue.Find(from, to, id, category) ?? throw CrmErrors.Bad(string.Create(CultureInfo.InvariantCulture,
            $"Invalid association type {id} ({category ?? AssociationType.HubSpotDefined}) between {from.Id} and {to.Id}"),
            "associationTypeId", id.ToString(CultureInfo.InvariantCulture));

    public AssociationType RequireDefault(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        Catalogue.Default(from, to) ?? throw CrmErrors.Bad($"No association type is defined between {from.Id} and {to.Id}");

    private void MakePrimary(StoredRecord from, StoredRecord to, AssociationType type)
    {
        // Seen from the other side the same rule holds: the record that has a primary one has one.
        var (holder, other, held) = type.OnePerRecord ? (from, to, type) : (to, from, type.Inverse);
        foreach (var edge in holder.Edges?.Where(edge => edge.Type == held && edge.To != other.Id).ToArray() ?? [])
            if (held.To.Records.Find(edge.To) is { } former) Remove(holder, former, held);
        Add(holder, other, held);
    }

    private static bool Has(StoredRecord record, Predicate<AssociationEdge> condition) => record.Edges?.Exists(condition) ?? false;

    private void Add(StoredRecord from, StoredRecord to, AssociationType type)
    {
        if (AddOne(from, new AssociationEdge(to.Id, type))) Changes?.AddAssociation(ChangeKind.Associated, from, to.Id, type);
        if (AddOne(to, new AssociationEdge(from.Id, type.Inverse))) Changes?.AddAssociation(ChangeKind.Associated, to, from.Id, type.Inverse);
    }

    private static bool AddOne(StoredRecord record, AssociationEdge edge)
    {
        var edges = record.Edges ??= new List<AssociationEdge>(2);
        if (edges.Contains(edge)) return false;
        edges.Add(edge);
        return true;
    }
}
