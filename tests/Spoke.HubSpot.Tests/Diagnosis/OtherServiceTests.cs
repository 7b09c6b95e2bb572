using System.Text;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Calls to another service: nothing in them is a cause of HubSpot's.</summary>
public sealed class OtherServiceTests
{
    private static HubSpot.Diagnosis Look(string text) => Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Now));

    [Theory]
    [InlineData("curl https://api.stripe.com/v1/charges -u sk_test_abcdef:")]
    [InlineData("curl https://api.stripe.com/v1/charges -H \"Authorization: Bearer sk_test_abcdef123456\"")]
    [InlineData("curl https://api.github.com/repos/a/b/issues -H 'Authorization: token ghp_0123456789abcdefghij0123456789abcdef'")]
    [InlineData("import requests\nrequests.get('https://api.stripe.com/v1/charges', headers={'Authorization': 'Bearer sk_test_abcdef123456'})")]
    public void A_call_to_another_service_is_not_judged(string text)
    {
        var diagnosis = Look(text);
        Assert.Empty(diagnosis.Findings);
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.Matches(@"api\.(stripe|github)\.com", diagnosis.Unreadable!);
    }

    [Fact]
    public void Beside_a_call_to_HubSpot_it_is_left_out()
    {
        var diagnosis = Look($"curl https://api.stripe.com/v1/charges -u sk_test_abcdef:\ncurl '{List}' -H 'Authorization: Token {Pat}'\n");
        Assert.Equal("H04", Assert.Single(diagnosis.Findings).Id);
        Assert.Contains(diagnosis.Notes, n => n.Contains("api.stripe.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("curl https://gateway.example.com/crm/v3/objects/contacts -H 'Authorization: Token " + Pat + "'", "H04")]
    [InlineData("curl http://127.0.0.1:4010/v1/things -H 'Authorization: Token " + Pat + "'", "H04")]
    [InlineData("curl https://api.hubaapi.com/v1/charges -H 'Authorization: Bearer " + Pat + "'", "R01")]
    public void What_may_stand_in_for_HubSpot_is_judged(string text, string cause) => Assert.Equal(cause, Look(text).Findings[0].Id);

    [Fact]
    public void A_token_of_HubSpots_sent_elsewhere_is_said()
    {
        var finding = Look($"curl https://api.stripe.com/v1/charges -H 'Authorization: Bearer {Pat}'").Findings[0];
        Assert.Equal(("R01", Confidence.Likely), (finding.Id, finding.Confidence));
    }
}
