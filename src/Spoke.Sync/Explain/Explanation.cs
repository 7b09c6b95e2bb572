using System.Text.Json.Serialization;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Explain;

/// <summary>Why a record in HubSpot is as it is.</summary>
/// <param name="State">in step, waiting, quarantined, stopped, unreadable.</param>
/// <param name="Problem">What keeps it from being in step, and what to do about it.</param>
/// <param name="Change">The last change of the store that touched it; null: from before changes were remembered.</param>
public sealed record Explanation(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("recordId")] string? RecordId,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("problem")] string? Problem,
    [property: JsonPropertyName("fix")] string? Fix,
    [property: JsonPropertyName("change")] ChangeSource? Change,
    [property: JsonPropertyName("properties")] IReadOnlyList<ExplainedProperty> Properties)
{
    /// <summary>What was decided about the record as a whole, newest first: taken over, merged, archived by a person, consent.</summary>
    [JsonPropertyName("decisions")]
    public IReadOnlyList<ExplainedDecision> Decisions { get; init; } = [];
}

/// <summary>One value and where it came from.</summary>
/// <param name="Value">What the ledger says it should be now; null: nothing.</param>
/// <param name="Shadow">What HubSpot has, as far as we know.</param>
/// <param name="Field">The field of the ledger it comes from, or how it is computed.</param>
/// <param name="Ledger">That field as it is in the ledger, where it is a single one.</param>
/// <param name="Policy">Who wins when both sides have changed it.</param>
/// <param name="Held">HubSpot refused the value and it waits in quarantine.</param>
/// <param name="Writes">The writes that are remembered, newest first.</param>
public sealed record ExplainedProperty(
    [property: JsonPropertyName("property")] string Property,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("shadow")] string? Shadow,
    [property: JsonPropertyName("field")] string? Field,
    [property: JsonPropertyName("ledger")] string? Ledger,
    [property: JsonPropertyName("policy")] string Policy,
    [property: JsonPropertyName("held")] bool Held,
    [property: JsonPropertyName("writes")] IReadOnlyList<ExplainedWrite> Writes)
{
    /// <summary>Between the store's value and HubSpot's, newest first.</summary>
    [JsonPropertyName("decisions")]
    public IReadOnlyList<ExplainedDecision> Decisions { get; init; } = [];
}

/// <summary>Something that was decided, and not merely carried out.</summary>
/// <param name="What">conflict: both sides had changed the value; edit: only HubSpot had; adopted, archived, restored, merge, united, stopped, consent, erased.</param>
/// <param name="Text">The same as a sentence.</param>
/// <param name="Store">Of a value: what the store had.</param>
/// <param name="HubSpot">Of a value: what HubSpot had.</param>
/// <param name="Rule">Of a value: the policy that decided.</param>
/// <param name="HubSpotWon">Of a value: whether HubSpot's stood.</param>
public sealed record ExplainedDecision(
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("what")] string What,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("store")] string? Store,
    [property: JsonPropertyName("hubspot")] string? HubSpot,
    [property: JsonPropertyName("rule")] string? Rule,
    [property: JsonPropertyName("hubspotWon")] bool? HubSpotWon);

/// <summary>One write of one value.</summary>
/// <param name="What">created, updated, archived, dropped.</param>
/// <param name="Request">Method and path of the call.</param>
/// <param name="CorrelationId">HubSpot's id of the call's answer.</param>
/// <param name="Change">The change of the store that led to it.</param>
public sealed record ExplainedWrite(
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("what")] string What,
    [property: JsonPropertyName("before")] string? Before,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("request")] string? Request,
    [property: JsonPropertyName("correlationId")] string? CorrelationId,
    [property: JsonPropertyName("change")] ChangeSource? Change);
