using System.Globalization;
using System.Text.Json;

namespace Spoke.Emulator.Xunit;

/// <summary>The last thousand calls the emulator received, and asserts about them.</summary>
public sealed class EmulatorJournal
{
    private readonly EmulatorControl _control;

    internal EmulatorJournal(EmulatorControl control) => _control = control;

    /// <summary>The number of the newest call: give it as <c>since</c> to look only at what comes after.</summary>
    public async Task<long> MarkAsync(CancellationToken cancellationToken = default) => (await FindAsync(cancellationToken: cancellationToken).ConfigureAwait(false)) is { Count: > 0 } calls ? calls[^1].Number : 0;

    /// <summary>Calls that match, oldest first. What is left out matches any.</summary>
    /// <param name="path">Text the path begins with; <c>*</c> stands for anything, <c>{x}</c> for one segment.</param>
    /// <param name="status">A number, <c>4xx</c>, or <c>refused</c>.</param>
    /// <param name="text">Text in path, reason or bodies.</param>
    /// <param name="since">Only calls after this number.</param>
    public async Task<IReadOnlyList<JournaledCall>> FindAsync(string? method = null, string? path = null, string? status = null, string? text = null, long since = 0, CancellationToken cancellationToken = default)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"requests?limit=1000&since={since}&method={Escape(method)}&path={Escape(path)}&status={Escape(status)}&text={Escape(text)}");
        using var journal = await _control.ReadAsync("GET", query, null, cancellationToken).ConfigureAwait(false);
        return [.. journal.RootElement.GetProperty("requests").EnumerateArray().Select(Read)];
    }

    /// <summary>Fails unless such a call was made, or made so often.</summary>
    /// <param name="times">Null: at least once.</param>
    /// <exception cref="EmulatorAssertException">It was not; the message lists what was called.</exception>
    public async Task<IReadOnlyList<JournaledCall>> AssertCalledAsync(string method, string path, int? times = null, long since = 0, CancellationToken cancellationToken = default)
    {
        var found = await FindAsync(method, path, since: since, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (times is null ? found.Count > 0 : found.Count == times) return found;
        var wanted = times is null ? "at least one call" : string.Create(CultureInfo.InvariantCulture, $"{times} calls");
        throw await FailureAsync(string.Create(CultureInfo.InvariantCulture, $"Expected {wanted} of {method} {path}, but there were {found.Count}."), since, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fails when such a call was made.</summary>
    /// <exception cref="EmulatorAssertException">It was.</exception>
    public Task<IReadOnlyList<JournaledCall>> AssertNotCalledAsync(string method, string path, long since = 0, CancellationToken cancellationToken = default) => AssertCalledAsync(method, path, 0, since, cancellationToken);

    /// <summary>Fails when a call was refused or dropped.</summary>
    /// <exception cref="EmulatorAssertException">One was; the message tells why.</exception>
    public async Task AssertNoneRefusedAsync(long since = 0, CancellationToken cancellationToken = default)
    {
        var refused = await FindAsync(status: "refused", since: since, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (refused.Count > 0) throw new EmulatorAssertException($"Expected no refused call, but there were {refused.Count}:\n{string.Join('\n', refused)}");
    }

    private async Task<EmulatorAssertException> FailureAsync(string message, long since, CancellationToken cancellationToken)
    {
        var all = await FindAsync(since: since, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new EmulatorAssertException(all.Count == 0 ? $"{message} Nothing was called at all." : $"{message} The last calls were:\n{string.Join('\n', all.TakeLast(20))}");
    }

    private static JournaledCall Read(JsonElement entry) => new(
        entry.GetProperty("number").GetInt64(), entry.GetProperty("at").GetDateTimeOffset(), entry.GetProperty("method").GetString()!, entry.GetProperty("path").GetString()!,
        entry.GetProperty("status").GetInt32(), entry.GetProperty("verdict").GetString()!, entry.GetProperty("why").GetString(), entry.GetProperty("request").GetString(), entry.GetProperty("response").GetString());

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
