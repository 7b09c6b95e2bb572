using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>Finds out whose limits a client goes by, and opens the windows that are shared for them.</summary>
internal sealed class BudgetSharing(HubSpotClientOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly BudgetFolder _folder = new(options.BudgetFolder ?? BudgetFolder.Default());
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile bool _settled;
    private long _asked = long.MinValue;

    /// <summary>The shared windows; calls asked of HubSpot on the way count in the first.</summary>
    public sealed record Windows(SharedWindow TenSeconds, SharedWindow Searches, SharedWindow Associations, int CallsAsked);

    /// <summary>It is decided whether and what is shared.</summary>
    public bool IsSettled => _settled;

    /// <summary>Null when nothing is shared.</summary>
    public static BudgetSharing? For(HubSpotClientOptions options, TimeProvider time, ILogger logger) =>
        options.ShareBudget && (options.BudgetFolder is not null || (time == TimeProvider.System && !options.BaseUrl.IsLoopback)) ? new BudgetSharing(options, time, logger) : null;

    /// <summary>Opens the shared windows, once. Nothing is shared where the folder cannot be used. Where HubSpot did not say whose the token is, it is asked again ten seconds later.</summary>
    /// <param name="adopt">Takes them into use, before anybody who waits here goes on.</param>
    public async Task JoinAsync(AccessToken token, Func<CancellationToken, Task<PortalIdentity?>> identify, Action<Windows> adopt, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_settled || (_asked != long.MinValue && time.GetElapsedTime(_asked) < s_askAgain)) return;
            if (await OpenAsync(token, identify, cancellationToken).ConfigureAwait(false) is not { } shared) return;
            adopt(shared);
            _settled = true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _settled = true;
            Warn(refused.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Windows?> OpenAsync(AccessToken token, Func<CancellationToken, Task<PortalIdentity?>> identify, CancellationToken cancellationToken)
    {
        _folder.Create();
        var asked = 0;
        if (_folder.Recall(options.BaseUrl, token) is not { } identity)
        {
            if (token.Signed is { } signed) identity = signed;
            else
            {
                asked = 1;
                _asked = time.GetTimestamp();
                if (await identify(cancellationToken).ConfigureAwait(false) is not { } told) return null;
                identity = told;
            }
            _folder.Remember(options.BaseUrl, token, identity);
        }
        SharedWindow Window(string name, int limit, double seconds, bool probe, params ReadOnlySpan<long> of) =>
            new(new WindowFile(_folder.FileOf(name, options.BaseUrl, of), time, Warn), limit, TimeSpan.FromSeconds(seconds), time, options.Random, probe);
        return new Windows(
            Window("calls", options.TenSecondLimit, 10, true, identity.HubId, identity.AppId),
            Window("searches", options.SearchesPerSecond, 1, false, identity.HubId),
            Window("associations", RateBudget.AssociationLimit(options.TenSecondLimit), 10, false, identity.HubId), asked);
    }

    private void Warn(string why) => TransportLog.NotShared(logger, SecretMask.Text(why));
}
