using System.CommandLine;
using Spoke.Commands;

namespace Spoke.EndToEnd.Tests;

/// <summary>The program's manners at the terminal.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Alone_it_says_what_there_is()
    {
        var (code, output, _) = await SpokeProcess.RunAsync(null);
        Assert.Equal(0, code);
        foreach (var verb in RootCommandLine.Build().Subcommands) Assert.Contains(verb.Name, output);
        Assert.Equal(2, output.Split("Example").Length);   // its own; the list of verbs does without theirs
    }

    [Fact]
    public async Task A_verbs_help_shows_its_example_on_a_line_of_its_own()
    {
        var (code, output, _) = await SpokeProcess.RunAsync(null, "sync", "--help");
        Assert.Equal(0, code);
        Assert.Contains(output.Split('\n'), line => line.Trim() == "spoke sync --config spoke.json --once");
    }

    [Fact]
    public async Task The_version_is_a_version()
    {
        var (code, output, _) = await SpokeProcess.RunAsync(null, "--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help doctor request", "doctor request --help")]
    [InlineData("version", "--version")]
    public async Task Help_and_version_are_words_too(string words, string options)
    {
        var (code, output, error) = await SpokeProcess.RunAsync(null, words.Split(' '));
        Assert.Equal((0, (await SpokeProcess.RunAsync(null, options.Split(' '))).Output, ""), (code, output, error.Trim()));
        Assert.NotEqual("", output);
    }

    [Fact]
    public void Every_verb_has_an_example() => Assert.All(Verbs(RootCommandLine.Build()), verb => Assert.Contains($"spoke {verb.Path}", verb.Command.Description));

    [Theory]
    [InlineData(new[] { "synk" }, "there is no 'synk'. Did you mean sync?", "spoke --help")]
    [InlineData(new[] { "up", "--prot", "5050" }, "'up' has no option --prot. Did you mean --port?", "spoke up --help")]
    [InlineData(new[] { "up", "stray" }, "'up' does not take 'stray'.", "spoke up --help")]
    [InlineData(new[] { "doctor", "request", "--jsn", "x" }, "'request' has no option --jsn. Did you mean --json?", "spoke doctor request --help")]
    [InlineData(new[] { "up", "--port", "many" }, "many", "spoke up --help")]
    [InlineData(new[] { "help", "synk" }, "there is no 'synk'. Did you mean sync?", "spoke --help")]
    [InlineData(new[] { "config", "chekc" }, "there is no 'chekc'. Did you mean check?", "spoke config --help")]
    public async Task Wrong_usage_says_what_is_wrong_and_what_was_meant(string[] arguments, string says, string leadsTo)
    {
        var (code, output, error) = await SpokeProcess.RunAsync(null, arguments);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(says, error);
        Assert.Contains(leadsTo, error);
    }

    [Fact]
    public async Task An_emulator_that_cannot_start_says_what_where_and_how_to_mend_it()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "taken");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (arguments, says) in ((string[], string)[])
            [
                (["--port", "0", "--data", file], $"The data folder '{file}' cannot be made: {file} is a file, not a folder. Choose a folder you may write to with --data"),
                (["--port", "0", "--data", Path.Combine(file, "below")], $"{file} is a file, not a folder."),
                (["--port", "0", "--data", ""], "The data folder '' cannot be made"),
                (["--port", port], $"port {port} is in use by another program. Choose another with --port, or 0 for a free one."),
            ])
        {
            var (code, output, error) = await SpokeProcess.RunAsync(null, ["emulator", .. arguments]);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(says, error);
        }
    }

    [Fact]
    public async Task A_fault_of_our_own_is_one_line_without_what_it_was_about()
    {
        var before = System.Console.Error;
        using var said = new StringWriter();
        System.Console.SetError(said);
        try
        {
            Assert.Equal(4, await RootCommandLine.GuardAsync(() => throw new InvalidOperationException("the customer's own words"), TestContext.Current.CancellationToken));
        }
        finally
        {
            System.Console.SetError(before);
        }
        Assert.Contains("a fault of spoke itself: InvalidOperationException", said.ToString());
        Assert.Contains("SPOKE_DEBUG=1", said.ToString());
        Assert.DoesNotContain("own words", said.ToString());
        Assert.DoesNotContain("   at ", said.ToString());
    }

    private static IEnumerable<(Command Command, string Path)> Verbs(Command parent, string path = "") =>
        parent.Subcommands.SelectMany(command => command.Subcommands.Count > 0 ? Verbs(command, $"{path}{command.Name} ") : [(command, path + command.Name)]);
}
