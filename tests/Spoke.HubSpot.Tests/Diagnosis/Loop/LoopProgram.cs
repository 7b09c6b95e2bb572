using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>Runs a program of another language; the test is skipped where the language is missing.</summary>
internal static class LoopProgram
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Diagnosis", "Loop");

    /// <summary>One run for all stories.</summary>
    public static async Task<JsonArray> TellAsync(string program, JsonArray stories, CancellationToken stop)
    {
        var (code, output, errors) = await RunAsync(program, Path.Combine(Folder, program == "node" ? "loop.cjs" : "loop.py"), Folder, stories.ToJsonString(), stop);
        Assert.True(code == 0, errors);
        return JsonNode.Parse(output)!.AsArray();
    }

    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string script, string folder, string input, CancellationToken stop)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, [script]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.StartInfo.Environment["PYTHONIOENCODING"] = "utf-8";
        process.StartInfo.Environment.Remove("HUBSPOT_LOOP_TOKEN");
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not on this machine.");
        }
        var errors = process.StandardError.ReadToEndAsync(stop);
        var output = process.StandardOutput.ReadToEndAsync(stop);
        await process.StandardInput.WriteAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, await output, await errors);
    }
}
