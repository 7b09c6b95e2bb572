using System.Text.Json.Serialization;

namespace Spoke.Sync.Subscriptions;

/// <summary>What became of a test delivery.</summary>
public enum WayState
{
    /// <summary>It came to this database's <c>spoke serve</c> as it was sent.</summary>
    Arrives,

    NotTried,
    NobodyListens,
    UnknownHost,
    TlsFails,
    NoAnswer,
    Redirected,

    /// <summary>Somebody on the way answered in place of <c>spoke serve</c>.</summary>
    AnsweredByAnother,

    /// <summary>A <c>spoke serve</c> of another database took it.</summary>
    AnotherDatabase,

    UnknownConnection,
    WrongSecret,
    BodyAltered,
    HeaderLost,
    ClockOff,

    /// <summary>It came to <c>spoke serve</c>, which refused it or could not keep it.</summary>
    Refused,
}

/// <summary>One way to the door, tried.</summary>
/// <param name="Way"><c>local</c> or <c>public</c>.</param>
/// <param name="Address">Null: there is none to try.</param>
/// <param name="Shows">What was seen.</param>
/// <param name="Fix">What to do; null: nothing.</param>
public sealed record TestedWay(
    [property: JsonPropertyName("way")] string Way,
    [property: JsonPropertyName("address")] Uri? Address,
    [property: JsonIgnore] WayState State,
    [property: JsonPropertyName("shows")] string Shows,
    [property: JsonPropertyName("fix")] string? Fix)
{
    /// <summary>The state as a word with hyphens.</summary>
    [JsonPropertyName("state")]
    public string Word => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(State.ToString());
}

/// <summary>Something else worth knowing of how a store's pushes come.</summary>
/// <param name="IsTrouble">It has to be mended.</param>
public sealed record DeliveryFact([property: JsonPropertyName("what")] string What, [property: JsonPropertyName("fix")] string? Fix, [property: JsonPropertyName("isTrouble")] bool IsTrouble);

/// <summary>How a store's pushes come.</summary>
/// <param name="LastKept">When the last push of the store was kept; null: none within the days that deliveries are remembered.</param>
public sealed record DeliveryReport(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("platform")] string Platform,
    [property: JsonPropertyName("ways")] IReadOnlyList<TestedWay> Ways,
    [property: JsonPropertyName("lastKept")] DateTimeOffset? LastKept,
    [property: JsonPropertyName("facts")] IReadOnlyList<DeliveryFact> Facts)
{
    /// <summary>Something was tried, all that was tried arrives, and nothing else is wrong; or the store is asked and not listened to.</summary>
    [JsonPropertyName("isWell")]
    public bool IsWell => Facts.All(fact => !fact.IsTrouble) && (Ways.Count == 0 || (Ways.Any(way => way.State == WayState.Arrives) && Ways.All(way => way.State is WayState.Arrives or WayState.NotTried)));
}
