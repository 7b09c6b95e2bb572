using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Http;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Control;

/// <summary>What tests and the page do to the emulator itself, under <c>/_emulator/</c>. Loopback only, since the server listens nowhere else.</summary>
internal sealed class ControlApi(PortalHost portal)
{
    private static readonly byte[] Page = ReadPage();

    public async Task<EmulatorReply> HandleAsync(string method, string path, IQueryCollection query, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            switch (method, path.TrimEnd('/'))
            {
                case ("GET", ""): return new EmulatorReply(200, Page, "text/html;charset=utf-8");
                case ("GET", "/health/live") or ("GET", "/health/ready"): return new EmulatorReply(200, "ok\n"u8.ToArray(), "text/plain");
                case ("GET", "/favicon.ico"): return EmulatorReply.NoContent;
                case ("POST", "/_emulator/reset"):
                    await portal.ResetAsync(cancellationToken).ConfigureAwait(false);
                    return EmulatorReply.NoContent;
                case ("POST", "/_emulator/tokens"): return AddToken(Parse(body));
                case ("POST", "/_emulator/faults"): return AddFault(Parse(body));
                case ("DELETE", "/_emulator/faults"):
                    portal.Faults.Clear();
                    return EmulatorReply.NoContent;
                case ("GET", "/_emulator/faults"): return ListFaults();
                case ("POST", "/_emulator/clock"): return MoveClock(Parse(body));
                case ("GET", "/_emulator/requests"): return Requests(query);
                case ("GET", "/_emulator/state"): return State();
                case ("GET", "/_emulator/fidelity"): return Fidelity();
                case ("GET", "/_emulator/snapshot"): return Snapshot();
                case ("PUT", "/_emulator/snapshot"):
                    portal.Load(new MemoryStream(body));
                    await portal.KeepAsync(cancellationToken).ConfigureAwait(false);
                    return EmulatorReply.NoContent;
                default: return Bad($"There is no {method} {path}. There are: POST reset, tokens, faults, clock; DELETE faults; GET requests, state, fidelity, faults; GET and PUT snapshot.", 404);
            }
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return Bad(wrong.Message);
        }
    }

    private EmulatorReply AddToken(JsonElement request)
    {
        var kind = Text(request, "kind") switch
        {
            null or "private-app" => TokenKind.PrivateApp,
            "service-key" => TokenKind.ServiceKey,
            "oauth" => TokenKind.OAuth,
            "developer" => TokenKind.Developer,
            var other => throw new ArgumentException($"kind is private-app, service-key, oauth or developer, not '{other}'."),
        };
        var state = Text(request, "state") switch
        {
            null or "active" => TokenState.Active,
            "expired" => TokenState.Expired,
            "revoked" => TokenState.Revoked,
            "rotated" => TokenState.Rotated,
            "other-portal" => TokenState.OtherPortal,
            "inactive" => TokenState.Inactive,
            "moved" => TokenState.Moved,
            var other => throw new ArgumentException($"state is active, expired, revoked, rotated, other-portal, inactive or moved, not '{other}'."),
        };
        var scopes = request.TryGetProperty("scopes", out var list)
            ? list.EnumerateArray().Select(s => s.GetString() ?? "").ToHashSet(StringComparer.Ordinal)
            : portal.Tokens.AllScopes;
        var hub = state == TokenState.OtherPortal ? TokenStore.OtherHub : TokenStore.DefaultHub;
        var app = request.TryGetProperty("appId", out var appId) ? appId.GetInt64() : 2_000_002;
        var expires = kind == TokenKind.OAuth ? portal.Clock.Now + (state == TokenState.Expired ? TimeSpan.FromMinutes(-5) : TimeSpan.FromMinutes(30)) : (DateTimeOffset?)null;
        var token = Text(request, "token") ?? (kind == TokenKind.OAuth ? OAuthToken.Mint(expires!.Value, hub, 3_000_001, app, scopes) : $"pat-na1-{Guid.NewGuid():D}");
        portal.Tokens.Put(new TokenGrant(token, kind, state, new Caller(hub, app, 3_000_001, scopes, token), expires));
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token", token);
            json.WriteNumber("hubId", hub);
            json.WriteNumber("appId", app);
        });
    }

    private EmulatorReply AddFault(JsonElement request)
    {
        var text = Text(request, "kind") ?? throw new ArgumentException("kind is missing. Known kinds: " + string.Join(", ", FaultList.Kinds));
        var colon = text.IndexOf(':');
        var kind = colon < 0 ? text : text[..colon];
        if (!FaultList.Kinds.Contains(kind)) throw new ArgumentException($"There is no fault '{text}'. Known kinds: {string.Join(", ", FaultList.Kinds)}");
        var argument = colon < 0 ? 0 : int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture);
        if (kind == "search-lag")
        {
            foreach (var account in portal.Accounts) account.SearchLag = TimeSpan.FromMilliseconds(argument);
            return EmulatorReply.NoContent;
        }
        portal.Faults.Add(new Fault(Text(request, "method"), Text(request, "path"), kind, argument, request.TryGetProperty("times", out var times) ? times.GetInt32() : 1));
        return EmulatorReply.NoContent;
    }

    private EmulatorReply ListFaults() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("faults");
        foreach (var fault in portal.Faults.All)
        {
            json.WriteStartObject();
            json.WriteString("kind", fault.Kind);
            json.WriteString("method", fault.Method);
            json.WriteString("path", fault.Path);
            json.WriteNumber("left", fault.Left);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private EmulatorReply MoveClock(JsonElement request)
    {
        if (request.TryGetProperty("advanceMs", out var ms)) portal.Clock.Advance(TimeSpan.FromMilliseconds(ms.GetInt64()));
        else if (Text(request, "set") is { } moment) portal.Clock.Set(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        else throw new ArgumentException("Give advanceMs (a number) or set (an ISO 8601 time).");
        return OwnEndpoints.Json(json => json.WriteString("now", portal.Clock.Now));
    }

    private EmulatorReply Requests(IQueryCollection query)
    {
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var asked) ? asked : 200;
        return OwnEndpoints.Json(json =>
        {
            json.WriteNumber("count", portal.Journal.Count);
            json.WriteStartArray("requests");
            foreach (var entry in portal.Journal.Last(limit))
            {
                json.WriteStartObject();
                json.WriteNumber("number", entry.Number);
                json.WriteString("at", entry.At);
                json.WriteString("method", entry.Method);
                json.WriteString("path", entry.Path);
                json.WriteString("token", entry.Token);
                json.WriteNumber("status", entry.Status);
                json.WriteNumber("milliseconds", Math.Round(entry.Milliseconds, 2));
                json.WriteString("verdict", entry.Verdict);
                json.WriteString("request", entry.Request);
                json.WriteString("response", entry.Response);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private EmulatorReply State() => OwnEndpoints.Json(json =>
    {
        json.WriteNumber("hubId", TokenStore.DefaultHub);
        json.WriteString("limits", portal.Tier.ToString());
        json.WriteString("now", portal.Clock.Now);
        json.WriteNumber("requests", portal.Journal.Count);
        json.WriteStartObject("records");
        foreach (var (name, count) in portal.Main.CountRecords()) json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteStartArray("tokens");
        foreach (var grant in portal.Tokens.All)
        {
            json.WriteStartObject();
            json.WriteString("token", grant.Token.Length > 16 ? $"{grant.Token[..8]}****{grant.Token[^4..]}" : "****");
            json.WriteString("kind", grant.Kind.ToString());
            json.WriteString("state", grant.State.ToString());
            json.WriteNumber("scopes", grant.Caller.Scopes.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private EmulatorReply Fidelity() => OwnEndpoints.Json(json =>
    {
        json.WriteNumber("published", portal.Routes.All.Count(route => !route.Legacy));
        json.WriteStartArray("endpoints");
        foreach (var route in portal.Routes.All)
        {
            json.WriteStartObject();
            json.WriteString("method", route.Method);
            json.WriteString("path", route.Template);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private EmulatorReply Snapshot()
    {
        using var memory = new MemoryStream();
        portal.Save(memory);
        return new EmulatorReply(200, memory.ToArray());
    }

    private static JsonElement Parse(byte[] body)
    {
        if (body.Length == 0) throw new ArgumentException("A JSON object is expected as the body.");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new ArgumentException("A JSON object is expected as the body.");
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static EmulatorReply Bad(string message, int status = 400) => OwnEndpoints.Json(json => json.WriteString("error", message)) with { Status = status };

    private static byte[] ReadPage()
    {
        using var stream = typeof(ControlApi).Assembly.GetManifestResourceStream("page.html") ?? throw new InvalidOperationException("page.html is not embedded.");
        using var reader = new StreamReader(stream);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace("__TOKEN__", TokenStore.DefaultToken, StringComparison.Ordinal));
    }
}
