using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.HubSpot;
using Spoke.Sync.Subscriptions;

namespace Spoke.Commands;

/// <summary>What the doctor found of a configuration: its portals, its stores, and what these push.</summary>
internal sealed class DoctorFindings
{
    public List<(string Name, Diagnosis Diagnosis)> Portals { get; } = [];

    public List<(string Name, HubSpotException Failure)> Unreachable { get; } = [];

    public List<DeliveryReport> Deliveries { get; } = [];

    public List<StoreReport> Stores { get; } = [];

    private bool IsWell => Unreachable.Count == 0 && Stores.All(store => store.Problem is null) && Deliveries.All(report => report.IsWell) && Portals.All(portal => portal.Diagnosis.Verdict == Verdict.Healthy && !portal.Diagnosis.PortalUnavailable);

    /// <returns>The exit code.</returns>
    public int Write(DoctorForm form)
    {
        if (Portals.Select(portal => portal.Diagnosis.Unreadable).OfType<string>().FirstOrDefault() is { } unreadable) throw new UsageException(unreadable);
        if (form == DoctorForm.Sarif && Portals.Count > 0) Terminal.WriteLine(Portals[0].Diagnosis.ToSarif());
        else if (form == DoctorForm.Json) Terminal.WriteLine(Json());
        else Print();
        foreach (var (name, failure) in Unreachable) Terminal.Error.WriteLine($"spoke: portal {name}: {ShownText.Of(Failures.Say(failure))}");
        if (Unreachable.Count > 0 || Portals.Any(portal => portal.Diagnosis.PortalUnavailable)) return ExitCode.Refused;
        return IsWell ? ExitCode.Done : ExitCode.NotWell;
    }

    private void Print()
    {
        foreach (var (name, diagnosis) in Portals)
        {
            if (Portals.Count > 1) Terminal.WriteLine($"portal {name}");
            Terminal.Write(diagnosis.ToString());
        }
        if (Portals.Count > 0 && Stores.Count > 0) Terminal.WriteLine();
        DoctorStores.Print(Stores);
        DoctorDeliveries.Print(Deliveries);
    }

    /// <summary>The members of one portal's diagnosis, the worst where there are several, with the verdict on everything; beside them each portal and each store.</summary>
    private string Json()
    {
        var worst = Portals.OrderBy(portal => portal.Diagnosis.Verdict == Verdict.Healthy).ThenBy(portal => portal.Diagnosis.Verdict).Select(portal => portal.Diagnosis).FirstOrDefault();
        var json = worst is null ? [] : JsonNode.Parse(worst.ToJson())!.AsObject();
        if (Stores.Any(store => store.Problem is not null) || Deliveries.Any(report => !report.IsWell)) json["verdict"] = "cause-found";
        else if (worst is null) json["verdict"] = "unknown";
        json["portals"] = new JsonArray([.. Portals.Select(portal => Named(portal.Name, portal.Diagnosis))]);
        json["stores"] = JsonSerializer.SerializeToNode(Stores, OperatorJson.Readable.IReadOnlyListStoreReport);
        json["deliveries"] = JsonSerializer.SerializeToNode(Deliveries, OperatorJson.Readable.IReadOnlyListDeliveryReport);
        return json.ToJsonString(OperatorJson.Readable.Options);
    }

    private static JsonObject Named(string name, Diagnosis diagnosis)
    {
        var all = JsonNode.Parse(diagnosis.ToJson())!.AsObject();
        all.Insert(0, "name", name);
        return all;
    }
}
