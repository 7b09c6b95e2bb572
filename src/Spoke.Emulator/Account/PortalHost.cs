using System.Text.Json;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Http;
using Spoke.Emulator.Limits;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Account;

/// <summary>All parts of the emulated account, and the way of one call through them.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    private const long LongestAlarmMs = 24L * 60 * 60 * 1000;
    private readonly Lock _order = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _alarm;
    private volatile Dictionary<long, CrmApi> _accounts;
    private PortalLog? _log;
    private string _linkBase = "https://api.hubapi.com";

    public PortalHost(EmulatorOptions options, Action<string> warn)
    {
        Routes = RouteTable.Load();
        Tokens = new TokenStore(Routes);
        Gate = new Gate(Routes, Tokens);
        Limits = new RateLimits(options.Limits);
        Tier = options.Limits;
        Clock = new EmulatorClock(options.TimeProvider);
        _alarm = options.TimeProvider.CreateTimer(static host => _ = ((PortalHost)host!).CatchUpAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Courier = new Courier(this, options.TimeProvider);
        _accounts = Fresh();
        if (options.DataDirectory is { } folder) _log = PortalLog.Open(folder, Replace, call => Crm(call.Caller).Handle(call), Save, warn);
        Wake(_accounts);
    }

    public RouteTable Routes { get; }
    public TokenStore Tokens { get; }
    public Gate Gate { get; }
    public RateLimits Limits { get; }
    public LimitTier Tier { get; }
    public EmulatorClock Clock { get; }
    public FaultList Faults { get; } = new();
    public Journal Journal { get; } = new();
    public Courier Courier { get; }

    /// <summary>Ends calls that would hang for ever when the server stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public CrmApi Main => _accounts[TokenStore.DefaultHub];

    public CrmApi Crm(Caller caller) => _accounts.TryGetValue(caller.HubId, out var crm) ? crm : Main;

    /// <summary>Carries out a call that has passed the gate and the limits; durable when this returns, if the account is kept.</summary>
    public async ValueTask<EmulatorReply?> CarryOutAsync(EmulatorCall call)
    {
        var account = Crm(call.Caller);
        if (account.NextDueMs <= call.At.ToUnixTimeMilliseconds()) await TickAsync(account, call.At).ConfigureAwait(false);
        var before = account.NextDueMs;
        var reply = _log is null || account.ReadsOnly(call) ? account.Handle(call) : await KeepAsync(call, _log).ConfigureAwait(false);
        if (account.NextDueMs < before) SetAlarm();
        if (reply is { Changed: true }) Courier.Poke(account);
        return reply;
    }

    /// <summary>Lets every account do what fell due by its clock, as after the clock was moved.</summary>
    public async Task CatchUpAsync()
    {
        var now = Clock.Now;
        foreach (var account in _accounts.Values)
            if (account.NextDueMs <= now.ToUnixTimeMilliseconds()) await TickAsync(account, now).ConfigureAwait(false);
        SetAlarm();
    }

    public async Task ResetAsync()
    {
        Tokens.Reset();
        Faults.Clear();
        Limits.Reset();
        Clock.Reset();
        Journal.Clear();
        await SwapAsync(() => _accounts = Fresh()).ConfigureAwait(false);
        Wake(_accounts);
    }

    /// <summary>The accounts as one JSON document.</summary>
    public ReadOnlyMemory<byte> Save()
    {
        using var memory = new MemoryStream();
        memory.Write("{\"format\":2,\"accounts\":{"u8);
        var first = true;
        foreach (var (hub, account) in _accounts)
        {
            if (!first) memory.WriteByte((byte)',');
            first = false;
            memory.Write(System.Text.Encoding.UTF8.GetBytes($"\"{hub}\":"));
            account.Save(memory);
        }
        memory.Write("}}"u8);
        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    public async Task LoadAsync(ReadOnlyMemory<byte> saved)
    {
        await SwapAsync(() => Replace(saved)).ConfigureAwait(false);
        Wake(_accounts);
    }

    public void SetSearchLag(TimeSpan lag)
    {
        foreach (var account in _accounts.Values) account.SearchLag = lag;
    }

    /// <summary>The server's own address, in front of <c>paging.next.link</c>.</summary>
    public void SetLinkBase(string address)
    {
        _linkBase = address.TrimEnd('/');
        foreach (var account in _accounts.Values) account.LinkBase = _linkBase;
    }

    /// <summary>Sends off what is ready in any account.</summary>
    public void SendReady()
    {
        foreach (var account in _accounts.Values) Courier.Poke(account);
    }

    /// <summary>Whether an account has work that fell due and is not done yet.</summary>
    public bool IsAnythingDue => _accounts.Values.Any(account => account.NextDueMs <= Clock.Now.ToUnixTimeMilliseconds());

    /// <summary>False for an account that a reset or a loaded snapshot replaced.</summary>
    public bool IsCurrent(CrmApi account) => _accounts.GetValueOrDefault(account.HubId) == account;

    public Task StopAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await Courier.DisposeAsync().ConfigureAwait(false);
        if (_log is not null) await _log.DisposeAsync().ConfigureAwait(false);
        _log = null;
        await _alarm.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async ValueTask TickAsync(CrmApi account, DateTimeOffset at)
    {
        var tick = CrmApi.Tick(account.HubId, at);
        if (_log is null) account.Handle(tick);
        else await KeepAsync(tick, _log).ConfigureAwait(false);
        Courier.Poke(account);
    }

    private void SetAlarm()
    {
        if (_stopping.IsCancellationRequested) return;
        var next = _accounts.Values.Min(account => account.NextDueMs);
        if (next == long.MaxValue) return;
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(next - Clock.Now.ToUnixTimeMilliseconds(), 1, LongestAlarmMs));
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Wake(Dictionary<long, CrmApi> accounts)
    {
        foreach (var account in accounts.Values) account.Live = true;
        SetAlarm();
        SendReady();
    }

    private async ValueTask<EmulatorReply?> KeepAsync(EmulatorCall call, PortalLog log)
    {
        EmulatorReply? reply = null;
        Task? written = null;
        try
        {
            if (log.Failure is not null) await SwapAsync(() => { }).ConfigureAwait(false);   // perhaps there is room again
            lock (_order)   // the log must have the calls in the order in which they were carried out
            {
                reply = Crm(call.Caller).Handle(call);
                if (reply is { Changed: true }) written = log.AppendAsync(call);
                if (log.IsLong) _ = log.RollAsync(Save()).ContinueWith(static rolled => rolled.Exception, TaskScheduler.Default);
            }
            if (written is not null) await written.ConfigureAwait(false);
            return reply;
        }
        catch (IOException failure)
        {
            return new ErrorBody(500, "INTERNAL_ERROR", $"The emulator could not keep this change on disk: {failure.Message.TrimEnd('.')}. Put that right and repeat the call.").ToReply();
        }
    }

    /// <summary>The account becomes another one other than by a call; on disk when this returns.</summary>
    private Task SwapAsync(Action change)
    {
        lock (_order)
        {
            change();
            return _log?.RollAsync(Save()) ?? Task.CompletedTask;
        }
    }

    private void Replace(ReadOnlyMemory<byte> saved)
    {
        using var document = JsonDocument.Parse(saved);
        var accounts = Fresh();
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("A JSON object is expected.");
        if (document.RootElement.TryGetProperty("accounts", out var all))
            foreach (var account in all.EnumerateObject())
                if (long.TryParse(account.Name, out var hub) && accounts.TryGetValue(hub, out var crm)) crm.Load(account.Value);
        _accounts = accounts;
    }

    private Dictionary<long, CrmApi> Fresh() => new()
    {
        [TokenStore.DefaultHub] = new CrmApi(TokenStore.DefaultHub) { LinkBase = _linkBase },
        [TokenStore.OtherHub] = new CrmApi(TokenStore.OtherHub) { LinkBase = _linkBase },
    };
}
