using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The doctor as a user meets it: its process, its streams, its exit codes.</summary>
public sealed class DoctorTests
{
    private const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";
    private const string Faulty = "curl 'https://api.hubapi.com/crm/v3/objects/contacts?limit=10' \\\n  -H 'Authorization: Bearer: pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d'\n";
    private const string Well = "curl 'https://api.hubapi.com/crm/v3/objects/contacts?limit=10' -H 'Authorization: Bearer pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d'\n";

    [Fact]
    public async Task A_cause_is_shown_with_its_line_underlined_and_exit_code_one()
    {
        var (code, output, error) = await RunAsync(Faulty, "doctor", "request", "-");
        Assert.Equal(1, code);
        Assert.Equal("", error);
        var lines = output.Split('\n');
        var line = Array.FindIndex(lines, l => l.Contains("-H 'Authorization", StringComparison.Ordinal));
        Assert.Contains("H03  A colon where none belongs  (certain)", output);
        Assert.Equal("  2 |   -H 'Authorization: Bearer: pat-na1-********-****-****-****-************'", lines[line]);
        Assert.Equal(':', lines[line][lines[line + 1].IndexOf('^')]);
        Assert.Contains("-H \"Authorization: Bearer $HUBSPOT_ACCESS_TOKEN\"", output);
        Assert.DoesNotContain("5f60", output);
    }

    [Fact]
    public async Task Json_is_one_line_in_the_shape_of_the_contract()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Faulty, TestContext.Current.CancellationToken);
            var (code, output, _) = await SpokeProcess.RunAsync(null, "doctor", "request", file, "--json");
            Assert.Equal(1, code);
            using var document = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            var root = document.RootElement;
            Assert.Equal("cause-found", root.GetProperty("verdict").GetString());
            Assert.Equal("H03", root.GetProperty("causes")[0].GetProperty("id").GetString());
            Assert.Equal("header Authorization, column 7; line 2, column 28", root.GetProperty("causes")[0].GetProperty("evidence")[0].GetProperty("where").GetString());
            Assert.StartsWith("import os\n", root.GetProperty("corrected").GetProperty("python").GetString());
            Assert.DoesNotContain("5f60", output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_healthy_request_exits_zero() => Assert.Equal(0, (await RunAsync(Well, "doctor", "request", "-")).Code);

    [Fact]
    public async Task What_cannot_be_read_exits_two_with_a_sentence()
    {
        var (code, output, error) = await RunAsync("", "doctor", "request", "-");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains("empty", error);
        (code, _, error) = await SpokeProcess.RunAsync(null, "doctor", "request", "/no/such/file");
        Assert.Equal(2, code);
        Assert.Contains("/no/such/file", error);
    }

    [Fact]
    public async Task An_error_body_is_explained()
    {
        var (code, output, _) = await RunAsync("""{"status":"error","message":"This account does not have access to this feature.","correlationId":"c","category":"GATED"}""", "doctor", "response", "-");
        Assert.Equal(1, code);
        Assert.Contains("P05", output);
    }

    [Fact]
    public async Task The_live_portal_is_checked()
    {
        await using var emulator = SpokeProcess.Start(null, "emulator", "--port", "0");
        var address = (await emulator.LineAsync())["ready ".Length..];
        var environment = new Dictionary<string, string?> { ["HUBSPOT_BASE_URL"] = address, ["HUBSPOT_ACCESS_TOKEN"] = Token };
        var (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor");
        Assert.True(code == 0, output);
        Assert.Contains("hub 1000001", output);

        environment["HUBSPOT_ACCESS_TOKEN"] = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor", "live", "--json");
        Assert.Equal(1, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("likely", document.RootElement.GetProperty("verdict").GetString());
        Assert.Equal("X10", document.RootElement.GetProperty("causes")[0].GetProperty("id").GetString());

        environment["HUBSPOT_ACCESS_TOKEN"] = "\"" + Token + "\"";
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor");
        Assert.Equal(1, code);
        Assert.Contains("H09", output);

        using (var http = new HttpClient { BaseAddress = new Uri(address) })
        using (var fault = new StringContent("{\"kind\":\"503\"}"))
            (await http.PostAsync("/_emulator/faults", fault, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        environment["HUBSPOT_ACCESS_TOKEN"] = Token;
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor");
        Assert.Equal(3, code);
        Assert.Contains("could not be judged", output);
        Assert.DoesNotContain("R06", output.Split("Ruled out")[0]);

        await emulator.KillAsync();
        environment["HUBSPOT_ACCESS_TOKEN"] = Token;
        (code, _, var error) = await SpokeProcess.RunAsync(environment, "doctor");
        Assert.Equal(3, code);
        Assert.Contains("could not be reached", error);
    }

    [Fact]
    public async Task Without_a_token_it_says_where_to_put_one()
    {
        var (code, _, error) = await SpokeProcess.RunAsync(null, "doctor");
        Assert.Equal(2, code);
        Assert.Contains("HUBSPOT_ACCESS_TOKEN", error);
    }

    /// <summary>With something on standard input.</summary>
    private static async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "artifacts", "bin", "Spoke", "debug", "spoke"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false) };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
