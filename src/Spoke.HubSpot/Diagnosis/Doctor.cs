namespace Spoke.HubSpot;

/// <summary>
/// Finds out why a call to HubSpot fails in authentication or authorisation. Works on text alone, sends nothing, and shows no secret
/// in what it returns. Never throws on input, however broken.
/// </summary>
public static class Doctor
{
    /// <summary>Longest input that is looked at.</summary>
    public const int LongestInput = 2_000_000;

    /// <summary>
    /// Examines a shown request: a curl line in the quoting of bash, cmd or PowerShell, Invoke-RestMethod, a raw HTTP request, a <c>.http</c> file,
    /// a transcript of curl -v, or a snippet of source code; with the answer below it if there is one.
    /// </summary>
    /// <param name="text">The bytes as they are: byte order marks, carriage returns and bytes that are no UTF-8 are evidence.</param>
    /// <param name="timeProvider">The clock that decides whether a token has expired; the system's by default.</param>
    public static Diagnosis ExamineRequest(ReadOnlySpan<byte> text, TimeProvider? timeProvider = null)
    {
        if (text.Length > LongestInput) return Unreadable($"The input has {text.Length:N0} bytes; {LongestInput:N0} are looked at, at most. Cut out the one request that fails.");
        return Examine(SourceText.Of(text), timeProvider, answerOnly: false);
    }

    /// <inheritdoc cref="ExamineRequest(ReadOnlySpan{byte}, TimeProvider?)"/>
    public static Diagnosis ExamineRequest(string text, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Examine(new SourceText(text.TrimStart('\uFEFF')) { }, timeProvider, answerOnly: false);
    }

    /// <summary>Examines an answer alone: an error body or a raw response.</summary>
    public static Diagnosis ExamineResponse(ReadOnlySpan<byte> text, TimeProvider? timeProvider = null)
    {
        if (text.Length > LongestInput) return Unreadable($"The input has {text.Length:N0} bytes; {LongestInput:N0} are looked at, at most.");
        return Examine(SourceText.Of(text), timeProvider, answerOnly: true);
    }

    /// <summary>
    /// Checks a live portal: what the token is, whether HubSpot knows it, the clock, the scopes against <paramref name="needs"/>, the limits left.
    /// Sends three calls when all is well, at most three when refused, and repeats none.
    /// </summary>
    /// <param name="client">Reaches the portal; its token is <paramref name="token"/>.</param>
    /// <param name="token">As it was configured, white space included.</param>
    /// <param name="source">Where it came from, such as <c>variable HUBSPOT_ACCESS_TOKEN</c>.</param>
    /// <param name="needs">For each need the scopes of which any one will do; empty: scopes are counted only.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Unreachable"/>: no answer arrived. Refusals are findings, not exceptions.</exception>
    public static Task<Diagnosis> ExamineLiveAsync(HubSpotClient client, string token, string source, IReadOnlyList<IReadOnlyList<string>> needs, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(needs);
        return new LiveExamination(client, token, source, needs, timeProvider ?? TimeProvider.System).RunAsync(cancellationToken);
    }

    private static Diagnosis Examine(SourceText source, TimeProvider? timeProvider, bool answerOnly)
    {
        source = source.WithoutFences();
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        if (source.Text.AsSpan().Trim().IsEmpty) return Unreadable("The input is empty.");
        var requests = answerOnly ? [] : RequestReader.Read(source);
        if (requests.Count == 0)
        {
            if (AnswerReader.Read(source, 0, source.Text.Length) is not { } answer)
                return Unreadable(answerOnly ? "This is no answer that can be read: neither HTTP headers, nor HubSpot's JSON, nor a page. 'spoke doctor request' reads requests." : "This is no request that can be read. Give a curl command, a raw HTTP request, a .http file, Invoke-RestMethod or a snippet of code; the answer may follow it.");
            requests = [new ShownRequest(source, Dialect.Fragment) { Answer = answer }];
        }
        return Examination.Of(source, requests, now);
    }

    internal static Diagnosis Unreadable(string why) => new() { Verdict = Verdict.Unknown, Findings = [], Unreadable = why };
}
