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
        var credential = PortalOptions.Credential(variable);
        using var client = PortalOptions.Client(credential);
        var token = await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false) ?? "";
        var diagnosis = await Doctor.ExamineLiveAsync(client, token, credential.Source, SyncScopes.Needed, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await DoctorOutput.WriteAsync(diagnosis, json).ConfigureAwait(false);
    }
}
