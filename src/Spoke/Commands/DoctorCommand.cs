using System.CommandLine;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c>: is the configured portal well; and why does this request, or this answer, fail?</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Finds out why a call to HubSpot fails. Alone it checks the configured portal.\n\nExamples:\n  HUBSPOT_ACCESS_TOKEN=… spoke doctor\n  spoke doctor request failing.txt\n  pbpaste | spoke doctor request - --json");
        DoctorLive.Configure(command);
        var live = new Command("live", "Checks the configured portal: token, clock, hub, scopes, limits.\n\nExample:\n  HUBSPOT_ACCESS_TOKEN=… spoke doctor live --json");
        DoctorLive.Configure(live);
        command.Add(live);
        command.Add(DoctorText.Create("request", "Examines a failing request: a curl line (bash, cmd, PowerShell), raw HTTP, a .http file, a snippet of code; the answer may follow it.\n\nExample:\n  spoke doctor request failing.txt", answer: false));
        command.Add(DoctorText.Create("response", "Examines an error body or a raw response.\n\nExample:\n  spoke doctor response error.json", answer: true));
        command.Add(DoctorWebhook.Create());
        command.Add(DoctorScopes.Create());
        return command;
    }
}
