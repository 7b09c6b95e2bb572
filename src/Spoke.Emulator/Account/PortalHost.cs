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
    private readonly AccessFile _access;
    private readonly ClockFile _clock;
    private readonly Action<string> _warn;
    private volatile Dictionary<long, CrmApi> _accounts;
    private PortalLog? _log;
    private string _linkBase = "https://api.hubapi.com";

    public PortalHost(EmulatorOptions options, Action<string> warn)
    {
        _warn = warn;
        Routes = RouteTable.Load();
        Tokens = new TokenStore(Routes);
        Apps = new AppList(Tokens.AllScopes);
        Accounts = new AccountList(options.Limits);
        Issuer = new TokenIssuer(Tokens, Accounts);
        Gate = new Gate(Routes, Tokens, Accounts);
        Clock = new EmulatorClock(options.TimeProvider);
        OAuth = new OAuthEndpoints(this);
        Courier = new Courier(this, options.TimeProvider);
        var folder = options.DataDirectory is { } path ? new PortalFolder(path) : null;
        _access = new AccessFile(new AccessState(Accounts, Apps, Tokens, Grants), folder);
        Limits = new RateLimits(Accounts, new DayCounts(folder), options.CallsInTenSeconds);
        _clock = new ClockFile(Clock, folder);
        _alarm = options.TimeProvider.CreateTimer(static host => _ = ((PortalHost)host!).WakeUpAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            _clock.Load();
            Limits.Load();
            _access.Load();   // first: a snapshot's own word about it is as old as the snapshot
            _accounts = Fresh();
            if (folder is not null) _log = PortalLog.Open(folder, saved => Replace(saved, accessToo: !_access.IsThere), call => Find(call.Caller.HubId)?.Handle(call), Save, warn);
        }
        catch
        {
            Limits.Dispose();
            folder?.Dispose();
            throw;
        }
        Wake(_accounts);
    }

    public RouteTable Routes { get; }
    public TokenStore Tokens { get; }
    public AppList Apps { get; }
    public GrantList Grants { get; } = new();
    public AccountList Accounts { get; }
    public TokenIssuer Issuer { get; }
    public Gate Gate { get; }
    public OAuthEndpoints OAuth { get; }
    public RateLimits Limits { get; }
    public EmulatorClock Clock { get; }
    public FaultList Faults { get; } = new();
    public Journal Journal { get; } = new();
    public Courier Courier { get; }

    /// <summary>Ends calls that would hang for ever when the server stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public CrmApi Main => _accounts[TokenStore.DefaultHub];

    public CrmApi? Find(long hub) => _accounts.GetValueOrDefault(hub);

    /// <summary>For a call that had passed the gate when its portal was deleted, and for one without a token whose path names no portal there is.</summary>
    private static EmulatorReply Gone(EmulatorCall call) =>
        call.Caller.Token.Length == 0 ? AuthErrors.NoSuchPath('/' + string.Join('/', call.Segments)) : AuthErrors.CredentialsNotFound("the portal of this token was deleted");

    /// <summary>Carries out a call that has passed the gate and the limits; durable when this returns, if the account is kept.</summary>
    public async ValueTask<EmulatorReply?> CarryOutAsync(EmulatorCall call)
    {
        if (Find(call.Caller.HubId) is not { } account) return Gone(call);
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

    /// <summary>Everything is as at the first start: portals, apps and tokens that were made are gone.</summary>
    public async Task ResetAsync()
    {
        Accounts.Reset();
        Apps.Reset();
        Grants.Clear();
        Tokens.Reset();
        Faults.Clear();
        Limits.Reset();
        Clock.Reset();
        Journal.Clear();
        await KeepClockAsync().ConfigureAwait(false);
        await KeepAccessAsync().ConfigureAwait(false);
        await SwapAsync(() => _accounts = Fresh()).ConfigureAwait(false);
        Wake(_accounts);
    }

    /// <summary>One portal is as it was made; the others do not notice. Its own token stays, what was granted since is gone.</summary>
    public async Task ResetAsync(long hub)
    {
        Tokens.Remove(grant => grant.Caller.HubId == hub && !grant.IsPortalsOwn);
        Grants.Remove(grant => grant.HubId == hub);
        Grants.RemoveCodes(code => code.HubId == hub);
        Faults.Clear(hub);
        Limits.Reset(hub);
        Journal.Clear(hub);
        await KeepAccessAsync().ConfigureAwait(false);
        await SwapAsync(() => _accounts = new(_accounts) { [hub] = Begin(Accounts.Find(hub)!) }).ConfigureAwait(false);
        Wake(_accounts);
    }

    /// <summary>A portal that was not there before, or facts of one that have changed.</summary>
    public async Task PutAsync(AccountFacts facts)
    {
        Accounts.Put(facts);
        facts = Accounts.Find(facts.HubId)!;
        lock (_order)
        {
            if (_accounts.TryGetValue(facts.HubId, out var there)) there.Facts = facts;
            else
            {
                var crm = Begin(facts);
                crm.Live = true;
                _accounts = new(_accounts) { [facts.HubId] = crm };
            }
        }
        await KeepAccessAsync().ConfigureAwait(false);
    }

    /// <summary>A portal with everything that belongs to it.</summary>
    public async Task RemoveAsync(long hub)
    {
        Accounts.Remove(hub);
        Tokens.Remove(grant => grant.Caller.HubId == hub);
        Grants.RemoveCodes(code => code.HubId == hub);
        Faults.Clear(hub);
        Limits.Reset(hub);
        await KeepAccessAsync().ConfigureAwait(false);
        await SwapAsync(() => _accounts = _accounts.Where(account => account.Key != hub).ToDictionary()).ConfigureAwait(false);
    }

    /// <summary>Puts who may do what on disk, if the emulator keeps its state. It is there when this returns.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task KeepAccessAsync() => _access.KeepAsync();

    /// <summary>Puts on disk how far the clock was moved, if the emulator keeps its state: what happens afterwards must not lie in the future after a restart.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task KeepClockAsync() => _clock.KeepAsync();

    /// <summary>The accounts as one JSON document.</summary>
    public ReadOnlyMemory<byte> Save()
    {
        using var memory = new MemoryStream();
        memory.Write("{\"format\":3,\"access\":"u8);
        memory.Write(_access.Save().Span);
        memory.Write(",\"accounts\":{"u8);
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
        await SwapAsync(() => Replace(saved, accessToo: true)).ConfigureAwait(false);
        await KeepAccessAsync().ConfigureAwait(false);
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
        _access.Dispose();
        _clock.Dispose();
        Limits.Dispose();
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

    /// <summary>What falls due while nobody calls. There is no caller to tell of a fault, so it is said aloud.</summary>
    private async Task WakeUpAsync()
    {
        try
        {
            await CatchUpAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _warn($"A fault of the emulator, in work that fell due by its clock: {fault}");
        }
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
                if (Find(call.Caller.HubId) is not { } account) return Gone(call);
                reply = account.Handle(call);
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

    private void Replace(ReadOnlyMemory<byte> saved, bool accessToo)
    {
        using var document = JsonDocument.Parse(saved);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("A JSON object is expected.");
        if (accessToo && document.RootElement.TryGetProperty("access", out var access)) _access.Read(access);
        var accounts = Fresh();
        if (document.RootElement.TryGetProperty("accounts", out var all))
            foreach (var account in all.EnumerateObject())
                if (long.TryParse(account.Name, out var hub) && accounts.TryGetValue(hub, out var crm)) crm.Load(account.Value);
        _accounts = accounts;
    }

    private Dictionary<long, CrmApi> Fresh() => Accounts.All.ToDictionary(facts => facts.HubId, Begin);

    private CrmApi Begin(AccountFacts facts) => new(facts.HubId) { LinkBase = _linkBase, Facts = facts };
}
