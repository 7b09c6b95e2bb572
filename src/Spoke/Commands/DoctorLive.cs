using System.CommandLine;
using Spoke.Composition;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Subscriptions;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c> and <c>spoke doctor live</c>: are the configured portals well, and will their tokens do for a sync?</summary>
internal static class DoctorLive
{
    private sealed record Asked(long? Portal, string? Path, DoctorForm Form);

    /// <param name="deliveries">Whether what the stores push arrives is asked, too.</param>
    public static void Configure(Command command, bool deliveries)
    {
        var variable = PortalOptions.TokenVariable();
        var file = new Option<string>("--config") { Description = "The configuration whose portals are checked; without one, the token of --token-env", DefaultValueFactory = _ => PortalOptions.DefaultConfiguration };
        var portal = new Option<long?>("--portal") { Description = "The hub id the token should belong to." };
        var path = new Option<string?>("--path") { Description = "A path to ask for by one GET: does it take this kind of credential? Example: /webhooks/v3/123/subscriptions" };
        var (json, sarif) = (DoctorOutput.JsonOption(), DoctorOutput.SarifOption());
        foreach (var option in (Option[])[variable, file, portal, path, json, sarif]) command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };
            if (Given(variable) && Given(file)) throw new UsageException("--token-env and --config are two sources of a token. Give one of them.");
            if (parsed.GetValue(path) is { } asked && !asked.StartsWith('/')) throw new UsageException($"--path is '{asked}'; it begins with a slash, such as /crm/v3/objects/contacts.");
            var questions = new Asked(parsed.GetValue(portal), parsed.GetValue(path), DoctorOutput.FormOf(parsed, json, sarif));
            return Given(file) || (!Given(variable) && File.Exists(parsed.GetValue(file)))
                ? await ConfiguredAsync(parsed.GetValue(file)!, questions, deliveries, cancellationToken).ConfigureAwait(false)
                : await DoctorOutput.WriteAsync(await ExamineAsync(PortalOptions.Credential(parsed.GetValue(variable)!), SyncScopes.Needed, questions, cancellationToken).ConfigureAwait(false), questions.Form).ConfigureAwait(false);
        });
    }

    private static async Task<Diagnosis> ExamineAsync(ICredential credential, IReadOnlyList<IReadOnlyList<string>> scopes, Asked asked, CancellationToken cancellationToken)
    {
        using var client = PortalOptions.Client(credential);
        return await ExamineAsync(client, credential, scopes, asked, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Diagnosis> ExamineAsync(HubSpotClient client, ICredential credential, IReadOnlyList<IReadOnlyList<string>> scopes, Asked asked, CancellationToken cancellationToken)
    {
        var questions = new LiveQuestions { Needs = scopes, PortalId = asked.Portal, Path = asked.Path, Grant = credential as OAuthCredential };
        var token = await credential.GetTokenAsync(cancellationToken).ConfigureAwait(false) ?? "";
        return await Doctor.ExamineLiveAsync(client, token, credential.Source, questions, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ConfiguredAsync(string file, Asked asked, bool deliveries, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var portals = sync.Connections.GroupBy(connection => connection.PortalName).ToList();
        if (portals.Count > 1 && (asked.Portal is not null || asked.Form == DoctorForm.Sarif)) throw new UsageException($"{file} joins {portals.Count} portals, and --portal and --sarif are about one. Say which by --token-env.");
        var findings = new DoctorFindings();
        foreach (var connections in portals)
        {
            var credential = sync.Credential(connections.Key);
            try
            {
                findings.Portals.Add((connections.Key, await ExamineAsync(connections.First().Portal, credential, SyncScopes.For(connections), asked, cancellationToken).ConfigureAwait(false)));
            }
            catch (HubSpotException unreachable) when (unreachable.Kind == HubSpotErrorKind.Unreachable)
            {
                findings.Unreachable.Add((connections.Key, unreachable));   // what the stores push is another question
            }
            finally
            {
                (credential as IDisposable)?.Dispose();
            }
        }
        foreach (var connection in deliveries && asked.Form != DoctorForm.Sarif ? sync.Connections : [])
        {
            findings.Stores.Add(await DoctorStores.AskAsync(connection, cancellationToken).ConfigureAwait(false));
            findings.Deliveries.Add(await new DeliveryCheck(sync.Database, TimeProvider.System).RunAsync(connection, cancellationToken).ConfigureAwait(false));
        }
        return findings.Write(asked.Form);
    }
}
