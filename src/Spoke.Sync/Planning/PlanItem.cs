namespace Spoke.Sync.Planning;

internal enum PlanAction { Unchanged, Create, Update, Archive, Forget }

/// <summary>What is to be done to one record so that HubSpot has what it should have.</summary>
internal sealed record PlanItem(string Object, string Key, long Generation, PlanAction Action)
{
    public string? RecordId { get; init; }
    public DesiredRecord? Desired { get; init; }

    /// <summary>Properties that differ from the shadow; "" clears.</summary>
    public IReadOnlyDictionary<string, string?> Changes { get; init; } = new Dictionary<string, string?>();
    public int Attempts { get; init; }

    /// <summary>It was sent and no outcome came: HubSpot may have a record of which we do not know the id.</summary>
    public bool Unheard { get; init; }
}
