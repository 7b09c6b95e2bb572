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
        var portal = new Option<long?>("--portal") { Description = "The hub id the token should belong to." };
        var path = new Option<string?>("--path") { Description = "A path to ask for by one GET: does it take this kind of credential? Example: /webhooks/v3/123/subscriptions" };
        var (json, sarif) = (DoctorOutput.JsonOption(), DoctorOutput.SarifOption());
        command.Add(variable);
        command.Add(portal);
        command.Add(path);
        command.Add(json);
        command.Add(sarif);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(path) is { } asked && !asked.StartsWith('/')) throw new UsageException($"--path is '{asked}'; it begins with a slash, such as /crm/v3/objects/contacts.");
            var credential = PortalOptions.Credential(parsed.GetValue(variable)!);
            var questions = new LiveQuestions { Needs = SyncScopes.Needed, PortalId = parsed.GetValue(portal), Path = parsed.GetValue(path), Grant = credential as OAuthCredential };
            using var client = PortalOptions.Client(credential);
            var token = await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false) ?? "";
            var diagnosis = await Doctor.ExamineLiveAsync(client, token, credential.Source, questions, cancellationToken: cancellationToken).ConfigureAwait(false);
            return await DoctorOutput.WriteAsync(diagnosis, DoctorOutput.FormOf(parsed, json, sarif)).ConfigureAwait(false);
        });
    }
}
