using Spoke.Commands;

namespace Spoke.Composition;

/// <summary>How <c>spoke up</c> starts.</summary>
internal sealed class EverythingOptions
{
    public required string DataDirectory { get; init; }
    public int Port { get; init; }
    public bool Demo { get; init; } = true;

    /// <summary>Refuses values that cannot work.</summary>
    public void Validate()
    {
        if (Port is < 0 or > 65535) throw new UsageException($"--port is 0 to 65535, not {Port}.");
    }
}
