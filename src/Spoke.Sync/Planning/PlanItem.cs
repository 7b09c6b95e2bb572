namespace Spoke.Sync.Planning;

internal enum PlanAction { Unchanged, Create, Update, Archive, Forget }

internal static class PlanActions
{
    /// <summary>As it stands in a plan's file.</summary>
    public static string Word(this PlanAction action) => action switch
    {
        PlanAction.Create => "create",
        PlanAction.Update => "update",
        PlanAction.Archive => "archive",
        PlanAction.Forget => "forget",
        _ => "unchanged",
    };
}

/// <summary>What is to be done to one record so that HubSpot has what it should have.</summary>
internal sealed record PlanItem(string Object, string Key, long Generation, PlanAction Action)
{
    public string? RecordId { get; init; }
    public DesiredRecord? Desired { get; init; }

    /// <summary>Properties that differ from the shadow; "" clears.</summary>
    public IReadOnlyDictionary<string, string?> Changes { get; init; } = new Dictionary<string, string?>();
    public int Attempts { get; init; }

    /// <summary>Since when it is due, in Unix milliseconds.</summary>
    public long DueAt { get; init; }

    /// <summary>It was sent and no outcome came: HubSpot may have a record of which we do not know the id.</summary>
    public bool Unheard => Sent is not null;

    /// <summary>What was sent of it before and not heard of, as <see cref="SentProperties"/> keeps it.</summary>
    public string? Sent { get; init; }

    /// <summary>What HubSpot has, as far as we know.</summary>
    public IReadOnlyDictionary<string, string> Shadow { get; init; } = new Dictionary<string, string>();

    public string ShadowHash { get; init; } = "";

    /// <summary>The change that made it be looked at, as <see cref="ChangeSource"/> keeps it.</summary>
    public string? Because { get; init; }

    /// <summary>The number of the turn it was planned by or is sent under.</summary>
    public long Turn { get; init; }
}
