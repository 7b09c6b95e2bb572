using System.Text;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Lists;

/// <summary>A portal driven like <see cref="CrmPortal"/> whose clock makes things happen, and whose calls can be played again.</summary>
internal sealed class AreaPortal
{
    private const long Hub = 1000001;
    private readonly List<EmulatorCall> calls = [];

    public CrmApi Api { get; } = new(Hub);
    public DateTimeOffset Now { get; private set; } = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public Answer Send(string method, string path, string? body = null, string? contentType = "application/json") =>
        Send(method, path, body is null ? default : Encoding.UTF8.GetBytes(body), contentType);

    public Answer Send(string method, string path, ReadOnlyMemory<byte> body, string? contentType, long app = 77)
    {
        var reply = Raw(method, path, body, contentType, app);
        return new Answer(reply.Status, reply.Body.IsEmpty || !reply.ContentType.Contains("json", StringComparison.Ordinal) ? default : JsonDocument.Parse(reply.Body).RootElement, reply.Changed);
    }

    public EmulatorReply Raw(string method, string path, ReadOnlyMemory<byte> body = default, string? contentType = null, long app = 77)
    {
        CatchUp();
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var call = new EmulatorCall
        {
            Method = method,
            Segments = [.. (query < 0 ? path : path[..query]).Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)],
            Query = query < 0 ? [] : [.. path[(query + 1)..].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => new KeyValuePair<string, string>(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])))],
            Body = body,
            ContentType = body.IsEmpty ? null : contentType,
            At = Now,
            Caller = new Caller(Hub, app, 88, new HashSet<string>(), "token"),
        };
        calls.Add(call);
        return Api.Handle(call) ?? throw new InvalidOperationException($"{method} {path} is not done");
    }

    public void Advance(TimeSpan by)
    {
        Now += by;
        CatchUp();
    }

    public string Create(string type, string properties) => Send("POST", $"/crm/v3/objects/{type}", $$"""{"properties":{{properties}}}""").Expect(201).Text("id");

    /// <summary>Saved and loaded it is the same, and the log played again gives the same.</summary>
    public void AssertLasts()
    {
        var text = Saved(Api);
        using var copy = new CrmApi(Hub);
        copy.Load(JsonDocument.Parse(text).RootElement);
        Assert.Equal(text, Saved(copy));
        using var replayed = new CrmApi(Hub);
        foreach (var call in calls) replayed.Handle(CallLine.Read(CallLine.Write(call).AsMemory()[..^1]));
        Assert.Equal(text, Saved(replayed));
    }

    private void CatchUp()
    {
        if (Api.NextDueMs > Now.ToUnixTimeMilliseconds()) return;
        var tick = CrmApi.Tick(Hub, Now);
        calls.Add(tick);
        Api.Handle(tick);
    }

    private static string Saved(CrmApi api)
    {
        using var stream = new MemoryStream();
        api.Save(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

/// <summary>Calls whose answers are held against HubSpot's published descriptions.</summary>
internal sealed class PublishedCalls(AreaPortal portal)
{
    private readonly PublishedOperations published = PublishedOperations.Load();

    public Answer Ok(string method, string path, string? body = null, int? status = null)
    {
        var answer = portal.Send(method, path, body);
        Assert.True(status is { } expected ? answer.Status == expected : answer.Status is 200 or 201, $"{method} {path}: {answer.Status} {answer.Json}");
        published.Check(method, path, answer);
        return answer;
    }

    public Answer Check(string method, string path, Answer answer)
    {
        published.Check(method, path, answer);
        return answer;
    }

    public void Refused(string method, string path, int status, string? body = null) => published.Check(method, path, portal.Send(method, path, body).Expect(status));
}
