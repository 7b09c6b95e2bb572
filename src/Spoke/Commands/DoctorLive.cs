using System.CommandLine;
using Spoke.HubSpot;
using Spoke.Sync.Connections;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c> and <c>spoke doctor live</c>: is the configured portal well, and will its token do for a sync?</summary>
internal static class DoctorLive
{
    public static void Configure(Command command)
    {
        var variable = PortalOptions.TokenVariable();
        var json = DoctorOutput.JsonOption();
        command.Add(variable);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(variable)!, parsed.GetValue(json), cancellationToken));
    }

    private static async Task<int> RunAsync(string variable, bool json, CancellationToken cancellationToken)
    {
        using var client = PortalOptions.Client(variable);
        var token = Environment.GetEnvironmentVariable(variable) ?? "";
        var diagnosis = await Doctor.ExamineLiveAsync(client, token, "variable " + variable, SyncScopes.Needed, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await DoctorOutput.WriteAsync(diagnosis, json).ConfigureAwait(false);
    }
}
