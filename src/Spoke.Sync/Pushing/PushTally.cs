using Spoke.HubSpot;

namespace Spoke.Sync.Pushing;

/// <summary>What has become of the records of a pass so far.</summary>
internal sealed class PushTally(string connection)
{
    public int Created { get; private set; }
    public int Updated { get; private set; }
    public int Unchanged { get; private set; }
    public int Archived { get; private set; }
    public int Quarantined { get; private set; }
    public int Edges { get; set; }

    /// <summary>Records brought to an end, one way or the other.</summary>
    public int Settled => Created + Updated + Unchanged + Archived + Quarantined;

    /// <summary>What was written: records and associations.</summary>
    public int Written => Created + Updated + Archived + Edges;

    /// <summary>The last reason for trying again later that is HubSpot's own.</summary>
    public HubSpotException? Trouble { get; private set; }

    public void Add(IEnumerable<PushOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            switch (outcome.Result)
            {
                case PushResult.Written when outcome.Created: Created++; break;
                case PushResult.Written: Updated++; break;
                case PushResult.Unchanged: Unchanged++; break;
                case PushResult.Archived: Archived++; break;
                case PushResult.Quarantined or PushResult.Stopped: Quarantined++; break;
                case PushResult.RetryLater when outcome.Error is { IsTransient: true } trouble: Trouble = trouble; break;
            }
            SyncTelemetry.Records.Add(1, new("connection", connection), new("result", outcome.Result.ToString()));
        }
    }
}
