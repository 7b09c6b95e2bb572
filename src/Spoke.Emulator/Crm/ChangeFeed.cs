using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Collects what a call does to records and tells the areas that listen, once the call is through. Their own writes follow in the same way.</summary>
internal sealed class ChangeFeed(IReadOnlyList<PortalArea> areas)
{
    /// <summary>Areas that answer each other for ever, such as two workflows that undo one another, are stopped here.</summary>
    private const int MostInOneCall = 200_000;

    private readonly Queue<RecordChange> waiting = [];

    private static readonly Caller Nobody = new(0, 0, 0, new HashSet<string>(), "");

    /// <summary>Nobody listens: whoever writes need not tell.</summary>
    public bool Idle { get; private set; } = true;

    /// <summary>When the present call is carried out, and for whom.</summary>
    public long AtMs { get; private set; }
    public Caller Caller { get; private set; } = Nobody;

    /// <summary>How the present changes come about, in HubSpot's words.</summary>
    public string Source { get; private set; } = "API";

    /// <summary>Everything from here on is this caller's doing.</summary>
    public void Begin(long nowMs, Caller who, string from = "API")
    {
        (AtMs, Caller, Source) = (nowMs, who, from);
        Idle = !areas.Any(area => area.Listens);
    }

    public void Add(ChangeKind kind, ObjectTypeDefinition type, StoredRecord record, IReadOnlyList<ValueChange>? values = null, IReadOnlyList<long>? merged = null)
    {
        if (!Idle) waiting.Enqueue(new RecordChange(kind, type, record, AtMs, Caller, Source) { Values = values ?? [], MergedIds = merged ?? [] });
    }

    public void AddAssociation(ChangeKind kind, StoredRecord from, long to, AssociationType type)
    {
        if (!Idle) waiting.Enqueue(new RecordChange(kind, type.From, from, AtMs, Caller, Source) { Association = type, OtherId = to });
    }

    /// <summary>Tells everybody, until nothing new comes up.</summary>
    public void Deliver()
    {
        for (var told = 0; waiting.TryDequeue(out var change) && told < MostInOneCall; told++)
            foreach (var area in areas)
                if (area.Listens) area.Hear(change);
        waiting.Clear();
    }
}
