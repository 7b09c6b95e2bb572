using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>One call to HubSpot as it arrived there, or did not.</summary>
/// <param name="Status">What HubSpot itself answered; 0: it was not asked.</param>
/// <param name="Fault">What went wrong with it on purpose.</param>
/// <param name="Told">HubSpot had told this life of the process before how much of its limit is left.</param>
internal sealed record WireCall(DateTimeOffset At, string Method, string Path, int Status, string? Fault, bool Told)
{
    /// <summary>What a proxy has sent once more, of which the engine knows nothing.</summary>
    public const string Double = "its double";

    public bool IsSearch => Path.EndsWith("/search", StringComparison.Ordinal);

    public bool Writes => Method != "GET" && !Path.EndsWith("/batch/read", StringComparison.Ordinal) && !Path.EndsWith("/search", StringComparison.Ordinal);
}

/// <summary>The network between one life of the process and HubSpot. One call at a time passes; every call takes a while of the world's time.</summary>
internal sealed class Wire(HttpMessageInvoker network, SimClock clock, Weather weather, Life life, Dice dice, History history, List<WireCall> calls, Func<Task> during) : HttpMessageHandler
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _told;

    /// <summary>HubSpot refuses some of every batch of updates, and this says that they were written: how the checker is proven able to fail.</summary>
    public bool SwallowsRefusals { get; init; }

    /// <summary>HubSpot does not tell which records went into one: how the checker is proven able to fail.</summary>
    public bool HidesMerges { get; init; }

    /// <summary>HubSpot does not tell what its limit is and what is left of it: how the checker is proven able to fail.</summary>
    public bool HidesLimits { get; init; }

    /// <summary>Told of whose consent is asked for, and of who is about to be opted in.</summary>
    public PortalConsents? Consents { get; init; }

    /// <summary>Told of what was archived through it: the object and the ids.</summary>
    public Action<string, IEnumerable<string>>? Archived { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (life.Passes("a call")) throw new OperationCanceledException(life.Token);
            if (weather.InterruptsNow) await during();
            clock.Advance(dice.Ms(5, 120));
            cancellationToken.ThrowIfCancellationRequested();
            var fault = weather.OnCall(IsBatchWrite(request)) ?? (SwallowsRefusals && IsUpdate(request) ? "207" : null);
            var answer = await CarryAsync(request, fault, cancellationToken);
            Read(answer);
            if (life.Passes("an answer")) throw new OperationCanceledException(life.Token);
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Read(HttpResponseMessage answer)
    {
        var limits = answer.Headers.Where(header => header.Key.StartsWith("x-hubspot-ratelimit-", StringComparison.OrdinalIgnoreCase)).Select(header => header.Key).ToList();
        _told |= limits.Count > 0;
        if (!HidesLimits) return;
        foreach (var name in limits) answer.Headers.Remove(name);
    }

    private async Task<HttpResponseMessage> CarryAsync(HttpRequestMessage request, string? fault, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case "refused-connection": Note(request, 0, fault); throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
            case "500": return Made(request, 500, fault, """{"status":"error","message":"internal error","category":"INTERNAL_ERROR"}""");
            case "502": return Made(request, 502, fault, "<html>Bad Gateway</html>", "text/html");
            case "503-with-retry-after": return Made(request, 503, fault, "<html>Unavailable</html>", "text/html", retryAfter: dice.From(1, 4));
            case "423": return Made(request, 423, fault, """{"status":"error","message":"locked","category":"LOCKED"}""");
            case "477": return Made(request, 477, fault, """{"status":"error","message":"Migration in progress","category":"MIGRATION"}""", retryAfter: dice.From(1, 9));
            case "429": return Made(request, 429, fault, Limited("TEN_SECONDLY_ROLLING", "ten_secondly_rolling"));
            case "429-with-retry-after": return Made(request, 429, fault, Limited("TEN_SECONDLY_ROLLING", "ten_secondly_rolling"), retryAfter: dice.From(1, 10));
            case "429-daily": return Made(request, 429, fault, Limited("DAILY", "daily"));
            case "whole-batch-409": return Made(request, 409, fault, """{"status":"error","message":"A batch could not be carried out","category":"CONFLICT"}""");
            case "whole-batch-400": return Made(request, 400, fault, """{"status":"error","message":"A batch could not be read","category":"VALIDATION_ERROR"}""");
            case "timeout": Note(request, 0, fault); return await NeverAsync(cancellationToken);
            case "207": return await PartlyAsync(request);
            case "half-batch":
                request.Content = Json(Inputs(await BodyAsync(request), (_, i, count) => i < count / 2));
                using (await ForwardAsync(request, fault)) return Answer(request, 500, """{"status":"error","message":"internal error","category":"INTERNAL_ERROR"}""");
            case "slow": clock.Advance(dice.Ms(1_000, 25_000)); break;
            case "duplicate-call": using (await ForwardAsync(await CopyAsync(request), WireCall.Double)) break;   // a proxy on the way sent it twice
        }
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await ForwardAsync(request, fault);
        switch (fault)
        {
            case "lost-response": answer.Dispose(); throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely");
            case "504-carried-out": answer.Dispose(); return Answer(request, 504, "<html>Gateway Time-out</html>", "text/html");
            case "timeout-carried-out": answer.Dispose(); return await NeverAsync(cancellationToken);
            case "bad-json" when answer.IsSuccessStatusCode: answer.Dispose(); return Answer(request, 200, """{"results":[""");
        }
        clock.Advance(dice.Ms(5, 60));
        return answer;
    }

    /// <summary>Some inputs are refused, the others carried out.</summary>
    private async Task<HttpResponseMessage> PartlyAsync(HttpRequestMessage request)
    {
        var body = await BodyAsync(request);
        var all = body["inputs"]!.AsArray().Select(input => input!.AsObject()).ToList();
        var refused = all.Where(_ => dice.Chance(0.4)).ToList();
        if (refused.Count == 0 || refused.Count == all.Count) return await ForwardAsync(request, null);
        request.Content = Json(Inputs(body, (input, _, _) => !refused.Contains(input)));
        using var answer = await ForwardAsync(request, "207");
        if (!answer.IsSuccessStatusCode) return Answer(request, 500, """{"status":"error","message":"internal error","category":"INTERNAL_ERROR"}""");
        if (SwallowsRefusals && IsUpdate(request)) return Answer(request, 200, Swallowed(await answer.Content.ReadAsStringAsync(), refused));
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        var errors = told["errors"]?.AsArray() ?? [];
        foreach (var input in refused)
            errors.Add(new JsonObject { ["status"] = "error", ["category"] = "VALIDATION_ERROR", ["message"] = "This input was refused", ["context"] = new JsonObject { ["objectWriteTraceId"] = new JsonArray(input["objectWriteTraceId"]!.GetValue<string>()) } });
        told.Remove("errors");
        (told["errors"], told["numErrors"]) = (errors, errors.Count);
        return Answer(request, 207, told.ToJsonString());
    }

    private static string Swallowed(string answer, List<JsonObject> refused)
    {
        var told = JsonNode.Parse(answer)!.AsObject();
        foreach (var input in refused) told["results"]!.AsArray().Add(new JsonObject { ["id"] = input["id"]!.GetValue<string>(), ["properties"] = new JsonObject(), ["objectWriteTraceId"] = input["objectWriteTraceId"]!.GetValue<string>() });
        return told.ToJsonString();
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, string? fault)
    {
        var statuses = Consents is not null && request.RequestUri!.AbsolutePath.Split('/') is [.., "statuses", "batch", var verb] ? verb : null;
        if (statuses == "write") await Consents!.GrantingAsync([.. (await BodyAsync(request))["inputs"]!.AsArray().Where(input => input!["statusState"]!.GetValue<string>() == "SUBSCRIBED").Select(input => input!["subscriberIdString"]!.GetValue<string>())]);
        if (statuses == "read") Consents!.Looked((await BodyAsync(request))["inputs"]!.AsArray().Select(input => input!.GetValue<string>()));
        var answer = await network.SendAsync(request, CancellationToken.None);
        await answer.Content.LoadIntoBufferAsync();
        Note(request, (int)answer.StatusCode, fault);
        if (HidesMerges && answer.Content.Headers.ContentType?.MediaType == "application/json") answer.Content = new StringContent((await answer.Content.ReadAsStringAsync()).Replace("hs_merged_object_ids", "hs_merged_object_ids_hidden", StringComparison.Ordinal), Encoding.UTF8, "application/json");
        if (answer.IsSuccessStatusCode && Archives(request) is { } @object) Archived?.Invoke(@object, (await BodyAsync(request))["inputs"]!.AsArray().Select(input => input!["id"]!.GetValue<string>()));
        return answer;
    }

    /// <summary>Nobody answers until the caller has had enough.</summary>
    private async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 200 && !cancellationToken.IsCancellationRequested; i++) clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        throw new HttpRequestException("The caller has no patience of its own.");
    }

    private HttpResponseMessage Made(HttpRequestMessage request, int status, string fault, string body, string type = "application/json", int? retryAfter = null)
    {
        Note(request, 0, fault);
        return Answer(request, status, body, type, retryAfter);
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, int status, string body, string type = "application/json", int? retryAfter = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request, Content = new StringContent(body, Encoding.UTF8, type) };
        if (retryAfter is { } seconds) answer.Headers.TryAddWithoutValidation("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return answer;
    }

    private void Note(HttpRequestMessage request, int status, string? fault)
    {
        var call = new WireCall(clock.Now, request.Method.Method, request.RequestUri!.AbsolutePath, status, fault, _told);
        lock (calls) calls.Add(call);
        if (call.Writes || fault is not null || status >= 400) history.Say($"  {call.Method} {call.Path} {status}{(fault is null ? "" : " fault " + fault)}");
    }

    private static string Limited(string policy, string words) => $$"""{"status":"error","message":"You have reached your {{words}} limit.","errorType":"RATE_LIMIT","policyName":"{{policy}}"}""";

    private static bool IsBatchWrite(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath is var path && path.Contains("/objects/", StringComparison.Ordinal) && (path.EndsWith("/batch/upsert", StringComparison.Ordinal) || path.EndsWith("/batch/update", StringComparison.Ordinal));

    private static string? Archives(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.Split('/') is [.., "objects", var @object, "batch", "archive"] ? @object : request.RequestUri!.AbsolutePath.Split('/') is [.., "objects", _, var dated, "batch", "archive"] ? dated : null;

    private static bool IsUpdate(HttpRequestMessage request) => IsBatchWrite(request) && request.RequestUri!.AbsolutePath.EndsWith("/update", StringComparison.Ordinal);

    private static async Task<JsonObject> BodyAsync(HttpRequestMessage request) => JsonNode.Parse(await request.Content!.ReadAsByteArrayAsync())!.AsObject();

    private static JsonObject Inputs(JsonObject body, Func<JsonObject, int, int, bool> kept)
    {
        var all = body["inputs"]!.AsArray().Select(input => input!.AsObject()).ToList();
        var copy = body.DeepClone().AsObject();
        copy["inputs"] = new JsonArray([.. all.Where((input, i) => kept(input, i, all.Count)).Select(input => input.DeepClone())]);
        return copy;
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync());
            copy.Content.Headers.ContentType = content.Headers.ContentType;
        }
        return copy;
    }
}
