using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Seeds;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Control;

/// <summary>What tests and the page do to the emulator itself, under <c>/_emulator/</c>, and the page. For this machine only.</summary>
internal sealed class ControlApi(PortalHost portal, EmulatorOptions options)
{
    private const string Root = "/_emulator/";

    /// <summary>Every call there is; the page shows what it finds here.</summary>
    public const string Calls = "POST reset, tokens, portals, portals/HUB/move, apps, faults, clock, restore, faults/ID/on, faults/ID/off, seed, snapshots/NAME/load, view/PATH/search; PATCH and DELETE portals/HUB, apps/CLIENTID; DELETE faults, faults/ID, snapshots/NAME; GET clock, portals, apps, requests, har, faults, faults/kinds, state, outbox, fidelity, fidelity.md, snapshot, snapshots, account, view/PATH; PUT snapshot, snapshots/NAME, account; ?portal=HUB with reset, DELETE faults, requests, har, state, view, outbox, account, restore; " + WebhookControl.Calls;
    private readonly TokenControl _tokens = new(portal);
    private readonly PortalControl _portals = new(portal);
    private readonly AppControl _apps = new(portal);
    private readonly FaultControl _faults = new(portal);
    private readonly WebhookControl _webhooks = new(portal);
    private readonly PortalReport _report = new(portal);
    private readonly SeedControl _seeds = new(portal, options.Seed);
    private readonly SnapshotControl _snapshots = new(portal, options.DataDirectory);

    public static bool Owns(string path) => path is "/" or "/favicon.ico" or "/_emulator" || path.StartsWith(Root, StringComparison.Ordinal) || path.StartsWith("/health/", StringComparison.Ordinal);

    public async ValueTask<EmulatorReply> HandleAsync(HttpContext context, string path)
    {
        if (!LoopbackOnly.Allows(context)) return Refusal(403, "The control interface and the page are for this machine only.");
        try
        {
            return await AnswerAsync(context.Request, path, await RequestReader.BodyAsync(context).ConfigureAwait(false)).ConfigureAwait(false)
                ?? Refusal(404, $"There is no {context.Request.Method} {path}. Under {Root} there are: {Calls}.");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException or CrmRefusal)
        {
            return Refusal(400, wrong.Message);
        }
        catch (BadHttpRequestException bad)
        {
            return Refusal(bad.StatusCode, bad.Message);
        }
        catch (IOException failure)
        {
            return Refusal(500, $"The emulator could not keep this change on disk: {failure.Message}.");
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Refusal(500, $"A fault of the emulator: {fault}");
        }
    }

    /// <summary>Before the first request: the seed of the start.</summary>
    /// <exception cref="InvalidDataException">The seed cannot be planted.</exception>
    public Task PrepareAsync() => _seeds.PlantAtStartAsync();

    private async ValueTask<EmulatorReply?> AnswerAsync(HttpRequest request, string path, byte[] body)
    {
        if (!path.StartsWith(Root, StringComparison.Ordinal)) return request.Method == "GET" ? PageFiles.Find(path) : null;
        var call = path[Root.Length..].TrimEnd('/');
        switch (request.Method, call)
        {
            case ("POST", "reset"): await (Hub(request) is { } one ? portal.ResetAsync(one) : _seeds.ResetAsync()).ConfigureAwait(false); return EmulatorReply.NoContent;
            case ("POST", "tokens"): return await _tokens.AddAsync(Parse(body, mayBeEmpty: true)).ConfigureAwait(false);
            case (var method, _) when PortalControl.Owns(call): return await _portals.HandleAsync(method, call, Parse(body, mayBeEmpty: true)).ConfigureAwait(false);
            case (var method, _) when AppControl.Owns(call): return await _apps.HandleAsync(method, call, Parse(body, mayBeEmpty: true)).ConfigureAwait(false);
            case ("POST", "faults"): return _faults.Add(Parse(body));
            case ("GET", "faults"): return _faults.List();
            case ("DELETE", "faults"): return _faults.Clear(Hub(request));
            case ("GET", "clock"): return Time();
            case ("POST", "clock"): return await MoveClockAsync(Parse(body)).ConfigureAwait(false);
            case ("GET", "requests"): return _report.Requests(new JournalSearch(request.Query, Hub(request)));
            case ("GET", "har"): return JournalExport.Har(new JournalSearch(request.Query, Hub(request)).Find(portal.Journal), $"http://{request.Host}");
            case ("GET", "faults/kinds"): return FaultControl.Kinds();
            case ("POST" or "DELETE", _) when call.StartsWith("faults/", StringComparison.Ordinal): return _faults.One(request.Method, call["faults/".Length..]);
            case ("POST", "seed"): return await _seeds.PlantAsync(body).ConfigureAwait(false);
            case (_, _) when call is "snapshots" || call.StartsWith("snapshots/", StringComparison.Ordinal): return await _snapshots.HandleAsync(request.Method, call["snapshots".Length..]).ConfigureAwait(false);
            case ("GET", "state"): return _report.State(Hub(request) ?? Auth.TokenStore.DefaultHub);
            case ("GET", "fidelity"): return _report.Fidelity();
            case ("GET", "fidelity.md"): return _report.FidelityTables();
            case ("GET", "outbox"): return View(request, "/marketing/outbox", default);
            case ("GET", "snapshot"): return new EmulatorReply(200, portal.Save());
            case ("PUT", "snapshot"): await portal.LoadAsync(body).ConfigureAwait(false); return EmulatorReply.NoContent;
            case (_, _) when WebhookControl.Owns(call): return await _webhooks.HandleAsync(request, call, body).ConfigureAwait(false);
            case ("GET" or "PUT", "account") or ("POST", "restore"): return await ByHandAsync(request.Method, call, body, Hub(request)).ConfigureAwait(false);
            case ("GET", _) when call.StartsWith("view/", StringComparison.Ordinal): return View(request, call["view".Length..], default);
            case ("POST", _) when call.StartsWith("view/", StringComparison.Ordinal) && call.EndsWith("/search", StringComparison.Ordinal): return View(request, call["view".Length..], body);
            case ("GET", _): return PageFiles.Find(path);
            default: return null;
        }
    }

    /// <summary>The portal that is asked about; null when none is named.</summary>
    private long? Hub(HttpRequest request)
    {
        var text = request.Query["portal"].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hub) && portal.Accounts.Find(hub) is not null
            ? hub : throw new ArgumentException($"There is no portal '{text}'. GET {Root}portals lists them.");
    }

    private async Task<EmulatorReply> MoveClockAsync(JsonElement request)
    {
        if (request.TryGetProperty("advanceMs", out var ms)) portal.Clock.Advance(TimeSpan.FromMilliseconds(ms.GetInt64()));
        else if (request.Text("advance") is { } span) portal.Clock.Advance(span.StartsWith('P') ? System.Xml.XmlConvert.ToTimeSpan(span) : TimeSpan.FromMilliseconds(long.Parse(span, CultureInfo.InvariantCulture)));
        else if (request.Text("set") is { } moment) portal.Clock.Set(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        else throw new ArgumentException("Give advanceMs (milliseconds), advance (milliseconds or an ISO 8601 duration) or set (an ISO 8601 time).");
        await portal.KeepClockAsync().ConfigureAwait(false);
        await portal.CatchUpAsync().ConfigureAwait(false);
        return Time();
    }

    private EmulatorReply Time() => OwnEndpoints.Json(json => json.WriteString("now", portal.Clock.Now));

    /// <summary>A read of the account past gate, limits and journal, so that looking changes nothing.</summary>
    private EmulatorReply? View(HttpRequest request, string path, ReadOnlyMemory<byte> body) => portal.Find(Hub(request) ?? Auth.TokenStore.DefaultHub)!.Handle(new EmulatorCall
    {
        Method = request.Method,
        Segments = RequestReader.Segments(path),
        Query = RequestReader.Query(request),
        Body = body,
        At = portal.Clock.Now,
        Caller = portal.Tokens.Default.Caller,
    });

    /// <summary>Something people do on HubSpot's pages: it goes the way of every call, so that it is kept like one.</summary>
    private ValueTask<EmulatorReply?> ByHandAsync(string method, string what, byte[] body, long? hub) => portal.CarryOutAsync(new EmulatorCall
    {
        Method = method,
        Segments = ["_emulator", what],
        Body = body,
        At = portal.Clock.Now,
        Caller = hub is { } its ? portal.Tokens.Default.Caller with { HubId = its } : portal.Tokens.Default.Caller,
    });

    private static JsonElement Parse(byte[] body, bool mayBeEmpty = false)
    {
        using var document = JsonDocument.Parse(mayBeEmpty && body.Length == 0 ? "{}"u8.ToArray() : body);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new ArgumentException("A JSON object is expected as the body.");
    }

    private static EmulatorReply Refusal(int status, string message) => OwnEndpoints.Json(json => json.WriteString("error", message)) with { Status = status };
}
