using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>How a diagnosis reaches the terminal, and which exit code it means.</summary>
internal static class DoctorOutput
{
    public static Option<bool> JsonOption() => new("--json") { Description = "One line of JSON for programs." };

    public static async Task<int> WriteAsync(Diagnosis diagnosis, bool json)
    {
        if (diagnosis.Unreadable is { } why) throw new UsageException(why);
        if (json) await Terminal.Out.WriteLineAsync(diagnosis.ToJson()).ConfigureAwait(false);
        else await Terminal.Out.WriteAsync(diagnosis.ToString()).ConfigureAwait(false);
        if (diagnosis.PortalUnavailable) return ExitCode.Refused;
        return diagnosis.Verdict == Verdict.Healthy ? ExitCode.Done : ExitCode.NotWell;
    }
}
