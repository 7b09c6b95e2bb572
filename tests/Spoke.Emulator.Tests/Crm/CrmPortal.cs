using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Tests.Crm;

/// <summary>A CRM engine driven by paths and JSON, with a clock the test moves.</summary>
internal sealed class CrmPortal
{
    public const string Contacts = "/crm/v3/objects/contacts";
    private static readonly Caller Someone = new(1000001, 77, 88, new HashSet<string>(), "token");

    public CrmApi Api { get; } = new(1000001);
    public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public Answer Send(string method, string path, string? body = null) => Send(Api, method, path, body, Now);

    public static Answer Send(CrmApi api, string method, string path, string? body, DateTimeOffset at)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var call = new EmulatorCall
        {
            Method = method,
            Segments = [.. (query < 0 ? path : path[..query]).Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)],
            Query = query < 0 ? [] : [.. path[(query + 1)..].Split('&').Select(Pair)],
            Body = body is null ? default : Encoding.UTF8.GetBytes(body),
            At = at,
            Caller = Someone,
        };
        var reply = api.Handle(call) ?? throw new InvalidOperationException($"{method} {path} is not done");
        return new Answer(reply.Status, reply.Body.IsEmpty ? default : JsonDocument.Parse(reply.Body).RootElement, reply.Changed);
    }

    public string Create(string type, string properties) =>
        Send("POST", $"/crm/v3/objects/{type}", $$"""{"properties":{{properties}}}""").Expect(201).Text("id");

    private static KeyValuePair<string, string> Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return new(Uri.UnescapeDataString(text[..equals]), Uri.UnescapeDataString(text[(equals + 1)..]));
    }
}

internal sealed record Answer(int Status, JsonElement Json, bool Changed)
{
    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Json}");
        return this;
    }

    /// <summary>The text at a path such as <c>results.0.properties.email</c>.</summary>
    public string Text(string path) => At(path).ToString();

    public JsonElement At(string path)
    {
        var element = Json;
        foreach (var part in path.Split('.'))
            element = int.TryParse(part, out var index) && element.ValueKind == JsonValueKind.Array ? element[index] : element.GetProperty(part);
        return element;
    }

    public int Count(string path) => At(path).GetArrayLength();

    public bool Has(string path, string member) => (path.Length == 0 ? Json : At(path)).TryGetProperty(member, out _);
}
