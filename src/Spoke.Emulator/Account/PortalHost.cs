using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Http;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Account;

/// <summary>All parts of the emulated account, and the way of one call through them.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    private readonly Lock _swap = new();
    private Dictionary<long, CrmApi> _accounts;
    private PortalLog? _log;

    public PortalHost(EmulatorOptions options, Action<string> warn)
    {
        Routes = RouteTable.Load();
        Tokens = new TokenStore(Routes);
        Gate = new Gate(Routes, Tokens);
        Limits = new RateLimits(options.Limits);
        Tier = options.Limits;
        Clock = new EmulatorClock(options.TimeProvider);
        _accounts = Fresh();
        if (options.DataDirectory is { } folder) _log = PortalLog.Open(folder, Load, call => Crm(call.Caller).Handle(call), Save, warn);
    }

    public RouteTable Routes { get; }
    public TokenStore Tokens { get; }
    public Gate Gate { get; }
    public RateLimits Limits { get; }
    public LimitTier Tier { get; }
    public EmulatorClock Clock { get; }
    public FaultList Faults { get; } = new();
    public Journal Journal { get; } = new();

    public CrmApi Crm(Caller caller) => _accounts.TryGetValue(caller.HubId, out var crm) ? crm : _accounts[TokenStore.DefaultHub];

    public IEnumerable<CrmApi> Accounts => _accounts.Values;

    public CrmApi Main => _accounts[TokenStore.DefaultHub];

    /// <summary>Carries out a call that has passed the gate and the limits; durable when this returns, if the account is kept.</summary>
    public async ValueTask<EmulatorReply?> CarryOutAsync(EmulatorCall call)
    {
        if (_log is null || call.Method == "GET") return Crm(call.Caller).Handle(call);
        EmulatorReply? reply;
        Task? written = null;
        lock (_swap)   // the log must have the calls in the order in which they were carried out
        {
            reply = Crm(call.Caller).Handle(call);
            if (reply is { Changed: true }) written = _log.AppendAsync(call);
        }
        if (written is not null) await written.ConfigureAwait(false);
        return reply;
    }

    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        lock (_swap) _accounts = Fresh();
        Tokens.Reset();
        Faults.Clear();
        Limits.Reset();
        Clock.Reset();
        Journal.Clear();
        await KeepAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Save(Stream destination) => Main.Save(destination);

    public void Load(Stream source)
    {
        var accounts = Fresh();
        accounts[TokenStore.DefaultHub].Load(source);
        lock (_swap) _accounts = accounts;
    }

    /// <summary>After a change that is not a call (reset, a loaded snapshot): the snapshot on disk is written anew.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => _log?.RollAsync(Save, cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_log is null) return;
        await _log.DisposeAsync().ConfigureAwait(false);
        _log = null;
    }

    private static Dictionary<long, CrmApi> Fresh() => new() { [TokenStore.DefaultHub] = new CrmApi(TokenStore.DefaultHub), [TokenStore.OtherHub] = new CrmApi(TokenStore.OtherHub) };
}
