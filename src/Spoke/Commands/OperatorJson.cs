using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Subscriptions;

namespace Spoke.Commands;

/// <summary>The JSON of the verbs by which the engine is seen and steered: one line each, on stdout.</summary>
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(PlanSummary))]
[JsonSerializable(typeof(IReadOnlyList<MappingPreview>))]
[JsonSerializable(typeof(ApplySummary))]
[JsonSerializable(typeof(ReconcileResult))]
[JsonSerializable(typeof(IReadOnlyList<QuarantineItem>))]
[JsonSerializable(typeof(RetryResult))]
[JsonSerializable(typeof(IReadOnlyList<PrivacyCase>))]
[JsonSerializable(typeof(PrivacyCase))]
[JsonSerializable(typeof(KnownPerson))]
[JsonSerializable(typeof(IReadOnlyList<DeliveryReport>))]
[JsonSerializable(typeof(IReadOnlyList<StoreReport>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
internal sealed partial class OperatorJson : JsonSerializerContext
{
    /// <summary>Names of people are shown as they are written.</summary>
    public static OperatorJson Readable { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static Option<bool> Option() => new("--json") { Description = "One line of JSON for programs" };
}
