using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor request FILE…|DIR|-</c> and <c>spoke doctor response FILE|-</c>: nothing is sent.</summary>
internal static class DoctorText
{
    public static Command Request()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files or folders, or - for standard input. Environment files among them are recognised.", Arity = ArgumentArity.OneOrMore };
        var environment = new Option<string?>("--environment") { Description = "The environment whose variables count, where there are several." };
        var (json, sarif) = (DoctorOutput.JsonOption(), DoctorOutput.SarifOption());
        var command = new Command("request", "Examines failing requests: a curl line (bash, cmd, PowerShell), wget, HTTPie, raw HTTP, .http files, a HAR recording, exports of Postman, Insomnia and Bruno, source code, logs, .env files; the answer may follow a request.\n\nExamples:\n  spoke doctor request failing.txt\n  spoke doctor request hubspot.postman_collection.json prod.postman_environment.json\n  spoke doctor request bruno/ --environment Production") { files, environment, json, sarif };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = await DoctorFiles.ReadAsync(parsed.GetValue(files)!, Doctor.LongestInput, cancellationToken).ConfigureAwait(false);
            var diagnosis = given is [{ Name: "-" }] && parsed.GetValue(environment) is null ? Doctor.ExamineRequest(given[0].Content.Span) : Doctor.ExamineFiles(given, parsed.GetValue(environment));
            return await DoctorOutput.WriteAsync(diagnosis, DoctorOutput.FormOf(parsed, json, sarif)).ConfigureAwait(false);
        });
        return command;
    }

    public static Command Response()
    {
        var file = new Argument<string>("FILE") { Description = "The file, or - for standard input." };
        var (json, sarif) = (DoctorOutput.JsonOption(), DoctorOutput.SarifOption());
        var command = new Command("response", "Examines an error body or a raw response.\n\nExample:\n  spoke doctor response error.json") { file, json, sarif };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = await DoctorFiles.ReadAsync([parsed.GetValue(file)!], Doctor.LongestInput, cancellationToken).ConfigureAwait(false);
            return await DoctorOutput.WriteAsync(Doctor.ExamineResponse(given[0].Content.Span), DoctorOutput.FormOf(parsed, json, sarif)).ConfigureAwait(false);
        });
        return command;
    }
}
