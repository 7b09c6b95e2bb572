using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Who writes for cmd or PowerShell gets the call back in the same shell, and its words mean what was meant.</summary>
public sealed class ShellCorrectionTests
{
    private const string Body = "{\"properties\":{\"name\":\"Tom & \\\"Co\\\" | it's\"}}";

    [Fact]
    public void A_call_for_cmd_comes_back_for_cmd()
    {
        var diagnosis = Doctor.ExamineRequest($"curl \"https://api.hubapi.com/crm/v3/objects/contacts\" ^\r\n  -H \"Authorization: Token {Pat}\" ^\r\n  -H \"Content-Type: application/json\" ^\r\n  -d \"{Body.Replace("\\\"", "\\\\\\\"").Replace("{\"", "{\\\"").Replace("\":", "\\\":").Replace(":\"", ":\\\"").Replace("s\"}}", "s\\\"}}")}\"\r\n", new FakeTimeProvider(Now));
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        var cmd = diagnosis.Corrected!.Cmd!;
        Assert.StartsWith("curl \"https://api.hubapi.com/crm/v3/objects/contacts\" -H \"Authorization: Bearer %HUBSPOT_ACCESS_TOKEN%\"", cmd);
        var again = Doctor.ExamineRequest(cmd.Replace("curl ", "curl ^\r\n "), new FakeTimeProvider(Now));
        Assert.Equal(Verdict.Healthy, again.Verdict);
        Assert.Equal(cmd, again.Corrected!.Cmd);
        Assert.Contains(cmd, diagnosis.ToString());
        using var json = JsonDocument.Parse(diagnosis.ToJson());
        Assert.Equal(cmd, json.RootElement.GetProperty("corrected").GetProperty("cmd").GetString());
        Assert.False(json.RootElement.GetProperty("corrected").TryGetProperty("powershell", out _));
    }

    [Fact]
    public void A_call_for_PowerShell_comes_back_for_PowerShell()
    {
        var diagnosis = Doctor.ExamineRequest($"$headers = @{{ Authorization = 'Token {Pat}' }}\nInvoke-RestMethod -Method Post -Uri 'https://api.hubapi.com/crm/v3/objects/contacts' -Headers $headers -ContentType 'application/json' -Body '{Body.Replace("'", "''")}'", new FakeTimeProvider(Now));
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        var shell = diagnosis.Corrected!.PowerShell!;
        Assert.Equal($"Invoke-RestMethod -Method POST -Uri 'https://api.hubapi.com/crm/v3/objects/contacts' -Headers @{{\n  Authorization = \"Bearer $env:HUBSPOT_ACCESS_TOKEN\"\n}} -ContentType 'application/json' -Body '{Body.Replace("'", "''")}'", shell);
        var again = Doctor.ExamineRequest(shell, new FakeTimeProvider(Now));
        Assert.True(again.Verdict == Verdict.Healthy, again.ToString());
        Assert.Equal(shell, again.Corrected!.PowerShell);
    }

    [Fact]
    public void A_call_for_bash_has_no_other_shell()
    {
        var corrected = Doctor.ExamineRequest(Curl("Token " + Pat), new FakeTimeProvider(Now)).Corrected!;
        Assert.True(corrected is { Cmd: null, PowerShell: null });
    }
}
