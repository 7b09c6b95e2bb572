using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;
using static Spoke.HubSpot.Tests.Diagnosis.Har;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>What the other calls of a recording prove, and what they do not.</summary>
public sealed class SessionTests
{
    private const string Good = "Bearer " + Pat;
    private const string TokenUrl = "https://api.hubapi.com/oauth/2026-09/token";
    private const string Other = "Bearer pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5e";
    private const string NoPermission = "{\"status\":\"error\",\"message\":\"no\",\"correlationId\":\"c\",\"category\":\"USER_DOES_NOT_HAVE_PERMISSIONS\"}";
    private static readonly string s_oauth = "Bearer " + OAuth(Now.AddMinutes(20));

    private static string Missing(string scope) => "{\"status\":\"error\",\"message\":\"This app hasn't been granted all required scopes to make this call.\",\"correlationId\":\"c\",\"category\":\"MISSING_SCOPES\",\"errors\":[{\"message\":\"m\",\"context\":{\"requiredGranularScopes\":[\"" + scope + "\"]}}]}";

    private static HubSpot.Diagnosis Examine(params string[] entries) => Doctor.ExamineRequest(Of(entries), new FakeTimeProvider(Now));

    private static (string, Confidence) First(HubSpot.Diagnosis diagnosis) => (diagnosis.Findings[0].Id, diagnosis.Findings[0].Confidence);

    [Theory]
    [InlineData(Good, "P03", Confidence.Certain)]
    [InlineData(Other, "P01", Confidence.Certain)]
    public void Reading_with_the_same_token_proves_that_only_writing_is_missing(string reader, string cause, Confidence confidence) =>
        Assert.Equal((cause, confidence), First(Examine(Entry(0, "GET", Contacts, reader, 200, "{}"), Entry(1, "POST", Contacts, Good, 403, Missing("crm.objects.contacts.write"), post: "{}"))));

    [Theory]
    [InlineData("scope=oauth%20crm.objects.deals.read", true, "P02", Confidence.Likely)]
    [InlineData("scope=oauth&optional_scope=crm.objects.deals.read", true, "P13", Confidence.Likely)]
    [InlineData("scope=oauth%20crm.objects.contacts.read", true, "P01", Confidence.Certain)]
    [InlineData("scope=oauth%20crm.objects.deals.read", false, "P01", Confidence.Certain)]
    public void An_install_link_tells_what_was_asked_for(string scopes, bool oauth, string cause, Confidence confidence)
    {
        var diagnosis = Examine(Entry(0, "GET", "https://app.hubspot.com/oauth/authorize?client_id=a&" + scopes, null, 302), Entry(1, "GET", "https://api.hubapi.com/crm/v3/objects/deals", oauth ? s_oauth : Good, 403, Missing("crm.objects.deals.read")));
        Assert.Equal((cause, confidence), First(diagnosis));
        Assert.Contains(diagnosis.Findings, f => f.Id == "P01");
    }

    [Fact]
    public void The_page_on_which_an_account_lets_an_app_in_is_no_wrong_host() =>
        Assert.Empty(Examine(Entry(0, "GET", "https://app.hubspot.com/oauth/authorize?client_id=a&scope=oauth", null, 302, headers: ["Cookie", "session=1"]), Entry(1, "GET", Contacts, s_oauth, 200, "{}")).Findings);

    [Theory]
    [InlineData("/1", "P11", Confidence.Likely)]
    [InlineData("", "X12", Confidence.Certain)]
    public void Another_record_that_is_answered_speaks_for_the_record(string answered, string cause, Confidence confidence) =>
        Assert.Equal((cause, confidence), First(Examine(Entry(0, "GET", Contacts + answered, Good, 200, "{}"), Entry(1, "GET", Contacts + "/2", Good, 403, NoPermission))));

    [Theory]
    [InlineData(2, "P09")]
    [InlineData(0, "X09")]
    public void A_token_is_alive_only_when_it_is_answered_afterwards(int second, string cause) =>
        Assert.Equal((cause, Confidence.Likely), First(Examine(Entry(second, "GET", Contacts, s_oauth, 200, "{}"), Entry(1, "GET", "https://api.hubapi.com/crm/v3/owners", s_oauth, 401, NotFound))));

    [Theory]
    [InlineData("https://api.hubapi.com/crm/v3/objects/contacts", 403, "P10")]
    [InlineData("https://api.hubapi.com/webhooks-journal/journal/2026-03/earliest", 404, null)]
    public void An_apps_own_token_is_at_fault_only_on_account_data(string url, int status, string? cause)
    {
        var diagnosis = Examine(Entry(0, "POST", TokenUrl, null, 200, $"{{\"access_token\":\"{s_oauth[7..]}\"}}", post: "grant_type=client_credentials&client_id=a"), Entry(1, "GET", url, s_oauth, status, status == 403 ? Missing("crm.objects.contacts.read") : "{}"));
        if (cause is null) Assert.DoesNotContain(diagnosis.Findings, f => f.Id == "P10");
        else Assert.Equal((cause, Confidence.Certain), First(diagnosis));
    }

    [Theory]
    [InlineData(600, "X03")]
    [InlineData(0, "X01")]
    public void A_clock_that_is_behind_is_proved_by_both_dates(int ahead, string cause)
    {
        var expired = Now.AddSeconds(ahead == 0 ? -300 : 1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var diagnosis = Examine(Entry(0, "GET", Contacts, s_oauth, 401, "{\"status\":\"error\",\"message\":\"The OAuth token used to make this call expired 9 minute(s) ago.\",\"correlationId\":\"c\",\"category\":\"EXPIRED_AUTHENTICATION\",\"context\":{\"expire time\":[\"" + expired + "\"]}}", answer: ["Date", Now.AddSeconds(ahead).ToString("R", System.Globalization.CultureInfo.InvariantCulture)]));
        Assert.Equal((cause, Confidence.Certain), First(diagnosis));
        Assert.Contains(diagnosis.Findings, f => f.Id == "X01");
    }
}
