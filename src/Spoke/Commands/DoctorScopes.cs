using System.CommandLine;
using System.Text;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor scopes FILE|-</c>: the least scopes for the calls of a text.</summary>
internal static class DoctorScopes
{
    public static Command Create()
    {
        var file = new Argument<string[]>("FILE") { Description = "Source code, a HAR, an export of Postman or Insomnia, an OpenAPI description, or a list of endpoints such as 'GET /crm/v3/objects/contacts'; several, a folder, or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var granted = new Option<string?>("--granted") { Description = "The scopes the token has, separated by blanks or commas: tells what is missing and what is too much. With --live: scopes it will have besides." };
        var live = new Option<bool>("--live") { Description = "Ask the configured portal what its token has." };
        var client = new Option<string?>("--client-id") { Description = "The app's client id, for the install link." };
        var redirect = new Option<string?>("--redirect-uri") { Description = "The app's redirect address, for the install link." };
        var variable = PortalOptions.TokenVariable();
        var json = DoctorOutput.JsonOption();
        var command = new Command("scopes", "Tells the least scopes for the calls of your code: what is missing, what is too much, what needs a subscription, with an install link and a list for a service key.\n\nExamples:\n  spoke doctor scopes src/\n  spoke doctor scopes session.har --live\n  echo 'POST /crm/v3/objects/orders/batch/upsert' | spoke doctor scopes - --json") { file, granted, live, client, redirect, variable, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var scopes = parsed.GetValue(granted)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
            // Both: what the portal's token has, and what it will have besides.
            if (parsed.GetValue(live)) scopes = [.. (await GrantedAsync(parsed.GetValue(variable)!, cancellationToken).ConfigureAwait(false)).Union(scopes ?? [])];
            var calls = new List<FoundCall>();
            var files = await DoctorFiles.ReadAsync(parsed.GetValue(file)!, ScopePlanner.LongestInput, cancellationToken).ConfigureAwait(false);
            var several = files.Count > 1 || Directory.Exists(parsed.GetValue(file)![0]);
            UsageException? first = null;
            foreach (var given in files)
            {
                try
                {
                    calls.AddRange(Calls(given, several));
                }
                catch (UsageException wrong) when (several)
                {
                    // One file says nothing against the others.
                    first ??= wrong;
                    await Terminal.Error.WriteLineAsync($"spoke: {wrong.Message} It was passed over.").ConfigureAwait(false);
                }
            }
            if (calls.Count == 0 && first is not null) throw first;
            if (calls.Count == 0) throw new UsageException("no call of HubSpot's API was found. Give source code with its paths, a HAR, an OpenAPI description, or lines such as 'GET /crm/v3/objects/contacts'.");
            var plan = ScopePlanner.Plan(calls, scopes);
            if (parsed.GetValue(json)) await Terminal.Out.WriteLineAsync(plan.ToJson(parsed.GetValue(client), parsed.GetValue(redirect))).ConfigureAwait(false);
            else await Terminal.Out.WriteAsync(plan.ToText(parsed.GetValue(client), parsed.GetValue(redirect))).ConfigureAwait(false);
            return plan.Missing.Count > 0 ? ExitCode.NotWell : ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<FoundCall> Calls(DoctorFile file, bool several)
    {
        try
        {
            return ScopePlanner.Plan(Text(file)).Calls.Select(call => several ? call.Call with { File = file.Name } : call.Call);
        }
        catch (FormatException wrong)
        {
            throw new UsageException(several ? $"{file.Name}: {wrong.Message}" : wrong.Message);
        }
    }

    private static string Text(DoctorFile file) => file.Content.Length <= ScopePlanner.LongestInput ? Encoding.UTF8.GetString(file.Content.Span)
        : throw new UsageException($"{file.Name} has {file.Content.Length:N0} bytes; {ScopePlanner.LongestInput:N0} are looked at, at most.");

    private static async Task<IReadOnlyList<string>> GrantedAsync(string variable, CancellationToken cancellationToken)
    {
        var credential = PortalOptions.Credential(variable);
        if (credential is OAuthCredential grant) return (await grant.IntrospectAsync(await grant.GetTokenAsync(cancellationToken).ConfigureAwait(false) ?? "", cancellationToken).ConfigureAwait(false)).Scopes;
        using var portal = PortalOptions.Client(credential);
        return (await portal.Account.GetTokenInformationAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Scopes;
    }
}
