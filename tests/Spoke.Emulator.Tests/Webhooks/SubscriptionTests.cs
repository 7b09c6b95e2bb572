using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>Settings and subscriptions through the API, in every version, against the published shapes.</summary>
public sealed class SubscriptionTests
{
    private readonly CrmPortal portal = new();

    public static TheoryData<string> Roots => ["/webhooks/v3/77", "/webhooks/2026-03/77", "/app-webhooks/2026-09/77"];

    [Theory]
    [MemberData(nameof(Roots))]
    public void Answers_have_the_published_shapes(string root)
    {
        var published = PublishedOperations.Load();
        Ok("GET", root + "/settings", 404);
        Ok("PUT", root + "/settings", 200, """{"targetUrl":"https://shop.example/hook","throttling":{"maxConcurrentRequests":10}}""");
        Assert.Equal("https://shop.example/hook", Ok("GET", root + "/settings", 200).Text("targetUrl"));
        var one = Ok("POST", root + "/subscriptions", 201, """{"eventType":"contact.propertyChange","propertyName":"email","active":true}""").Text("id");
        Ok("POST", root + "/subscriptions", 201, """{"eventType":"object.creation","objectTypeId":"0-123","active":false}""");
        Assert.Equal(2, Ok("GET", root + "/subscriptions", 200).Count("results"));
        Assert.Equal("False", Ok("PATCH", $"{root}/subscriptions/{one}", 200, """{"active":false}""").Text("active"));
        Assert.Equal("email", Ok("GET", $"{root}/subscriptions/{one}", 200).Text("propertyName"));
        Assert.Equal("True", Ok("POST", root + "/subscriptions/batch/update", 200, $$"""{"inputs":[{"id":{{one}},"active":true}]}""").Text("results.0.active"));
        Assert.Equal("1", Ok("POST", root + "/subscriptions/batch/update", 207, """{"inputs":[{"id":9,"active":true}]}""").Text("numErrors"));
        Ok("DELETE", $"{root}/subscriptions/{one}", 204);
        Ok("GET", $"{root}/subscriptions/{one}", 404);
        Ok("DELETE", root + "/settings", 204);

        Answer Ok(string method, string path, int status, string? body = null)
        {
            var answer = portal.Send(method, path, body).Expect(status);
            published.Check(method, path, answer);
            return answer;
        }
    }

    [Theory]
    [InlineData("""{"eventType":"contact.birthday","active":true}""", 400)]
    [InlineData("""{"eventType":"contact.propertyChange","active":true}""", 400)]
    [InlineData("""{"eventType":"object.creation","active":true}""", 400)]
    [InlineData("""{"active":true}""", 400)]
    [InlineData("""{"eventType":"contact.creation","active":true}""", 409)]
    public void Wrong_subscriptions_are_refused(string body, int status)
    {
        portal.Send("POST", "/webhooks/v3/77/subscriptions", """{"eventType":"contact.creation","active":true}""").Expect(201);
        portal.Send("POST", "/webhooks/v3/77/subscriptions", body).Expect(status);
        Assert.Equal(1, portal.Send("GET", "/webhooks/v3/77/subscriptions").Count("results"));
    }

    [Theory]
    [InlineData("""{"targetUrl":"http://shop.example/hook","throttling":{"maxConcurrentRequests":10}}""")]
    [InlineData("""{"targetUrl":"https://shop.example/hook","throttling":{"maxConcurrentRequests":4}}""")]
    [InlineData("""{"targetUrl":"https://shop.example/hook"}""")]
    public void Wrong_settings_are_refused(string body)
    {
        portal.Send("PUT", "/webhooks/v3/77/settings", body).Expect(400);
        portal.Send("GET", "/webhooks/v3/77/settings").Expect(404);
    }

    [Fact]
    public void An_app_has_a_thousand_subscriptions_at_most()
    {
        for (var i = 0; i < 1000; i++) portal.Send("POST", "/webhooks/v3/77/subscriptions", $$"""{"eventType":"contact.propertyChange","propertyName":"p{{i}}","active":true}""").Expect(201);
        Assert.Contains("maximum number allowed per application (1000)", portal.Send("POST", "/webhooks/v3/77/subscriptions", """{"eventType":"contact.creation","active":true}""").Expect(400).Text("message"));
    }

    [Fact]
    public void State_loaded_is_the_state_saved_and_the_same_calls_give_it_again()
    {
        var text = Saved(Filled().Api);
        Assert.Contains("contact.creation", text);
        using var copy = new CrmApi(1000001);
        copy.Load(JsonDocument.Parse(text).RootElement);
        Assert.Equal(text, Saved(copy));
        Assert.Equal(text, Saved(Filled().Api));
    }

    private static CrmPortal Filled()
    {
        var filled = new CrmPortal();
        filled.Send("PUT", "/webhooks/v3/77/settings", """{"targetUrl":"https://shop.example/hook","throttling":{"maxConcurrentRequests":10}}""").Expect(200);
        filled.Send("POST", "/webhooks/v3/77/subscriptions", """{"eventType":"contact.creation","active":true}""").Expect(201);
        for (var i = 0; i < 3; i++) filled.Create("contacts", string.Create(CultureInfo.InvariantCulture, $$"""{"email":"c{{i}}@b.example"}"""));
        return filled;
    }

    private static string Saved(CrmApi api)
    {
        using var stream = new MemoryStream();
        api.Save(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
