using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>A small program of a cause in one language, as it is shown to the doctor and as it runs.</summary>
internal sealed class LoopSource : IDisposable
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Diagnosis", "Loop", "Sources");
    private readonly string _work = Directory.CreateTempSubdirectory("spoke-loop-").FullName;
    private readonly string _language;

    /// <param name="language"><c>node</c>, <c>python3</c> or <c>csharp</c>.</param>
    public LoopSource(string cause, string language)
    {
        _language = language;
        Text = File.ReadAllText(Path.Combine(s_folder, $"{cause}.{(language switch { "node" => "cjs", "python3" => "py", _ => "csx" })}"));
    }

    public static string[] Languages => ["node", "python3", "csharp"];

    /// <summary>What the doctor is shown.</summary>
    public string Text { get; }

    /// <summary>Puts a file into the folder the program runs in.</summary>
    public void Put(string name, string text) => File.WriteAllText(Path.Combine(_work, name), text);

    /// <summary>Starts it with the emulator in HubSpot's place; null: a compiler refused it.</summary>
    /// <param name="token">What stands in HUBSPOT_LOOP_TOKEN; null: nothing.</param>
    public Process? Start(string address, string? token)
    {
        var text = Text.Replace("https://api.hubapi.com", address, StringComparison.Ordinal);
        var (program, arguments) = _language switch
        {
            "node" => ("node", Written("program.cjs", text)),
            "python3" => ("python3", Written("program.py", text)),
            _ => ("dotnet", Compiled(text)),
        };
        if (arguments is null) return null;
        File.Copy(Path.Combine(s_folder, "dotenv.py"), Path.Combine(_work, "dotenv.py"), overwrite: true);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _work, RedirectStandardOutput = true, RedirectStandardError = true };
        if (token is null) start.Environment.Remove("HUBSPOT_LOOP_TOKEN");
        else start.Environment["HUBSPOT_LOOP_TOKEN"] = token;
        foreach (var proxy in (string[])["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]) start.Environment.Remove(proxy);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not on this machine.");
            return null;
        }
    }

    /// <summary>What it printed; null: it could not even start.</summary>
    public async Task<string?> RunAsync(string address, string? token, CancellationToken stop)
    {
        using var process = Start(address, token);
        if (process is null) return null;
        var errors = process.StandardError.ReadToEndAsync(stop);
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) Assert.Contains("SyntaxError", await errors);
        return process.ExitCode == 0 ? output.Trim() : null;
    }

    public void Dispose() => Directory.Delete(_work, recursive: true);

    private string[] Written(string name, string text)
    {
        Put(name, text);
        return [name];
    }

    private string[]? Compiled(string text)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal))).Select(path => MetadataReference.CreateFromFile(path));
        var trees = new[] { text, File.ReadAllText(Path.Combine(s_folder, "DotNetEnv.csx")) }.Select(part => CSharpSyntaxTree.ParseText(part));
        var made = CSharpCompilation.Create("program", trees, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication)).Emit(Path.Combine(_work, "program.dll"));
        if (!made.Success) return made.Diagnostics.Any(d => d.Id is "CS1002" or "CS1513" or "CS1026" or "CS1003" or "CS1525" or "CS1022") ? null : throw new InvalidOperationException(string.Join('\n', made.Diagnostics));
        return ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "Spoke.HubSpot.Tests.runtimeconfig.json"), "program.dll"];
    }
}
