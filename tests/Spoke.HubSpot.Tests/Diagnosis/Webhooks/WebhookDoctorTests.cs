using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot.Tests.Diagnosis.Webhooks;

/// <summary>HubSpot signs one thing and the receiver sees another: the doctor names the ingredient.</summary>
public sealed class WebhookDoctorTests
{
    private const string Secret = "00000000-0000-4000-8000-0000005ec2e7";
    private const string Public = "https://shop.example/hooks/hubspot?store=a%2Fb";
    private const string Timestamp = "1795000000000";
    private const string Body = """[{"eventId":1,"portalId":3,"occurredAt":1564113600123,"subscriptionType":"contact.propertyChange","propertyName":"firstname","propertyValue":"Zoë/é","objectId":5}]""";

    /// <summary>What the receiver sees, and the ingredient that must be named.</summary>
    public static TheoryData<string, string, string> Altered => new()
    {
        { "host", Raw(host: "10.0.0.7:8080", more: "X-Forwarded-Host: shop.example\r\nX-Forwarded-Proto: https\r\n"), "host" },
        { "scheme", Raw(target: Public.Replace("https", "http", StringComparison.Ordinal)), "scheme" },
        { "port", Raw(host: "shop.example:8443"), "port" },
        { "prefix", Raw(target: "/hubspot?store=a%2Fb", more: "X-Forwarded-Prefix: /hooks\r\n"), "path" },
        { "rewritten path", Raw(target: "/internal", more: "X-Original-URL: /hooks/hubspot?store=a%2Fb\r\n"), "path" },
        { "slash", Raw(target: "/hooks/hubspot/?store=a%2Fb"), "path" },
        { "pretty", Raw(body: JsonSerializer.Serialize(JsonDocument.Parse(Body).RootElement, new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })), "body" },
        { "escaped", Raw(body: JsonSerializer.Serialize(JsonDocument.Parse(Body).RootElement)), "body" },
        { "line end", Raw(body: Body + "\n"), "body" },
        { "mark", Raw(body: "\uFEFF" + Body), "body" },
        { "mojibake", Raw(body: Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Body))), "body" },
        { "seconds", Raw(timestamp: "1795000000"), "timestamp" },
        { "a second cut short", Raw(timestamp: "1795000000", signature: V3("1795000000417")), "timestamp" },
        { "milliseconds cut off", Raw(timestamp: "1795000000000", signature: V3("1795000000999")), "timestamp" },
        { "a second cut short behind a proxy", Raw(host: "shop.example:8443", timestamp: "1795000000", signature: V3("1795000000417")), "timestamp" },
        { "method", Raw(method: "PUT"), "method" },
        { "version", Raw(signature: "X-HubSpot-Signature-Version: v1\r\nX-HubSpot-Signature: " + WebhookSignature.ComputeV2(Secret, "POST", Public, Encoding.UTF8.GetBytes(Body)) + "\r\n"), "version" },
    };

    [Theory]
    [MemberData(nameof(Altered))]
    public void The_ingredient_that_differs_is_named(string what, string delivery, string ingredient)
    {
        var diagnosis = WebhookDoctor.Examine(Encoding.UTF8.GetBytes(delivery), [("variable SECRET", Secret)]);
        Assert.True(diagnosis.Verdict == Verdict.CauseFound, what + "\n" + diagnosis);
        Assert.Equal("R15", diagnosis.Findings[0].Id);
        Assert.Contains(diagnosis.Findings[0].Evidence, e => e.Where == ingredient);
        Assert.DoesNotContain(Secret, diagnosis.ToString() + diagnosis.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unaltered_delivery_is_healthy_in_each_version()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        foreach (var signature in new[] { V3(), "X-HubSpot-Signature-Version: v1\r\nX-HubSpot-Signature: " + WebhookSignature.ComputeV1(Secret, bytes) + "\r\n", "X-HubSpot-Signature-Version: v2\r\nX-HubSpot-Signature: " + WebhookSignature.ComputeV2(Secret, "POST", Public, bytes) + "\r\n" })
            Assert.Equal(Verdict.Healthy, WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw(signature: signature)), [("variable SECRET", Secret)]).Verdict);
    }

    [Fact]
    public void The_registered_address_is_tried_when_it_is_given()
    {
        var bare = Raw(host: "backend:9000", target: "/wh");
        Assert.Equal(Verdict.Likely, Examine(bare).Verdict);
        Assert.Contains(WebhookDoctor.Examine(Encoding.UTF8.GetBytes(bare), [("variable SECRET", Secret)], Public).Findings[0].Evidence, e => e.Where == "address");
    }

    [Theory]
    [InlineData(Secret + "\n", "white space")]
    [InlineData("\"" + Secret + "\"", "quotes")]
    public void A_secret_with_something_around_it_is_told(string secret, string part)
    {
        var diagnosis = WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw()), [("variable SECRET", secret)]);
        Assert.Contains(part, diagnosis.Findings[0].Evidence[0].Shows, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_secrets_the_right_one_is_named() =>
        Assert.Contains("in variable OLD", WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw()), [("variable NEW", "another"), ("variable OLD", Secret)]).Findings[0].Evidence[0].Shows, StringComparison.Ordinal);

    [Fact]
    public void Another_apps_secret_is_likely_and_not_certain()
    {
        var diagnosis = WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw()), [("variable SECRET", "11111111-0000-4000-8000-0000005ec2e7")]);
        Assert.Equal((Verdict.Likely, Confidence.Likely), (diagnosis.Verdict, diagnosis.Findings[0].Confidence));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_timestamp_is_named_and_not_the_secret(bool older)
    {
        var delivery = Raw(signature: V3() + (older ? Older(WebhookSignatureVersion.V2) : "")).Replace($"X-HubSpot-Request-Timestamp: {Timestamp}\r\n", "", StringComparison.Ordinal);
        var diagnosis = Examine(delivery);
        Assert.Equal(Verdict.CauseFound, diagnosis.Verdict);
        Assert.Contains("X-HubSpot-Request-Timestamp", diagnosis.Findings[0].Title, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", diagnosis.Findings[0].Title, StringComparison.Ordinal);
        Assert.Equal(older, diagnosis.Notes.Any(note => note.Contains("the secret is right", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(WebhookSignatureVersion.V1)]
    [InlineData(WebhookSignatureVersion.V2)]
    public void An_older_signature_that_fits_rules_the_secret_out(WebhookSignatureVersion version)
    {
        var diagnosis = Examine(Raw(timestamp: "yesterday", signature: V3() + Older(version)));
        Assert.Equal(Verdict.Likely, diagnosis.Verdict);
        Assert.DoesNotContain("No secret", diagnosis.Findings[0].Title, StringComparison.Ordinal);
        Assert.Contains("timestamp", diagnosis.Findings[0].Evidence[0].Shows, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_delivery_is_told_only_when_its_arrival_is_known()
    {
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(1795000000000);
        Assert.Equal(Verdict.Healthy, WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw()), [("variable SECRET", Secret)], receivedAt: sent.AddMinutes(4)).Verdict);
        Assert.Contains("before", WebhookDoctor.Examine(Encoding.UTF8.GetBytes(Raw()), [("variable SECRET", Secret)], receivedAt: sent.AddMinutes(7)).Findings[0].Evidence[0].Shows, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_receiver_computed_shows_its_own_mistake()
    {
        var wrong = WebhookSignature.ComputeV3(Secret, "POST", WebhookSignature.Unescape(Public), Encoding.UTF8.GetBytes(Body), "1795000000");
        var json = JsonSerializer.Serialize(new { method = "POST", url = Public, headers = new Dictionary<string, string> { ["X-HubSpot-Request-Timestamp"] = Timestamp, ["X-HubSpot-Signature-v3"] = V3().Split(' ')[1].Trim() }, body = Body, computed = wrong });
        var evidence = Assert.Single(WebhookDoctor.Examine(Encoding.UTF8.GetBytes(json), [("variable SECRET", Secret)]).Findings[0].Evidence, e => e.Where == "receiver's timestamp");
        Assert.Contains("seconds", evidence.Shows, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{\"headers\":")]
    [InlineData("{\"headers\":{\"a\":1},\"bodyBase64\":\"*\"}")]
    [InlineData("POST / HTTP/1.1\r\nno colon\r\n\r\n")]
    public void What_is_no_delivery_says_what_to_give(string text) =>
        Assert.Contains("HTTP request", Examine(text).Unreadable, StringComparison.Ordinal);

    [Fact]
    public void A_delivery_without_a_signature_is_told() =>
        Assert.Contains("no signature", Examine("POST /a HTTP/1.1\r\nHost: a.example\r\n\r\n[]").Findings[0].Title, StringComparison.Ordinal);

    [Fact]
    public void Broken_input_never_breaks_the_doctor()
    {
        var random = new Random(7);
        var whole = Encoding.UTF8.GetBytes(Raw(more: "X-Forwarded-Host: %zz, ,\r\nForwarded: host=\"\r\nX-Forwarded-Prefix: \ud83d\ude00\r\n"));
        for (var round = 0; round < 400; round++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 12); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.NotEmpty(WebhookDoctor.Examine(bytes.AsSpan(0, random.Next(bytes.Length)), [("variable SECRET", "s")]).ToJson());
        }
    }

    private static HubSpot.Diagnosis Examine(string text) => WebhookDoctor.Examine(Encoding.UTF8.GetBytes(text), [("variable SECRET", Secret)]);

    private static string V3(string timestamp = Timestamp) => "X-HubSpot-Signature-v3: " + WebhookSignature.ComputeV3(Secret, "POST", WebhookSignature.Unescape(Public), Encoding.UTF8.GetBytes(Body), timestamp) + "\r\n";

    private static string Older(WebhookSignatureVersion version) =>
        $"X-HubSpot-Signature-Version: v{(int)version}\r\nX-HubSpot-Signature: {(version == WebhookSignatureVersion.V1 ? WebhookSignature.ComputeV1(Secret, Encoding.UTF8.GetBytes(Body)) : WebhookSignature.ComputeV2(Secret, "POST", Public, Encoding.UTF8.GetBytes(Body)))}\r\n";

    private static string Raw(string host = "shop.example", string target = "/hooks/hubspot?store=a%2Fb", string method = "POST", string timestamp = Timestamp, string? signature = null, string more = "", string body = Body) =>
        $"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}X-HubSpot-Request-Timestamp: {timestamp}\r\n{signature ?? V3()}\r\n{body}";
}
