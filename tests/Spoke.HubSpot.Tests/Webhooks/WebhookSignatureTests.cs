using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Webhooks;

/// <summary>Signatures against the vectors that HubSpot's guide and clients publish, and everything that must not pass.</summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    private const string Uri = "https://www.example.com/webhook_uri";
    private const string OldBody = """[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]""";
    private const string Timestamp = "1693657560000";
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1693657560000).AddMinutes(1));
    private static readonly byte[] QuotedBody = "{'example_field':'example_value'}"u8.ToArray();

    [Fact]
    public void Published_vectors_are_met()
    {
        Assert.Equal("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de", WebhookSignature.ComputeV1(Secret, Encoding.UTF8.GetBytes(OldBody)));
        Assert.Equal("9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900", WebhookSignature.ComputeV2(Secret, "POST", Uri, """{"example_field":"example_value"}"""u8));
        Assert.Equal("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", WebhookSignature.ComputeV3(Secret, "POST", Uri, QuotedBody, Timestamp));
    }

    [Fact]
    public void Only_the_published_escapes_are_undone() =>
        Assert.Equal("https://a.example/x?u=https://b/?c&m=%20%2B%25", WebhookSignature.Unescape("https://a.example/x?u=https%3A%2f%2Fb%2F%3Fc&m=%20%2B%25"));

    [Fact]
    public void A_delivery_passes_with_either_secret_of_a_rotation_and_says_which()
    {
        var verdict = new WebhookVerifier(["new-secret", Secret], Clock).Verify(V3());
        Assert.Equal(new WebhookVerdict(WebhookJudgement.Genuine, WebhookSignatureVersion.V3, 1), verdict);
        Assert.Equal(0, new WebhookVerifier([Secret, "old"], Clock).Verify(V3()).SecretNumber);
    }

    [Theory]
    [InlineData("POST ", null, null, WebhookJudgement.Mismatch)]
    [InlineData("PUT", null, null, WebhookJudgement.Mismatch)]
    [InlineData("POST", "http://www.example.com/webhook_uri", null, WebhookJudgement.Mismatch)]
    [InlineData("POST", null, "1693657560", WebhookJudgement.TooOld)]
    [InlineData("POST", null, "1693657500000", WebhookJudgement.Mismatch)]   // within five minutes, but not what was signed
    [InlineData("POST", null, "", WebhookJudgement.NoTimestamp)]
    [InlineData("POST", null, "soon", WebhookJudgement.NoTimestamp)]
    [InlineData("POST", null, "99999999999999999999", WebhookJudgement.NoTimestamp)]
    [InlineData("POST", null, "999999999999999999", WebhookJudgement.NoTimestamp)]
    public void Anything_else_than_what_was_signed_is_refused(string method, string? uri, string? timestamp, WebhookJudgement expected) =>
        Assert.Equal(expected, new WebhookVerifier([Secret], Clock).Verify(V3() with { Method = method, Uri = uri ?? Uri, Timestamp = timestamp ?? Timestamp }).Judgement);

    [Fact]
    public void A_delivery_older_than_five_minutes_or_from_ahead_is_refused()
    {
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(1693657560000);
        Assert.True(new WebhookVerifier([Secret], new FakeTimeProvider(sent.AddMinutes(5))).Verify(V3()).IsGenuine);
        Assert.Equal(WebhookJudgement.TooOld, new WebhookVerifier([Secret], new FakeTimeProvider(sent.AddMinutes(5).AddMilliseconds(1))).Verify(V3()).Judgement);
        Assert.Equal(WebhookJudgement.TooOld, new WebhookVerifier([Secret], new FakeTimeProvider(sent.AddMinutes(-6))).Verify(V3()).Judgement);
    }

    [Fact]
    public void A_wrong_signature_of_version_3_is_not_saved_by_a_right_older_one()
    {
        var delivery = V3() with { SignatureV3 = "AAAA", Signature = WebhookSignature.ComputeV1(Secret, QuotedBody), SignatureVersion = "v1" };
        Assert.Equal(WebhookJudgement.Mismatch, new WebhookVerifier([Secret], Clock).Verify(delivery).Judgement);
        Assert.True(new WebhookVerifier([Secret], Clock).Verify(delivery with { SignatureV3 = null }).IsGenuine);
    }

    [Fact]
    public void Older_versions_can_be_turned_away()
    {
        var delivery = new WebhookDelivery("POST", Uri, QuotedBody) { Signature = WebhookSignature.ComputeV2(Secret, "POST", Uri, QuotedBody), SignatureVersion = "v2" };
        Assert.Equal(WebhookSignatureVersion.V2, new WebhookVerifier([Secret], Clock).Verify(delivery).Version);
        Assert.Equal(WebhookJudgement.VersionNotAccepted, new WebhookVerifier([Secret], Clock) { AcceptOlderVersions = false }.Verify(delivery).Judgement);
        Assert.Equal(WebhookJudgement.VersionNotAccepted, new WebhookVerifier([Secret], Clock).Verify(delivery with { SignatureVersion = "v9" }).Judgement);
        Assert.Equal(WebhookJudgement.NoSignature, new WebhookVerifier([Secret], Clock).Verify(delivery with { Signature = null }).Judgement);
    }

    [Fact]
    public void An_address_with_escapes_passes_signed_either_way()
    {
        const string Escaped = "https://www.example.com/hook?back=https%3A%2F%2Fa.example%2F&q=%20";
        foreach (var signed in new[] { Escaped, WebhookSignature.Unescape(Escaped) })
        {
            var delivery = V3() with { Uri = Escaped, SignatureV3 = WebhookSignature.ComputeV3(Secret, "POST", signed, QuotedBody, Timestamp) };
            Assert.True(new WebhookVerifier([Secret], Clock).Verify(delivery).IsGenuine, signed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" secret")]
    [InlineData("secret\n")]
    public void A_secret_that_cannot_be_one_is_refused_when_it_is_given(string secret) =>
        Assert.Contains("white space", Assert.Throws<ArgumentException>(() => new WebhookVerifier([secret])).Message, StringComparison.Ordinal);

    [Fact]
    public void Events_are_read_with_all_their_kinds_of_members()
    {
        var events = WebhookEvent.Parse("""
            [{"eventId":1,"subscriptionId":2,"portalId":3,"appId":4,"occurredAt":1564113600123,"subscriptionType":"contact.propertyChange","attemptNumber":1,"objectId":40000000001,"propertyName":"email","propertyValue":"a@shop.example","changeSource":"CRM_UI","sourceId":"userId:7"},
             {"eventId":"5","portalId":"3","occurredAt":0,"eventType":"object.merge","objectTypeId":"0-123","primaryObjectId":1,"mergedObjectIds":[1,2],"newObjectId":3,"numberOfPropertiesMoved":2},
             {"subscriptionType":"contact.associationChange","associationType":"CONTACT_TO_COMPANY","fromObjectId":1,"toObjectId":2,"associationRemoved":false,"isPrimaryAssociation":true,"somethingNew":{}}]
            """u8.ToArray());
        Assert.Equal((40000000001, "email", "a@shop.example", 1, 123), (events[0].ObjectId!.Value, events[0].PropertyName, events[0].PropertyValue, events[0].AttemptNumber, events[0].OccurredAt.Millisecond));
        Assert.Equal((5, "object.merge", "0-123", 3L), (events[1].EventId, events[1].SubscriptionType, events[1].ObjectTypeId, events[1].NewObjectId));
        Assert.Equal([1L, 2L], events[1].MergedObjectIds);
        Assert.Equal((null, false, true), (events[2].ObjectId, events[2].AssociationRemoved, events[2].IsPrimaryAssociation));
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[{]", "byte")]
    [InlineData("3", "array")]
    [InlineData("[3]", "Event 1")]
    [InlineData("""[{"eventId":1}]""", "subscriptionType")]
    public void What_is_no_delivery_is_told_with_its_place(string body, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => WebhookEvent.Parse(Encoding.UTF8.GetBytes(body))).Message, StringComparison.Ordinal);

    private static WebhookDelivery V3() => new("POST", Uri, QuotedBody) { SignatureV3 = "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", Timestamp = Timestamp };
}
