using System.Text;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>The vectors of HubSpot's own SDK tests and of its guide.</summary>
public sealed class SignatureTests
{
    private const string Secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    private const string Uri = "https://www.example.com/webhook_uri";

    [Fact]
    public void V1_is_the_hash_of_secret_and_body() => Assert.Equal("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de", RequestSignature.V1(Secret,
        """[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"""u8));

    [Fact]
    public void V2_has_method_and_address_in_it() =>
        Assert.Equal("9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900", RequestSignature.V2(Secret, "POST", Uri, """{"example_field":"example_value"}"""u8));

    [Fact]
    public void V3_is_a_keyed_hash_with_the_time() =>
        Assert.Equal("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", RequestSignature.V3(Secret, "POST", Uri, "{'example_field':'example_value'}"u8, 1_693_657_560_000));

    [Theory]
    [InlineData("?a=b%40c%3Ad", "?a=b@c:d")]
    [InlineData("?q=%2F%3F%21%24%27%28%29%2A%2C%3B", "?q=/?!$'()*,;")]
    [InlineData("?a=b%20c%26d", "?a=b%20c%26d")]
    public void V3_decodes_some_escapes_and_leaves_the_others(string sent, string signed) =>
        Assert.Equal(RequestSignature.V3(Secret, "POST", Uri + signed, "x"u8, 1), RequestSignature.V3(Secret, "POST", Uri + sent, "x"u8, 1));

    [Fact]
    public void Retries_are_ten_and_end_within_a_day()
    {
        foreach (var id in Enumerable.Range(1, 200))
        {
            var waits = Enumerable.Range(0, 10).Select(attempt => RetrySchedule.After(attempt, id)!.Value).ToArray();
            Assert.Null(RetrySchedule.After(10, id));
            Assert.True(waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) < TimeSpan.FromHours(24));
            Assert.Equal(waits, Enumerable.Range(0, 10).Select(attempt => RetrySchedule.After(attempt, id)!.Value));
        }
        Assert.True(Enumerable.Range(1, 200).Select(id => RetrySchedule.After(0, id)).Distinct().Count() > 190);
    }
}
