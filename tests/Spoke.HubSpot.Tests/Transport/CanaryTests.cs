using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot.Tests.Transport;

/// <summary>A token is let loose in every place it could come back from; it must show up nowhere.</summary>
public sealed class CanaryTests : IDisposable
{
    private readonly StringBuilder _seen = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _metrics = new();

    public CanaryTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HubSpotTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => See($"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))} {string.Join(' ', activity.Events.Select(e => e.Name))}"),
        };
        ActivitySource.AddActivityListener(_activities);
        _metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == HubSpotTelemetry.Name) listener.EnableMeasurementEvents(instrument);
        };
        _metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => See(instrument.Name + Join(tags)));
        _metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => See(instrument.Name + Join(tags)));
        _metrics.Start();
    }

    public static TheoryData<string, string> Tokens => new()
    {
        { "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "5f60-4a7b" },
        { "CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4", "AQEYs-gDII" },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_shows_up_nowhere(string token, string canary)
    {
        // HubSpot, a proxy or a handler may say it back in any wording, at any place.
        string[] echoes =
        [
            $$"""{"status":"error","message":"This oauth-token ({{token}}) does not have proper permissions!","category":"MISSING_SCOPES"}""",
            $$"""{"status":"error","context":{"token":["{{token}}"]},"message":"Token token_{{token}}_x is bad","category":"INVALID_AUTHENTICATION"}""",
            $$"""{"status":"error","message":"The OAuth token used to make this call expired","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["1970-01-01T00:00:00Z"],"t":["Bearer {{token}}"]} }""",
            $"<html>Authorization: Bearer {token}</html>",
        ];
        foreach (var echo in echoes)
            foreach (var status in (int[])[400, 401, 403, 404, 409, 423, 429, 477, 500, 503, 302])
                await FailAsync(token, ScriptedHandler.Json(status, echo, ("Location", "https://elsewhere.example/" + token), ("X-Echo", token)));
        await FailAsync(token, _ => throw new HttpRequestException("proxy refused Bearer " + token));
        await FailAsync(token, _ => throw new IOException("broken pipe after " + token, new InvalidOperationException(token)));
        await FailAsync(token, ScriptedHandler.Json(200, "not JSON " + token));
        using (var client = Client(" " + token + "\n", new ScriptedHandler(ScriptedHandler.Json(200, "{}"))))
            await client.SendAsync(new HubSpotRequest("GET", "/oauth/v1/access-tokens/" + token), cancellationToken: TestContext.Current.CancellationToken);
        See(AccessToken.Parse(token).ToString());
        See($"{AccessToken.Parse(token).Masked}");
        See(Assert.Throws<HubSpotException>(() => AccessToken.Parse("Bearer " + token)).ToString());
        See(Assert.Throws<HubSpotException>(() => AccessToken.Parse("\"" + token)).ToString());

        var text = _seen.ToString();
        Assert.Contains("hubspot.calls", text);       // the listeners did listen
        Assert.Contains("/oauth/v1/access-tokens/", text);
        Assert.Contains("white space", text);
        Assert.DoesNotContain(canary, text);
    }

    public void Dispose()
    {
        _activities.Dispose();
        _metrics.Dispose();
    }

    private async Task FailAsync(string token, Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        using var client = Client(token, new ScriptedHandler(answer));
        string[] paths = ["/x?access_token=" + token, "/oauth/v1/access-tokens/" + token, "/crm/v3/objects/contacts/search"];
        foreach (var path in paths)
            try
            {
                using var document = Json(await client.SendAsync(new HubSpotRequest(path.EndsWith("/search", StringComparison.Ordinal) ? "POST" : "GET", path), cancellationToken: TestContext.Current.CancellationToken), path);
            }
            catch (HubSpotException refusal)
            {
                for (Exception? e = refusal; e is not null; e = e.InnerException) See(e.ToString());
                See($"{refusal.Body} {refusal.MaskedRequest} {refusal.Fix} {refusal.Category} {refusal.SubCategory} {refusal.CorrelationId} {refusal.DetailMessage} {string.Join(' ', refusal.RequiredScopes)}");
                foreach (System.Collections.DictionaryEntry entry in refusal.Data) See($"{entry.Key} {entry.Value}");
            }
    }

    private static System.Text.Json.JsonDocument Json(HubSpotResponse response, string path) => HubSpot.CrmJson.Parse(response, new HubSpotRequest("GET", path));

    private HubSpotClient Client(string token, ScriptedHandler wire) =>
        new(new HubSpotClientOptions { Token = () => token, MaxAttempts = 2, Deadline = TimeSpan.FromSeconds(1), Random = new Random(1) }, wire, loggerFactory: new Lines(this));

    private void See(string text)
    {
        lock (_seen) _seen.AppendLine(text);
    }

    private static string Join(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = "";
        foreach (var tag in tags) text += $" {tag.Key}={tag.Value}";
        return text;
    }

    private sealed class Lines(CanaryTests owner) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            owner.See($"{eventId} {formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> fields) owner.See(string.Join(' ', fields));
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
