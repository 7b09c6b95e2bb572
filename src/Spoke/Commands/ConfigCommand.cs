using System.CommandLine;
using Spoke.Configuration;

namespace Spoke.Commands;

/// <summary><c>spoke config check</c>: every problem of a configuration at once.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--config") { Description = "The configuration", DefaultValueFactory = _ => "spoke.json" };
        var check = new Command("check", "Names every problem of a configuration with its place. Example: spoke config check --config spoke.json") { file };
        check.SetAction(parsed =>
        {
            var (configuration, problems) = ConfigurationFile.Read(parsed.GetValue(file)!);
            foreach (var problem in problems) Terminal.Error.WriteLine(problem);
            if (problems.Count > 0) return ExitCode.Usage;
            Terminal.WriteLine($"{parsed.GetValue(file)} is well: {configuration!.Connections.Count} connection{(configuration.Connections.Count == 1 ? "" : "s")}");
            return ExitCode.Done;
        });
        return new Command("config", "Works on the configuration.") { check };
    }
}
