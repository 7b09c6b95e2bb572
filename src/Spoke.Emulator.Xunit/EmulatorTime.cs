using System.Globalization;

namespace Spoke.Emulator.Xunit;

/// <summary>The account's clock: tokens expire, windows of the limits pass and workflows wait by it.</summary>
public sealed class EmulatorTime
{
    private readonly EmulatorControl _control;

    internal EmulatorTime(EmulatorControl control) => _control = control;

    /// <summary>Moves the clock on; what falls due on the way is done when this returns.</summary>
    public Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default) =>
        _control.SendAsync("POST", "clock", EmulatorControl.Object(("advanceMs", (long)by.TotalMilliseconds)), cancellationToken);

    /// <summary>Sets the clock; it goes on from there.</summary>
    public Task SetAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        _control.SendAsync("POST", "clock", EmulatorControl.Object(("set", now.ToString("O", CultureInfo.InvariantCulture))), cancellationToken);

    /// <summary>What it shows.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken = default)
    {
        using var state = await _control.ReadAsync("GET", "state", null, cancellationToken).ConfigureAwait(false);
        return state.RootElement.GetProperty("now").GetDateTimeOffset();
    }
}
