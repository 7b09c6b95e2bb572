namespace Spoke.Sync.Quarantine;

/// <summary>What waits in quarantine for one and the same reason.</summary>
/// <param name="What">orders, contacts … or the kind of a change that could not be read.</param>
/// <param name="Property">The property whose value was refused; null where it is not about one.</param>
/// <param name="Example">The key of one of them.</param>
/// <param name="Fix">What to do; empty where nobody knows.</param>
public sealed record QuarantineGroup(string What, string? Property, string? Cause, int Count, string Example, string Problem, string Fix);
