using System.CommandLine;
using Spoke.Composition;

namespace Spoke.Commands;

/// <summary><c>spoke up</c>: everything on this machine, no account anywhere.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder that keeps everything", DefaultValueFactory = _ => "spoke-data" };
        var port = new Option<int>("--port") { Description = "Port of the console; shop and HubSpot take the next two if they are free. 0 picks free ones", DefaultValueFactory = _ => 5050 };
        var json = new Option<bool>("--json") { Description = "Print one JSON line with the addresses when ready" };
        var quiet = new Option<bool>("--no-demo") { Description = "Nobody shops by themselves" };
        var command = new Command("up", "Runs a HubSpot emulator, a sample shop, the engine and the console.\n\nExample:\n  spoke up --data ./spoke-data --port 5050") { data, port, json, quiet };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new EverythingOptions { DataDirectory = Path.GetFullPath(parsed.GetValue(data)!), Port = parsed.GetValue(port), Demo = !parsed.GetValue(quiet) };
            await using var everything = await Everything.StartAsync(options, cancellationToken).ConfigureAwait(false);
            Terminal.WriteLine(parsed.GetValue(json) ? everything.Addresses.ForPrograms() : everything.Addresses.ForPeople());
            await everything.RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Interrupted;
        });
        return command;
    }
}
