using System.Text;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>What is no request is said to be none; what HubSpot itself says of a call is repeated.</summary>
public sealed class DoctorPlainTextTests
{
    [Theory]
    [InlineData("hello world\n")]
    [InlineData("hello")]
    [InlineData("please help me")]
    [InlineData("it does not work")]
    [InlineData("lorem ipsum dolor")]
    public void Words_are_no_request(string text) => Assert.Contains("no request", Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text)).Unreadable, StringComparison.Ordinal);

    [Theory]
    [InlineData("YOUR_TOKEN", "V01")]
    [InlineData("undefined", "V06")]
    [InlineData("pat-na1-1b2c3d4e-5f60-4a7b-8c9d- 0e1f2a3b4c5d", "H16")]
    [InlineData("Bearer hello", "V01")]
    [InlineData("$HUBSPOT_TOKEN", "V04")]
    public void What_stands_for_a_token_is_judged(string text, string cause) => Assert.Equal(cause, Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text)).Findings[0].Id);

    [Fact]
    public void A_conflict_repeats_the_id_that_HubSpot_names_and_blames_no_token()
    {
        var diagnosis = Doctor.ExamineRequest($$$"""
            curl -X POST https://api.hubapi.com/crm/v3/objects/contacts -H 'Authorization: Bearer {{{Pat}}}' -H 'Content-Type: application/json' -d '{"properties":{"email":"a@example.com"}}'
            HTTP/1.1 409 Conflict

            {"status":"error","message":"Contact already exists. Existing ID: 25501","correlationId":"01938a6e-0000-7000-8000-000000000001","category":"CONFLICT"}
            """);
        Assert.Empty(diagnosis.Findings);
        Assert.Contains(diagnosis.Notes, note => note.Contains("Existing ID: 25501", StringComparison.Ordinal));
        Assert.Contains("no refusal of the token", diagnosis.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_scope_lists_the_narrowest_first()
    {
        var diagnosis = Doctor.ExamineRequest($$$"""
            curl https://api.hubapi.com/crm/v3/objects/contacts -H 'Authorization: Bearer {{{Pat}}}'
            HTTP/1.1 403 Forbidden

            {"status":"error","message":"This app hasn't been granted all required scopes to make this call.","correlationId":"c","category":"MISSING_SCOPES","errors":[{"message":"m","context":{"requiredGranularScopes":["contacts","crm.objects.contacts.highly_sensitive.read.v2","crm.objects.contacts.write","crm.objects.contacts.read"]}}]}
            """);
        Assert.Contains("one of these scopes: crm.objects.contacts.read, ", diagnosis.Findings[0].Fix, StringComparison.Ordinal);
        Assert.EndsWith("highly_sensitive.read.v2.", diagnosis.Findings[0].Fix, StringComparison.Ordinal);
    }
}
