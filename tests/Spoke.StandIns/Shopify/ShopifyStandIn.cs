using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spoke.StandIns.Shopify;

/// <summary>
/// A Shopify shop for tests, over HTTP, written from Shopify's public documentation of the Admin API (2026-10): the queries and mutations an integration needs over a shop in memory,
/// with bulk exports, costs and their bucket, versions, scopes, limits of lists, and signed pushes. It shares no code with what is tested on it.
/// </summary>
public sealed class ShopifyStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ShopifyStandInOptions _options;
    private readonly ShopifyRoots _roots;
    private readonly ShopifyMutations _mutations;
    private readonly ShopifyFields _fields;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _points;
    private DateTimeOffset _at;

    private ShopifyStandIn(ShopifyStandInOptions options, WebApplication app)
    {
        (_options, _app) = (options, app);
        (_points, _at) = (options.BucketSize, options.Time.GetUtcNow());
        Shop = new ShopifyShop(options);
        Exports = new BulkExports(Shop);
        Subscriptions = new Subscriptions(Shop);
        _fields = new ShopifyFields(Shop);
        _roots = new ShopifyRoots(Shop, Exports, Subscriptions);
        _mutations = new ShopifyMutations(Shop, _roots, Exports, Subscriptions);
        (Exports.Roots, Exports.Fields, Subscriptions.Fields) = (_roots, _fields, _fields);
    }

    public ShopifyShop Shop { get; }
    public BulkExports Exports { get; }
    public Subscriptions Subscriptions { get; }
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>How many queries were answered, and how many were throttled.</summary>
    public int Answered { get; private set; }
    public int Throttled { get; private set; }

    /// <summary>What the last query was counted at.</summary>
    public double LastCost { get; private set; }

    /// <summary>What the last query cost in the end.</summary>
    public double LastSpent { get; private set; }

    /// <summary>The next file breaks off after so many bytes, once.</summary>
    public int? BreakFileAfter { get; set; }

    /// <summary>The next file brings so many bytes and then nothing more, with the connection open, once.</summary>
    public int? StallFileAfter { get; set; }

    /// <summary>Done when a file has brought all it is to bring before it stalls.</summary>
    public Task FileStalled => _stalled.Task;

    /// <summary>How many files were asked for.</summary>
    public int FilesOpened { get; private set; }

    public static async Task<ShopifyStandIn> StartAsync(ShopifyStandInOptions? options = null, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var standIn = new ShopifyStandIn(options ?? new ShopifyStandInOptions(), app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync(cancellationToken);
        standIn.BaseUrl = new Uri(app.Urls.Single() + "/");
        standIn.Exports.Files = standIn.BaseUrl;
        standIn.Shop.Domain = standIn.BaseUrl.Authority;
        return standIn;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Somebody else spends points of the same bucket.</summary>
    public void Spend(double points)
    {
        lock (_lock) _points = Math.Max(0, Available() - points);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        context.Response.Headers.Date = Shop.Now.ToString("r");
        if (path.StartsWith("/files/", StringComparison.Ordinal)) await FileAsync(context, Path.GetFileNameWithoutExtension(path));
        else if (path.Split('/') is ["", "admin", "api", var version, "graphql.json"] && context.Request.Method == "POST") await GraphAsync(context, version);
        else await FailAsync(context, 404, "Not Found");
    }

    private async Task FileAsync(HttpContext context, string key)
    {
        // A store of signed addresses takes no other credential.
        if (context.Request.Headers.ContainsKey("X-Shopify-Access-Token")) { await FailAsync(context, 400, "InvalidAuthentication"); return; }
        context.Response.ContentType = "application/jsonl";
        FilesOpened++;
        if ((BreakFileAfter ?? StallFileAfter) is { } bytes)
        {
            var stalls = BreakFileAfter is null;
            BreakFileAfter = StallFileAfter = null;
            using var whole = new MemoryStream();
            await Exports.WriteAsync(key, whole, context.RequestAborted);
            context.Response.ContentLength = whole.Length;
            await context.Response.Body.WriteAsync(whole.ToArray().AsMemory(0, bytes), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (stalls) await StallAsync(context.RequestAborted);
            context.Abort();
            return;
        }
        if (!await Exports.WriteAsync(key, context.Response.Body, context.RequestAborted)) await FailAsync(context, 404, "NoSuchKey");
    }

    /// <summary>Until the client gives up.</summary>
    private async Task StallAsync(CancellationToken aborted)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = aborted.Register(gone.SetResult);
        _stalled.TrySetResult();
        await gone.Task;
    }

    private async Task GraphAsync(HttpContext context, string version)
    {
        context.Response.Headers["X-Shopify-API-Version"] = _options.Versions.Contains(version) ? version : _options.Versions[0];
        if (context.Request.Headers["X-Shopify-Access-Token"] != _options.AccessToken)
        {
            await FailAsync(context, 401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
            return;
        }
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var variables = body.RootElement.TryGetProperty("variables", out var given) && given.ValueKind == JsonValueKind.Object ? JsonObject.Create(given)! : [];
        var answer = Answer(body.RootElement.GetProperty("query").GetString()!, variables);
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private byte[] Answer(string query, JsonObject variables)
    {
        var errors = new JsonArray();
        double cost = 0;
        JsonNode? data = null;
        var spent = 0d;
        try
        {
            var request = GraphRequest.Parse(query);
            cost = GraphAnswer.Dearest(request.Selection, variables, request.IsMutation);
            LastCost = cost;
            if (cost > _options.DearestQuery) throw new GraphError($"Query cost is {cost:0}, which exceeds the single query max cost limit ({_options.DearestQuery:0}).", "MAX_COST_EXCEEDED");
            lock (_lock)
            {
                if (Available() < cost) throw new GraphError("Throttled", "THROTTLED");
                _points -= cost;
            }
            (data, spent) = Carry(request, variables, errors);
            if (request.IsMutation) spent += 10;
            LastSpent = spent;
            lock (_lock) _points = Math.Min(_options.BucketSize, _points + Math.Max(0, cost - spent));   // what was not used is given back
            Answered++;
        }
        catch (GraphError error)
        {
            if (error.Code == "THROTTLED") Throttled++;
            errors.Add(Error(error, null));
        }
        var answer = new JsonObject();
        if (data is not null) answer["data"] = data;
        if (errors.Count > 0) answer["errors"] = errors;
        lock (_lock)
            answer["extensions"] = new JsonObject { ["cost"] = new JsonObject { ["requestedQueryCost"] = cost, ["actualQueryCost"] = spent, ["throttleStatus"] = new JsonObject { ["maximumAvailable"] = _options.BucketSize, ["currentlyAvailable"] = Math.Floor(Available()), ["restoreRate"] = _options.PointsASecond } } };
        return JsonSerializer.SerializeToUtf8Bytes(answer);
    }

    /// <summary>Root fields one after the other; one that is refused and may be null leaves the others.</summary>
    private (JsonNode Data, double Cost) Carry(GraphRequest request, JsonObject variables, JsonArray errors)
    {
        var data = new JsonObject();
        var cost = 0;
        lock (Shop.Gate)
            foreach (var (_, field) in request.Selection)
            {
                using var buffer = new MemoryStream();
                var answer = new GraphAnswer(_fields, variables);
                var call = new GraphCall(field, variables);
                try
                {
                    using (var json = new Utf8JsonWriter(buffer)) answer.Write(json, new Thing("Root") { [field.Name] = request.IsMutation ? _mutations.Carry(call) : _roots.Read(call) }, [new GraphChoice(null, field)]);
                    data[field.Key] = JsonNode.Parse(buffer.ToArray())![field.Key]?.DeepClone();
                    cost += answer.Cost;
                }
                catch (GraphError error) when (error.Code == "ACCESS_DENIED" && field.Name == "companiesCount")
                {
                    data[field.Key] = null;
                    errors.Add(Error(error, field.Key));
                }
            }
        return (data, cost);
    }

    private static JsonObject Error(GraphError error, string? path)
    {
        var extensions = (JsonObject)error.More.DeepClone();
        extensions["code"] = error.Code;
        var said = new JsonObject { ["message"] = error.Message, ["extensions"] = extensions };
        if (path is not null) said["path"] = new JsonArray(path);
        return said;
    }

    private double Available()
    {
        var now = _options.Time.GetUtcNow();
        _points = Math.Min(_options.BucketSize, _points + (now - _at).TotalSeconds * _options.PointsASecond);
        _at = now;
        return _points;
    }

    private static async Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { errors = message }), context.RequestAborted);
    }
}
