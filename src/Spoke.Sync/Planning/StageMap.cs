using System.Text.Json;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>Which stage of the portal's order pipeline each status is. Read from the portal: by HubSpot's own ids, else by label.</summary>
internal sealed class StageMap
{
    private const string DefaultPipeline = "14a2e10e-5471-408a-906e-c51f3b04369e";

    private static readonly Dictionary<string, string> DefaultStages = new()
    {
        ["Open"] = "4b27b500-f031-4927-9811-68a0b525cbae",
        ["Processed"] = "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03",
        ["Shipped"] = "aa99e8d0-c1d5-4071-b915-d240bbb1aed9",
        ["Delivered"] = "3725360f-519b-4b18-a593-494d60a29c9f",
        ["Cancelled"] = "3c85a297-e9ce-400b-b42e-9f16853d69d6",
    };

    private readonly string? _pipeline;
    private readonly Dictionary<string, string> _stages = [];

    public StageMap(IReadOnlyList<CrmPipeline> pipelines)
    {
        var pipeline = pipelines.FirstOrDefault(p => p.Id == DefaultPipeline) ?? pipelines.FirstOrDefault();
        if (pipeline is null) return;
        _pipeline = pipeline.Id;
        foreach (var (label, id) in DefaultStages)
            if ((pipeline.Stages.FirstOrDefault(s => s.Id == id) ?? pipeline.Stages.FirstOrDefault(s => string.Equals(s.Label, label, StringComparison.OrdinalIgnoreCase))) is { } stage) _stages[label] = stage.Id;
    }

    private StageMap(string? pipeline, Dictionary<string, string> stages) => (_pipeline, _stages) = (pipeline, stages);

    /// <summary>The name under which a connection remembers it: who explains a value needs no portal.</summary>
    public const string Name = "stages";

    public string ToText() => JsonSerializer.Serialize(new Dictionary<string, string>(_stages, StringComparer.Ordinal) { [""] = _pipeline ?? "" }, LedgerJson.Default.DictionaryStringString);

    public static StageMap FromText(string? text)
    {
        var stages = text is null ? [] : JsonSerializer.Deserialize(text, LedgerJson.Default.DictionaryStringString)!;
        return new StageMap(stages.Remove("", out var pipeline) && pipeline.Length > 0 ? pipeline : null, stages);
    }

    /// <summary>What is wrong with the pipeline, for people; null: nothing.</summary>
    public string? Problem => _pipeline is null ? "The portal has no order pipeline; orders are written without a stage."
        : DefaultStages.Keys.Where(label => !_stages.ContainsKey(label)).ToList() is { Count: > 0 } missing ? $"The order pipeline has no stage {string.Join(", ", missing)}; orders of that status keep the stage they have." : null;

    /// <summary>Pipeline and stage; nulls where the portal has none that fits, and then the stage is left as it is.</summary>
    public (string? Pipeline, string? Stage) For(OrderStatus status) =>
        _stages.TryGetValue(Label(status), out var stage) ? (_pipeline, stage) : (null, null);

    private static string Label(OrderStatus status) => status switch
    {
        OrderStatus.PendingPayment or OrderStatus.OnHold or OrderStatus.PaymentFailed or OrderStatus.Draft => "Open",
        OrderStatus.Paid or OrderStatus.Processing or OrderStatus.PartiallyShipped or OrderStatus.Refunded => "Processed",
        OrderStatus.Shipped or OrderStatus.PartiallyDelivered or OrderStatus.Returned => "Shipped",
        OrderStatus.Delivered => "Delivered",
        _ => "Cancelled",
    };
}
