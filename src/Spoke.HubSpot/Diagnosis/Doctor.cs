namespace Spoke.HubSpot;

/// <summary>
/// Finds out why a call to HubSpot fails in authentication or authorisation. Works on text alone, sends nothing, and shows no secret
/// in what it returns. Never throws on input, however broken.
/// </summary>
public static class Doctor
{
    /// <summary>Longest input that is looked at, in bytes.</summary>
    public const int LongestInput = 2_000_000;

    /// <summary>Longest recording or export (JSON) that is looked at, in bytes.</summary>
    public const int LongestExport = 32_000_000;

    /// <summary>
    /// Examines a shown request: a curl line in the quoting of bash, cmd or PowerShell, Invoke-RestMethod, wget, HTTPie, a raw HTTP request, a <c>.http</c> file,
    /// a transcript of curl -v, a HAR recording, an export of Postman, Insomnia or Bruno, source code, a log excerpt or a .env file; with the answer below it if there is one.
    /// </summary>
    /// <param name="text">The bytes as they are: byte order marks, carriage returns and bytes that are no UTF-8 are evidence.</param>
    /// <param name="timeProvider">The clock that decides whether a token has expired; the system's by default.</param>
    public static Diagnosis ExamineRequest(ReadOnlySpan<byte> text, TimeProvider? timeProvider = null) =>
        TooLong(text) ?? Examine([SourceText.Of(text)], null, timeProvider, answerOnly: false);

    /// <inheritdoc cref="ExamineRequest(ReadOnlySpan{byte}, TimeProvider?)"/>
    public static Diagnosis ExamineRequest(string text, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Examine([new SourceText(text.TrimStart('\uFEFF')) { }], null, timeProvider, answerOnly: false);
    }

    /// <summary>Examines the requests of several files together: a collection with its environments, a folder of Bruno's, .http files, source code.</summary>
    /// <param name="files">Environment files among them are recognised and fill in the variables of the others. One that is too long is passed over, with a note.</param>
    /// <param name="environment">The environment to use where there are several; null: what differs between them is left open.</param>
    public static Diagnosis ExamineFiles(IReadOnlyList<DoctorFile> files, string? environment = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Where(f => Fits(f.Content.Span)).Sum(f => (long)f.Content.Length) > LongestExport) return Unreadable($"The files have more than {LongestExport:N0} bytes together. Give those with the requests that fail.");
        if (files is [var alone] && TooLong(alone.Content.Span) is { } tooLong) return tooLong;
        // One log too long says nothing against the others.
        var passed = files.Where(f => !Fits(f.Content.Span)).ToList();
        if (passed.Count > 0) files = [.. files.Except(passed)];
        var notes = passed.Select(f => $"{f.Name} has {f.Content.Length:N0} bytes and was passed over; {Longest(f.Content.Span):N0} are looked at, at most.").ToList();
        if (files.Count == 0 && passed.Count > 0) return Unreadable(string.Join(' ', notes) + " Cut out the one request that fails.");
        var diagnosis = Examine([.. files.Select(f => SourceText.Of(f.Content.Span, f.Name.Replace('\\', '/')))], environment, timeProvider, answerOnly: false);
        return diagnosis with { Notes = [.. notes, .. diagnosis.Notes], Unreadable = diagnosis.Unreadable is { } why ? string.Join(' ', [.. notes, why]) : null };
    }

    /// <summary>Examines an answer alone: an error body or a raw response.</summary>
    public static Diagnosis ExamineResponse(ReadOnlySpan<byte> text, TimeProvider? timeProvider = null) =>
        TooLong(text) ?? Examine([SourceText.Of(text)], null, timeProvider, answerOnly: true);

    /// <summary>How long a text of this kind may be, in bytes.</summary>
    private static int Longest(ReadOnlySpan<byte> text) => text.TrimStart("\uFEFF \r\n\t"u8) is [(byte)'{' or (byte)'[', ..] ? LongestExport : LongestInput;

    private static bool Fits(ReadOnlySpan<byte> text) => text.Length <= Longest(text);

    private static Diagnosis? TooLong(ReadOnlySpan<byte> text) =>
        Fits(text) ? null : Unreadable($"The input has {text.Length:N0} bytes; {Longest(text):N0} are looked at, at most. Cut out the one request that fails.");

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
        return ExamineLiveAsync(client, token, source, new LiveQuestions { Needs = needs }, timeProvider, cancellationToken);
    }

    /// <summary>Checks a live portal, also whether it is the expected one and whether one path can be called. One call more when a path is given.</summary>
    /// <inheritdoc cref="ExamineLiveAsync(HubSpotClient, string, string, IReadOnlyList{IReadOnlyList{string}}, TimeProvider?, CancellationToken)"/>
    public static Task<Diagnosis> ExamineLiveAsync(HubSpotClient client, string token, string source, LiveQuestions questions, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(questions);
        return new LiveExamination(client, token, source, questions, timeProvider ?? TimeProvider.System).RunAsync(cancellationToken);
    }

    private static Diagnosis Examine(IReadOnlyList<SourceText> files, string? environment, TimeProvider? timeProvider, bool answerOnly)
    {
        files = [.. files.Select(f => f.WithoutFences())];
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        if (files.All(f => f.Text.AsSpan().Trim().IsEmpty)) return Unreadable("The input is empty.");
        var input = answerOnly ? new ShownInput() : InputReader.Read(files, environment);
        if (input.Refused is { } refused) return Unreadable(refused);
        var requests = input.Requests;
        if (requests.Count == 0 && input.Empty is { } kind) return Unreadable($"This is {kind}. Record or export the call that fails.");
        var others = requests.FindAll(OtherService.Takes);
        if (others.Count > 0)
        {
            var hosts = string.Join(", ", others.Select(r => r.Address.Host.Text.ToLowerInvariant()).Distinct().Take(5));
            if (others.Count == requests.Count) return Unreadable($"This is no call to HubSpot: it goes to {hosts}, and nothing in it is HubSpot's. Give the call to HubSpot that fails.");
            requests = [.. requests.Except(others)];
            input.Notes.Add($"What goes to {hosts} is no call to HubSpot, and was not judged.");
        }
        if (requests.Count == 0)
        {
            var answers = files.Select(f => (Source: f, Answer: AnswerReader.Read(f, 0, f.Text.Length))).Where(a => a.Answer is not null).ToList();
            if (answers.Count == 0)
                return Unreadable(answerOnly ? "This is no answer that can be read: neither HTTP headers, nor HubSpot's JSON, nor a page. 'spoke doctor request' reads requests."
                    : "This is no request that can be read. Give a command of curl, wget or HTTPie, a raw HTTP request, a .http file, a HAR recording, an export of Postman, Insomnia or Bruno, Invoke-RestMethod, source code or a log; the answer may follow a request.");
            requests = [.. answers.Take(1).Select(a => new ShownRequest(a.Source, Dialect.Fragment) { Answer = a.Answer })];
        }
        return Examination.Of(requests, input.Notes, now);
    }

    internal static Diagnosis Unreadable(string why) => new() { Verdict = Verdict.Unknown, Findings = [], Unreadable = why };
}
