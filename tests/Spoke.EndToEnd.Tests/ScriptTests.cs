using System.Diagnostics;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The repository's scripts in a small tree of their own. The SDK is played by a script that notes what it was asked for.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ScriptTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The scripts are for bash");
        foreach (var (path, text) in new[] { ("src/A/A.cs", "a"), ("src/A/B.cs", "b"), ("data/table.tsv", ""), ("Directory.Build.props", ""), ("global.json", ""), ("BannedSymbols.txt", ""), (".editorconfig", ""), ("Spoke.slnx", "") }) Write(path, text);
        foreach (var script in new[] { "spoke", "test", ".ci/run" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[script])!);
            File.Copy(Path.Combine(Repository.Root, script), _folder[script]);
        }
        Sdk("""
            [ "$1" = build ] && mkdir -p artifacts/bin/Spoke/release && printf '#!/bin/sh\necho "ran $*"; exit 3\n' > artifacts/bin/Spoke/release/spoke && chmod +x artifacts/bin/Spoke/release/spoke
            exit 0
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Spoke_builds_once_and_hands_on_arguments_and_exit_code()
    {
        var (code, output) = await RunAsync("spoke", "up", "--port", "0");
        Assert.Equal((3, "ran up --port 0"), (code, output.Trim()));
        await RunAsync("spoke");
        Assert.Single(Asked());
    }

    [Theory]
    [InlineData("src/A/C.razor")]
    [InlineData("src/A/wwwroot/new.css")]
    [InlineData("data/table.tsv")]
    [InlineData("Directory.Build.props")]
    public async Task Spoke_builds_again_when_a_source_is_newer(string path)
    {
        await RunAsync("spoke");
        Write(path, "changed");
        await RunAsync("spoke");
        Assert.Equal(2, Asked().Length);
    }

    [Fact]
    public async Task Spoke_builds_again_when_a_source_is_gone()
    {
        await RunAsync("spoke");
        File.Delete(_folder["src/A/B.cs"]);
        await RunAsync("spoke");
        await RunAsync("spoke");
        Assert.Equal(2, Asked().Length);
    }

    [Fact]
    public async Task Several_at_once_build_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync("spoke")));
        Assert.All(runs, run => Assert.Equal((3, "ran"), (run.Code, run.Output.Trim())));
        Assert.Single(Asked());
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_tried_again()
    {
        Sdk("echo 'A.cs(1,1): error'; exit 1");
        for (var time = 0; time < 2; time++)
        {
            var (code, output) = await RunAsync("spoke");
            Assert.Equal(4, code);
            Assert.Contains("A.cs(1,1): error", output);
        }
        Assert.Equal(2, Asked().Length);
    }

    [Theory]
    [InlineData("  failed: 0\n  succeeded: 5\n  skipped: 0", 0, "5 passed, 0 failed", 0)]
    [InlineData("  failed: 2\n  succeeded: 5\n  skipped: 1", 2, "5 passed, 2 failed, 1 skipped", 2)]
    [InlineData("it crashed", 134, "0 passed, 1 failed", 134)]
    [InlineData("  failed: 0\n  succeeded: 0\n  skipped: 0", 0, "0 passed, 1 failed", 8)]
    public async Task Test_ends_with_its_count(string report, int ends, string closing, int expected)
    {
        Sdk($"[ \"$1\" = test ] && printf '%s\\n' '{report}' && exit {ends}\nexit 0");
        var (code, output) = await RunAsync("test");
        Assert.Equal(closing, output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task Test_takes_a_filter()
    {
        await RunAsync("test", "Orders");
        Assert.Contains(Asked(), line => line.StartsWith("test ", StringComparison.Ordinal) && line.Contains("--filter-method *Orders*", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_tests_leave_behind_is_cleared_up()
    {
        Sdk("""
            if [ "$1" = test ]; then sleep 1000 >/dev/null 2>&1 & echo "left $!"; echo '  succeeded: 1'; fi
            exit 0
            """);
        var (_, output) = await RunAsync("test");
        var left = output.Split('\n').Single(line => line.StartsWith("left ", StringComparison.Ordinal))["left ".Length..];
        Assert.True(await RunningUp.UntilAsync(() => Task.FromResult(!Path.Exists("/proc/" + left)), TimeSpan.FromSeconds(10)), "it is still there");
    }

    [Theory]
    [InlineData("restore", "the packages could not be restored")]
    [InlineData("format", "formatting differs")]
    public async Task Ci_says_what_failed_and_ends_with_a_count(string step, string says)
    {
        Sdk($"[ \"$1\" = {step} ] && exit 1\nexit 0");
        var (code, output) = await RunAsync(".ci/run");
        Assert.Equal(1, code);
        Assert.Contains(says, output);
        Assert.Equal("0 passed, 1 failed", output.TrimEnd().Split('\n')[^1]);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllText(_folder[path], text);
    }

    private void Sdk(string body)
    {
        Write("bin/dotnet", $"#!/bin/bash\necho \"$*\" >> \"{_folder["asked"]}\"\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["bin/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string[] Asked() => File.Exists(_folder["asked"]) ? File.ReadAllLines(_folder["asked"]) : [];

    /// <summary>Runs a script from another folder, as a person may; both streams as one.</summary>
    private async Task<(int Code, string Output)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [_folder[script], .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = string.Join('\n', (await error).Split('\n').Where(line => !line.StartsWith("spoke: building", StringComparison.Ordinal)));
        return (process.ExitCode, said + output);
    }
}
