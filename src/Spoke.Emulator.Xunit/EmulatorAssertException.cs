namespace Spoke.Emulator.Xunit;

/// <summary>An assert about the emulator's journal failed; xunit counts it as a failure, not as an error.</summary>
public sealed class EmulatorAssertException(string message) : Exception(message), IAssertionException;

// xunit knows failed asserts by this name, whatever assembly it is in.
internal interface IAssertionException;
