using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>How a diagnosis is printed.</summary>
internal enum DoctorForm { Text, Json, Sarif }

/// <summary>How a diagnosis reaches the terminal, and which exit code it means.</summary>
internal static class DoctorOutput
{
    public static Option<bool> JsonOption() => new("--json") { Description = "One line of JSON for programs." };

    public static Option<bool> SarifOption() => new("--sarif") { Description = "A SARIF 2.1.0 log for tools that show findings in a file." };

    public static DoctorForm FormOf(ParseResult parsed, Option<bool> json, Option<bool> sarif) =>
        (parsed.GetValue(json), parsed.GetValue(sarif)) switch
        {
            (true, true) => throw new UsageException("--json and --sarif are two forms of the same output. Give one of them."),
            (true, false) => DoctorForm.Json,
            (false, true) => DoctorForm.Sarif,
            _ => DoctorForm.Text,
        };

    public static async Task<int> WriteAsync(Diagnosis diagnosis, DoctorForm form)
    {
        if (diagnosis.Unreadable is { } why) throw new UsageException(why);
        if (form == DoctorForm.Json) await Terminal.Out.WriteLineAsync(diagnosis.ToJson()).ConfigureAwait(false);
        else if (form == DoctorForm.Sarif) await Terminal.Out.WriteLineAsync(diagnosis.ToSarif()).ConfigureAwait(false);
        else await Terminal.Out.WriteAsync(diagnosis.ToString()).ConfigureAwait(false);
        if (diagnosis.PortalUnavailable) return ExitCode.Refused;
        return diagnosis.Verdict == Verdict.Healthy ? ExitCode.Done : ExitCode.NotWell;
    }
}
