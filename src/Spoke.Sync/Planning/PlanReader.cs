using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Spoke.Sync.Planning;

/// <summary>Reads a plan's file: first whether it is whole, then line by line.</summary>
internal sealed class PlanReader
{
    private readonly string _file;

    private PlanReader(string file, PlanHead head, string fingerprint) => (_file, Head, Fingerprint) = (file, head, fingerprint);

    public PlanHead Head { get; }
    public string Fingerprint { get; }

    /// <exception cref="InvalidDataException">It is no plan, of a newer version, or not as it was written.</exception>
    public static async Task<PlanReader> OpenAsync(string file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        PlanHead? head = null;
        string? last = null;
        var lines = 0L;
        try
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
            {
                head ??= JsonSerializer.Deserialize(line, PlanJson.Default.PlanHead);
                if (last is not null)
                {
                    hash.AppendData(Encoding.UTF8.GetBytes(last));
                    lines++;
                }
                last = line;
            }
            if (head is null || head.Format == 0 || head.Connections is null) throw new InvalidDataException($"{file} is no plan. Make one: spoke plan --out {file}");
            if (head.Format > PlanHead.Newest) throw new InvalidDataException($"{file} was made by a newer version of spoke. Apply it with that version, or make it anew.");
            var tail = JsonSerializer.Deserialize(last!, PlanJson.Default.PlanTail);
            var fingerprint = Convert.ToHexStringLower(hash.GetCurrentHash());
            if (tail?.Fingerprint != fingerprint || tail.Lines != lines) throw new InvalidDataException($"{file} is not as it was written: it was cut off or changed. Make the plan anew.");
            return new PlanReader(file, head, fingerprint);
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException(head is null ? $"{file} is no plan. Make one: spoke plan --out {file}" : $"{file} is not as it was written: it was cut off or changed. Make the plan anew.", wrong);
        }
    }

    /// <summary>Its records in the order of pushing.</summary>
    public async IAsyncEnumerable<PlanLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        await foreach (var line in File.ReadLinesAsync(_file, cancellationToken).ConfigureAwait(false))
        {
            if (!first && !line.StartsWith(PlanAbout.Begin, StringComparison.Ordinal) && !line.StartsWith("{\"lines\":", StringComparison.Ordinal)) yield return JsonSerializer.Deserialize(line, PlanJson.Default.PlanLine)!;
            first = false;
        }
    }
}
