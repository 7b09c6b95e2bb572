using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Tests.Native;

/// <summary>
/// The emulator as one native file, started and called: what a trim warning does not show, a run does. Publishing takes a minute or more,
/// so it is done in CI only; elsewhere the file that <c>src/Spoke.Emulator.Native/publish</c> left is taken.
/// </summary>
public sealed class NativeBinaryTests
{
    private static readonly HttpClient Http = new() { DefaultRequestHeaders = { { "Authorization", "Bearer " + EmulatorServer.DefaultToken } } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Native_file_seeds_serves_keeps_and_stops()
    {
        var program = await PublishedAsync();
        var folder = Directory.CreateTempSubdirectory("spoke-native-");
        try
        {
            using (var first = Start(program, "--port", "0", "--limits", "off", "--seed", "small-shop", "--data", folder.FullName))
            {
                var address = await ReadyAsync(first);
                Assert.Equal(40, await CountAsync(address));
                using var made = await Http.PostAsync(address + "/crm/v3/objects/contacts", new StringContent("""{"properties":{"email":"native@sample.example"}}""", Encoding.UTF8, "application/json"), Stop);
                Assert.Equal(201, (int)made.StatusCode);
                Assert.Contains("HubSpot emulator", await Http.GetStringAsync(address + "/", Stop));
                using var har = JsonDocument.Parse(await Http.GetStringAsync(address + "/_emulator/har", Stop));
                Assert.Equal(2, har.RootElement.GetProperty("log").GetProperty("entries").GetArrayLength());
                using var fidelity = JsonDocument.Parse(await Http.GetStringAsync(address + "/_emulator/fidelity", Stop));
                Assert.True(fidelity.RootElement.GetProperty("carriedOut").GetInt32() > 100);
                Assert.Equal(130, await StopAsync(first));
            }
            using var second = Start(program, "--port", "0", "--data", folder.FullName);
            Assert.Equal(41, await CountAsync(await ReadyAsync(second)));
            Assert.Equal(130, await StopAsync(second));

            using var wrong = Start(program, "--prot", "0");
            await wrong.WaitForExitAsync(Stop);
            Assert.Equal(2, wrong.ExitCode);
            using var noSeed = Start(program, "--port", "0", "--seed", "nowhere.json");
            Assert.Contains("There is no seed 'nowhere.json'", await noSeed.StandardError.ReadToEndAsync(Stop));
            await noSeed.WaitForExitAsync(Stop);
            Assert.Equal(2, noSeed.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PublishedAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Spoke.slnx"))) root = root.Parent;
        Assert.SkipWhen(root is null || OperatingSystem.IsWindows(), "This test runs from inside the repository, on a Unix system.");
        var program = Path.Combine(root.FullName, "artifacts", "native", RuntimeInformation.RuntimeIdentifier, "spoke-emulator");
        if (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.SkipUnless(File.Exists(program), "There is no native file; src/Spoke.Emulator.Native/publish makes it.");
            return program;
        }
        try
        {
            using var clang = Process.Start(new ProcessStartInfo("clang", ["--version"]) { RedirectStandardOutput = true })!;
            await clang.StandardOutput.ReadToEndAsync(Stop);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Publishing ahead of time needs clang and zlib's headers (apt-get install clang zlib1g-dev).");
        }
        using var publish = Process.Start(new ProcessStartInfo(Path.Combine(root.FullName, "src", "Spoke.Emulator.Native", "publish"), [RuntimeInformation.RuntimeIdentifier]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = publish.StandardError.ReadToEndAsync(Stop);
        await publish.StandardOutput.ReadToEndAsync(Stop);
        await publish.WaitForExitAsync(Stop);
        Assert.True(publish.ExitCode == 0, await errors);
        return program;
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task<string> ReadyAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync(Stop);
        if (line?.StartsWith("ready ", StringComparison.Ordinal) != true) Assert.Fail($"{line} {await process.StandardError.ReadToEndAsync(Stop)}");
        return line["ready ".Length..];
    }

    private static async Task<int> CountAsync(string address)
    {
        using var contacts = JsonDocument.Parse(await Http.GetStringAsync(address + "/crm/v3/objects/contacts?limit=100", Stop));
        return contacts.RootElement.GetProperty("results").GetArrayLength();
    }

    private static async Task<int> StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(Stop);
        return process.ExitCode;
    }
}
