using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor request FILE|-</c> and <c>spoke doctor response FILE|-</c>: nothing is sent.</summary>
internal static class DoctorText
{
    public static Command Create(string name, string description, bool answer)
    {
        var file = new Argument<string>("FILE") { Description = "The file, or - for standard input." };
        var json = DoctorOutput.JsonOption();
        var command = new Command(name, description) { file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, answer, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool answer, bool json, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
        var diagnosis = answer ? Doctor.ExamineResponse(bytes) : Doctor.ExamineRequest(bytes);
        return await DoctorOutput.WriteAsync(diagnosis, json).ConfigureAwait(false);
    }

    public static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (file != "-") return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
            using var input = Terminal.OpenStandardInput();
            using var memory = new MemoryStream();
            await input.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
            return memory.ToArray();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{file} cannot be read: {wrong.Message}");
        }
    }
}
