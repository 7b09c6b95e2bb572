using System.Text;
using Spoke.Commerce.Connectors;

namespace Spoke.Commerce.Tests.Connectors;

public sealed class StandardWebhookTests
{
    private const string Secret = "whsec_c3Bva2UtZnVsZmlsbWVudC1zZWNyZXQtMDEyMzQ1Njc4OQ==";
    private const string Signature = "v1,znAFPHPcrhFWb3ybuikmglvdxC+AoP9uHSADTL41LDg=";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"type\":\"shipment.shipped\"}");
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void The_published_vector_fits() => Assert.Null(Problem(Headers(Signature), Body, At));

    [Fact]
    public void One_of_several_signatures_is_enough() => Assert.Null(Problem(Headers("v1,AAAA v2,xxx not-base64 " + Signature), Body, At));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_delivery_is_good_for_five_minutes_either_way(int seconds, bool good) => Assert.Equal(good, Problem(Headers(Signature), Body, At.AddSeconds(seconds)) is null);

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1,znAFPHPcrhFWb3ybuikmglvdxC+AoP9uHSADTL41LDk=")]
    [InlineData("znAFPHPcrhFWb3ybuikmglvdxC+AoP9uHSADTL41LDg=")]
    public void Another_signature_does_not_fit(string signature) => Assert.NotNull(Problem(Headers(signature), Body, At));

    [Fact]
    public void One_blank_more_in_the_body_does_not_fit() => Assert.NotNull(Problem(Headers(Signature), [.. Body, (byte)' '], At));

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    public void Without_a_header_nothing_is_accepted(string missing) => Assert.NotNull(Problem(Headers(Signature).Where(h => h.Key != missing).ToDictionary(), Body, At));

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    [InlineData("17e8")]
    public void A_timestamp_that_is_none_is_refused(string timestamp) => Assert.NotNull(Problem(new Dictionary<string, string>(Headers(Signature)) { ["webhook-timestamp"] = timestamp }, Body, At));

    [Theory]
    [InlineData(Secret, true)]
    [InlineData("whsec_", false)]
    [InlineData("whsec_not base64!", false)]
    public void A_key_is_base64(string secret, bool key) => Assert.Equal(key, StandardWebhook.IsKey(secret));

    private static Dictionary<string, string> Headers(string signature) => new() { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = "1700000000", ["webhook-signature"] = signature };

    private static string? Problem(IReadOnlyDictionary<string, string> headers, byte[] body, DateTimeOffset now) => StandardWebhook.Problem(headers, body, [Secret], now);
}
