using System.CommandLine;
using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor webhook FILE|-</c>: which ingredient of a signature differs.</summary>
internal static class DoctorWebhook
{
    private const string DefaultVariable = "HUBSPOT_CLIENT_SECRET";

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The delivery as it arrived: the raw HTTP request, or JSON with method, url, headers and body; - for standard input." };
        var secrets = new Option<string[]>("--secret-env") { Description = $"Variable that holds the app's client secret. May be given several times. Default: {DefaultVariable}.", AllowMultipleArgumentsPerToken = true };
        var url = new Option<string?>("--url") { Description = "The address registered in HubSpot." };
        var received = new Option<string?>("--received") { Description = "When it arrived, in ISO 8601; then the clock is judged as well." };
        var (json, sarif) = (DoctorOutput.JsonOption(), DoctorOutput.SarifOption());
        var command = new Command("webhook", "Tells why the signature of a webhook delivery does not check: version, address behind a proxy, a body written anew, seconds for milliseconds, the secret.\n\nExample:\n  HUBSPOT_CLIENT_SECRET=… spoke doctor webhook delivery.txt --url https://shop.example/hooks") { file, secrets, url, received, json, sarif };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = await DoctorFiles.ReadAsync([parsed.GetValue(file)!], Doctor.LongestInput, cancellationToken).ConfigureAwait(false);
            var diagnosis = WebhookDoctor.Examine(given[0].Content.Span, Secrets(parsed.GetValue(secrets)), parsed.GetValue(url), Moment(parsed.GetValue(received)));
            return await DoctorOutput.WriteAsync(diagnosis, DoctorOutput.FormOf(parsed, json, sarif)).ConfigureAwait(false);
        });
        return command;
    }

    private static List<(string, string)> Secrets(string[]? names)
    {
        var found = new List<(string, string)>();
        foreach (var name in names is { Length: > 0 } ? names : [DefaultVariable])
            found.Add(Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? ("variable " + name, value) : throw new UsageException($"the variable {name} is not set. It holds the app's client secret; --secret-env names another one."));
        return found;
    }

    private static DateTimeOffset? Moment(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
        : throw new UsageException($"--received is an ISO 8601 time, such as 2026-11-25T10:00:00Z, not '{text}'.");
}
