using System.CommandLine;
using Spoke.Configuration;

namespace Spoke.Commands;

/// <summary><c>spoke config check</c>: every problem of a configuration at once. <c>spoke config schema</c>: for editors.</summary>
internal static class ConfigCommand
{
    public static Option<string> FileOption() => new("--config") { Description = "The configuration", DefaultValueFactory = _ => "spoke.json" };

    public static Command Create()
    {
        var file = FileOption();
        var check = new Command("check", "Names every problem of a configuration with its place. Example: spoke config check --config spoke.json") { file };
        check.SetAction(parsed => Check(parsed.GetValue(file)!));
        var schema = new Command("schema", "Prints the JSON Schema of the configuration. Example: spoke config schema > spoke.schema.json");
        schema.SetAction(_ =>
        {
            Terminal.Write(ConfigurationSchema.Text());
            return ExitCode.Done;
        });
        return new Command("config", "Works on the configuration.") { check, schema };
    }

    private static int Check(string file)
    {
        var (configuration, problems) = ConfigurationFile.Read(file);
        foreach (var problem in problems) Terminal.Error.WriteLine(problem);
        if (configuration is null) return ExitCode.Usage;
        Terminal.WriteLine($"{file} is well: {configuration.Connections.Count} connection{(configuration.Connections.Count == 1 ? "" : "s")}");
        return ExitCode.Done;
    }
}
