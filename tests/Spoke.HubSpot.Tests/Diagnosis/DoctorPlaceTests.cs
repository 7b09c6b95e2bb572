using System.Text;
using System.Text.Json;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Where the doctor points.</summary>
public sealed class DoctorPlaceTests
{
    [Fact]
    public void Column_in_the_value_and_in_the_text_are_both_told()
    {
        var evidence = Doctor.ExamineRequest(Raw($"Bearer {Pat} ")).Findings[0].Evidence[0];
        Assert.Equal("header Authorization, column 52; line 3, column 67", evidence.Where);
        Assert.Contains("U+0020", evidence.Shows);
    }

    [Theory]
    [InlineData("Bearer \u200B", "U+200B", 8)]
    [InlineData("Bearer\u00A0", "U+00A0", 7)]
    public void Code_points_are_told(string start, string code, int column)
    {
        var evidence = Doctor.ExamineRequest(Curl(start + Pat)).Findings[0].Evidence[0];
        Assert.Contains(code, evidence.Shows);
        Assert.StartsWith($"header Authorization, column {column};", evidence.Where);
    }

    [Fact]
    public void A_byte_that_is_no_UTF_8_is_read_as_windows_wrote_it()
    {
        byte[] text = [.. "curl 'https://api.hubapi.com/crm/v3/objects/contacts' -H 'Authorization: Bearer "u8, 0xA0, .. Encoding.ASCII.GetBytes(Pat), (byte)'\''];
        var finding = Doctor.ExamineRequest(text).Findings[0];
        Assert.Equal("H11", finding.Id);
        Assert.Contains("U+00A0", finding.Evidence[0].Shows);
    }

    [Fact]
    public void Utf_16_and_byte_order_marks_are_read()
    {
        var curl = Curl("Bearer: " + Pat);
        Assert.Equal("H03", Doctor.ExamineRequest([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(curl)]).Findings[0].Id);
        Assert.Equal("H03", Doctor.ExamineRequest([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(curl)]).Findings[0].Id);
        Assert.Equal("H11", Doctor.ExamineRequest([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Pat)]).Findings[0].Id);
    }

    [Fact]
    public void The_place_is_underlined_and_the_token_masked()
    {
        var page = Doctor.ExamineRequest(Curl($"Bearer \"{Pat}\"")).ToString().Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        var line = page.FindIndex(l => l.Contains("Authorization", StringComparison.Ordinal));
        Assert.Equal('"', page[line][page[line + 1].IndexOf('^')]);
        Assert.Contains("pat-na1-********-****", page[line]);
    }

    [Fact]
    public void The_json_has_the_members_of_the_contract_and_no_others()
    {
        using var document = JsonDocument.Parse(Doctor.ExamineRequest(Curl("Bearer " + Pat + " ")).ToJson());
        var root = document.RootElement;
        Assert.Equal(["verdict", "causes", "ruledOut", "scopes", "corrected"], root.EnumerateObject().Select(m => m.Name));
        Assert.Equal(["id", "title", "confidence", "evidence", "fix", "source"], root.GetProperty("causes")[0].EnumerateObject().Select(m => m.Name));
        Assert.Equal(["where", "shows"], root.GetProperty("causes")[0].GetProperty("evidence")[0].EnumerateObject().Select(m => m.Name));
        Assert.Equal(["needed", "missing"], root.GetProperty("scopes").EnumerateObject().Select(m => m.Name));
        Assert.Equal(["curl", "python", "javascript", "csharp"], root.GetProperty("corrected").EnumerateObject().Select(m => m.Name));
        Assert.Equal("crm.objects.contacts.read", root.GetProperty("scopes").GetProperty("needed")[0].GetString());
    }

    [Fact]
    public void Of_several_requests_the_faulty_one_is_named()
    {
        var diagnosis = Doctor.ExamineRequest($"GET {List}\nAuthorization: Bearer {Pat}\n\n###\nGET {List}\nAuthorization: {Pat}\n");
        Assert.Equal("H02", diagnosis.Findings[0].Id);
        Assert.StartsWith("request 2, header Authorization", diagnosis.Findings[0].Evidence[0].Where);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("the quick brown fox jumps over the lazy dog and says nothing of interest")]
    public void What_is_no_request_is_unreadable(string text) => Assert.NotNull(Doctor.ExamineRequest(text).Unreadable);

    [Fact]
    public void An_answer_alone_says_that_only_the_request_can_tell()
    {
        var diagnosis = Doctor.ExamineResponse(Encoding.UTF8.GetBytes(NotFound));
        Assert.Equal(Verdict.Unknown, diagnosis.Verdict);
        Assert.NotNull(diagnosis.Next);
        Assert.Null(diagnosis.Corrected);
    }

    [Fact]
    public void Missing_scopes_are_listed()
    {
        var diagnosis = Doctor.ExamineResponse(Encoding.UTF8.GetBytes(AddressExamples.All.First(e => e.Cause == "P01").Text));
        Assert.Equal(["crm.objects.contacts.read"], diagnosis.Scopes.Missing);
    }
}
