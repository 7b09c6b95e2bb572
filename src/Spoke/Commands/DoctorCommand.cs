using System.CommandLine;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c>: is what is configured well; and why does this request, or this answer, fail?</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Finds out why a call to HubSpot fails. Alone it checks the configured portal; of a spoke.json all portals and, by a test delivery, whether what the stores push arrives.\n\nExamples:\n  HUBSPOT_ACCESS_TOKEN=… spoke doctor\n  spoke doctor --config spoke.json\n  spoke doctor request failing.txt\n  pbpaste | spoke doctor request - --json");
        DoctorLive.Configure(command, deliveries: true);
        var live = new Command("live", "Checks the configured portal: token, clock, hub, scopes, limits.\n\nExample:\n  HUBSPOT_ACCESS_TOKEN=… spoke doctor live --json");
        DoctorLive.Configure(live, deliveries: false);
        command.Add(live);
        command.Add(DoctorDeliveries.Create());
        command.Add(DoctorText.Request());
        command.Add(DoctorText.Response());
        command.Add(DoctorWebhook.Create());
        command.Add(DoctorScopes.Create());
        return command;
    }
}
