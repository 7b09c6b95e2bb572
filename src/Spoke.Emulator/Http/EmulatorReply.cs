namespace Spoke.Emulator.Http;

/// <summary>What the emulator answers. The body is finished bytes.</summary>
internal sealed record EmulatorReply(int Status, ReadOnlyMemory<byte> Body, string ContentType = EmulatorReply.Json)
{
    public const string Json = "application/json;charset=utf-8";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The id that also stands in the body; null: the door makes one for the header.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Somebody on the way answered, and HubSpot never saw the call: none of its headers are on it.</summary>
    public bool OnTheWay { get; init; }

    /// <summary>For the journal, never for the caller: why the call was refused.</summary>
    public string? Why { get; init; }

    /// <summary>For the journal: the portal that an answer is about when no credential told it.</summary>
    public long HubId { get; init; }

    /// <summary>What an account must be told once the call is through, such as that an app was installed there.</summary>
    public EmulatorCall? Then { get; init; }

    /// <summary>The call changed the portal: it must be on disk before the answer goes out.</summary>
    public bool Changed { get; init; }

    public static EmulatorReply NoContent { get; } = new(204, ReadOnlyMemory<byte>.Empty);
}
