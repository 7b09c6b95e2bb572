namespace Spoke.Emulator.Http;

/// <summary>What the emulator answers. The body is finished bytes.</summary>
internal sealed record EmulatorReply(int Status, ReadOnlyMemory<byte> Body, string ContentType = EmulatorReply.Json)
{
    public const string Json = "application/json;charset=utf-8";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The call changed the portal: it must be on disk before the answer goes out.</summary>
    public bool Changed { get; init; }

    public static EmulatorReply NoContent { get; } = new(204, ReadOnlyMemory<byte>.Empty);
}
