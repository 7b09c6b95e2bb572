using System.Diagnostics;
using System.Text;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>The corrected calls are run, not only looked at.</summary>
public sealed class CorrectedCallTests
{
    private const string Broken = "curl -X POST '{0}crm/v3/objects/contacts' -H 'Authorization: Token pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d' -H 'Content-Type: application/json' -H 'X-Note: it'\\''s \"mine\"' -d '{{\"properties\":{{\"email\":\"{1}@example.com\",\"firstname\":\"O'\\''Hara \\\"Zoë\\\" \\\\ $HOME\"}}}}'";

    [Theory]
    [InlineData("bash", "curl")]
    [InlineData("python3", "python")]
    [InlineData("node", "javascript")]
    public async Task The_corrected_call_creates_the_record(string program, string language)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipUnless(await RunsAsync(program), $"{program} is not installed.");
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), stop);
        var diagnosis = Doctor.ExamineRequest(string.Format(System.Globalization.CultureInfo.InvariantCulture, Broken, emulator.BaseUrl, language));
        Assert.Equal("H04", diagnosis.Findings[0].Id);
        var corrected = diagnosis.Corrected!;
        var code = language switch { "curl" => corrected.Curl, "python" => corrected.Python, _ => corrected.JavaScript };
        if (language == "python" && (await RunAsync(program, ["-c", "import requests"], "")).Code != 0)
        {
            // Without the requests package its syntax can still be judged.
            var (ok, said) = await RunAsync(program, ["-c", "import ast,sys; ast.parse(sys.stdin.read())"], code);
            Assert.True(ok == 0, said);
            return;
        }
        var (exit, output) = language switch { "curl" => await RunAsync(program, [], code), "python" => await RunAsync(program, ["-"], code), _ => await RunAsync(program, ["--input-type=module", "-"], code) };
        Assert.True(exit == 0, output);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        var found = await client.SendAsync(new HubSpotRequest("GET", $"/crm/v3/objects/contacts/{language}@example.com?idProperty=email&properties=firstname"), cancellationToken: stop);
        using var document = System.Text.Json.JsonDocument.Parse(found.Body);
        Assert.Equal("O'Hara \"Zoë\" \\ $HOME", document.RootElement.GetProperty("properties").GetProperty("firstname").GetString());
    }

    [Fact]
    public void What_was_at_fault_is_mended_and_the_rest_kept()
    {
        var curl = Doctor.ExamineRequest($"curl 'http://api.hubapi.com//crm/v3/contacts/?hapikey={Example.Pat}&limit=5' -H 'X-Trace: 7'").Corrected!.Curl;
        Assert.Equal("""
            curl 'https://api.hubapi.com/crm/v3/objects/contacts?limit=5' \
              -H "Authorization: Bearer $HUBSPOT_ACCESS_TOKEN" \
              -H 'X-Trace: 7'
            """.ReplaceLineEndings("\n"), curl);
    }

    [Fact]
    public void Variables_of_the_address_stay_variables()
    {
        var corrected = Doctor.ExamineRequest($"curl \"https://api.hubapi.com/crm/v3/objects/contacts/$CONTACT_ID?archived=false\" -H 'Authorization: {Example.Pat}'").Corrected!;
        Assert.Contains("contacts/'\"${CONTACT_ID}\"'?archived=false'", corrected.Curl);
        Assert.Contains("\"https://api.hubapi.com/crm/v3/objects/contacts/\" + os.environ[\"CONTACT_ID\"] + \"?archived=false\"", corrected.Python);
        Assert.Contains("process.env.CONTACT_ID", corrected.JavaScript);
        Assert.Contains("Environment.GetEnvironmentVariable(\"CONTACT_ID\")", corrected.CSharp);
    }

    [Fact]
    public void The_csharp_version_sends_content_headers_with_the_content()
    {
        var code = Doctor.ExamineRequest($"curl 'https://api.hubapi.com/crm/v3/objects/contacts' -H 'Authorization: {Example.Pat}' -H 'Content-Type: application/json' -d '{{\"properties\":{{}}}}'").Corrected!.CSharp;
        Assert.Contains("request.Content = new StringContent(\"{\\\"properties\\\":{}}\");", code);
        Assert.Contains("request.Content.Headers.TryAddWithoutValidation(\"Content-Type\", \"application/json\");", code);
        Assert.Contains("HttpMethod.Parse(\"POST\")", code);
    }

    private static async Task<bool> RunsAsync(string program)
    {
        try
        {
            return (await RunAsync(program, ["--version"], "")).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false) };
        start.Environment["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken;
        start.Environment["PYTHONUTF8"] = "1";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
