using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Section 5 of the catalogue, where the answer and the request together tell.</summary>
public sealed class RightsTests
{
    private static HubSpot.Diagnosis Examine(string text) => Doctor.ExamineRequest(text, new FakeTimeProvider(Now));

    private static string Missing(string scope) => $"\n\nHTTP/1.1 403 Forbidden\n\n{{\"status\":\"error\",\"message\":\"This app hasn't been granted all required scopes to make this call.\",\"correlationId\":\"c\",\"category\":\"MISSING_SCOPES\",\"errors\":[{{\"message\":\"m\",\"context\":{{\"requiredGranularScopes\":[\"{scope}\"]}}}}]}}";

    [Fact]
    public void Scopes_for_sensitive_data_are_named_as_such()
    {
        Assert.Equal(["P04", "P01"], Examine(Curl("Bearer " + Pat) + Missing("crm.objects.contacts.sensitive.read.v2")).Findings.Where(f => f.Confidence == Confidence.Certain).Select(f => f.Id));
        Assert.DoesNotContain(Examine(Curl("Bearer " + Pat) + Missing("crm.objects.contacts.read")).Findings, f => f.Id == "P04");
    }

    [Fact]
    public void What_an_OAuth_grant_lacks_may_have_two_reasons_and_a_private_apps_none_of_them()
    {
        var oauth = Examine(Curl("Bearer " + OAuth(Now.AddMinutes(20))) + Missing("crm.objects.contacts.read"));
        Assert.Equal("P01", oauth.Findings[0].Id);
        Assert.Equal(["P02", "P13"], oauth.Findings.Where(f => f.Confidence == Confidence.Possible).Select(f => f.Id));
        Assert.DoesNotContain(Examine(Curl("Bearer " + Pat) + Missing("crm.objects.contacts.read")).Findings, f => f.Id is "P02" or "P13");
    }

    [Fact]
    public void A_token_fetched_with_client_credentials_is_an_apps_own()
    {
        const string Call = "import os, requests\nt = requests.post('https://api.hubapi.com/oauth/v1/token', data={'grant_type': 'client_credentials', 'client_id': i, 'client_secret': s}).json()['access_token']\nr = requests.get('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': f'Bearer {t}'})";
        var diagnosis = Examine(Call);
        Assert.Equal("P10", diagnosis.Findings[0].Id);
        Assert.Equal(Confidence.Likely, diagnosis.Findings[0].Confidence);
        Assert.DoesNotContain(Examine(Call.Replace("client_credentials", "authorization_code")).Findings, f => f.Id == "P10");
    }

    [Fact]
    public void A_library_that_leaves_the_header_out_is_named()
    {
        var without = Har.Entry(1, "GET", "https://api.hubapi.com/crm/v3/owners", null, 401, NotFound, ["User-Agent", "hubspot-api-client-nodejs; 10.1.0"]);
        var with = Har.Entry(0, "GET", Har.Contacts, "Bearer " + Pat, 200, "{}", ["User-Agent", "hubspot-api-client-nodejs; 10.1.0"]);
        var diagnosis = Doctor.ExamineRequest(Har.Of(with, without), new FakeTimeProvider(Now));
        Assert.Equal([("P14", Confidence.Likely), ("H01", Confidence.Likely)], diagnosis.Findings.Select(f => (f.Id, f.Confidence)));
        Assert.Empty(Doctor.ExamineRequest(Har.Of(with), new FakeTimeProvider(Now)).Findings);
    }
}
