using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Spoke.Emulator.Tests;

/// <summary>The tests; and, for those that kill an emulator, an emulator in a process of its own.</summary>
internal static class Program
{
    public const string EmulatorVerb = "run-emulator";

    public static async Task<int> Main(string[] args)
    {
        if (args is [EmulatorVerb, var folder]) return await RunEmulatorAsync(folder);
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }

    private static async Task<int> RunEmulatorAsync(string folder)
    {
        try
        {
            await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder });
            Console.WriteLine(emulator.BaseUrl);
            await Console.In.ReadToEndAsync();   // until whoever started it goes away, or kills it
            return 0;
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException)
        {
            Console.WriteLine(refused.Message);
            return 2;
        }
    }
}
