namespace Spoke.StandIns;

/// <summary>A push a stand-in wants to make: where to, with which headers, and the exact bytes that were signed.</summary>
public sealed record Delivery(Uri Address, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
