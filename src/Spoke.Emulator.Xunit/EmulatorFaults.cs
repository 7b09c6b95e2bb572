namespace Spoke.Emulator.Xunit;

/// <summary>Failures on demand.</summary>
public sealed class EmulatorFaults
{
    private readonly EmulatorControl _control;

    internal EmulatorFaults(EmulatorControl control) => _control = control;

    /// <summary>Plays a fault on the calls it matches, after those set before.</summary>
    /// <param name="kind">A name (<c>502</c>, <c>429-ten-secondly</c>, <c>timeout</c>, <c>slow:500</c>, <c>lost-response</c>, …) or a cause's id (<c>X01</c>).</param>
    /// <param name="path">Text the path begins with; <c>*</c> stands for anything, <c>{x}</c> for one segment. Null: any path.</param>
    /// <param name="times">Null: once; with a probability, until cleared.</param>
    /// <param name="probability">Of each matching call, above 0 and at most 1.</param>
    /// <param name="seed">Of the random numbers: the same seed hits the same calls.</param>
    /// <exception cref="InvalidOperationException">The kind is unknown or a value is out of range.</exception>
    public Task SetAsync(string kind, string? method = null, string? path = null, int? times = null, int? after = null, double? probability = null, int? seed = null, CancellationToken cancellationToken = default) =>
        _control.SendAsync("POST", "faults", EmulatorControl.Object(("kind", kind), ("method", method), ("path", path), ("times", times), ("after", after), ("probability", probability), ("seed", seed)), cancellationToken);

    /// <summary>Takes all of them away, and the lag of search.</summary>
    public Task ClearAsync(CancellationToken cancellationToken = default) => _control.SendAsync("DELETE", "faults", null, cancellationToken);

    /// <summary>How many wait to be played.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken = default)
    {
        using var list = await _control.ReadAsync("GET", "faults", null, cancellationToken).ConfigureAwait(false);
        return list.RootElement.GetProperty("faults").GetArrayLength();
    }
}
