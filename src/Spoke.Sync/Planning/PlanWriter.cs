using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Spoke.Sync.Planning;

/// <summary>Writes a plan line by line, so that one of a million records needs no memory, and takes its fingerprint on the way.</summary>
internal sealed class PlanWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _lines;

    public Task WriteAsync(PlanHead head, CancellationToken cancellationToken) => WriteAsync(head, PlanJson.Default.PlanHead, cancellationToken);

    public Task WriteAsync(PlanLine line, CancellationToken cancellationToken) => WriteAsync(line, PlanJson.Default.PlanLine, cancellationToken);

    public Task WriteAsync(PlanAbout about, CancellationToken cancellationToken) => WriteAsync(about, PlanJson.Default.PlanAbout, cancellationToken);

    /// <returns>The fingerprint.</returns>
    public async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        var fingerprint = Convert.ToHexStringLower(_hash.GetCurrentHash());
        await WriteAsync(new PlanTail(_lines, fingerprint), PlanJson.Default.PlanTail, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return fingerprint;
    }

    public void Dispose() => _hash.Dispose();

    private async Task WriteAsync<T>(T line, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, type);
        _hash.AppendData(bytes);
        _lines++;
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }
}
