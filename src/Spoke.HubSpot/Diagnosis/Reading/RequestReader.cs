namespace Spoke.HubSpot;

/// <summary>Finds out in what form a request is shown and reads it, with the answer that may follow.</summary>
internal static class RequestReader
{
    /// <summary>The requests of a text in their order; none when it holds no request.</summary>
    public static List<ShownRequest> Read(SourceText source, Environments? environments = null)
    {
        var text = source.Text;
        if (text.Contains("> Host:", StringComparison.OrdinalIgnoreCase) || (text.Contains("\n> ", StringComparison.Ordinal) && text.Contains("\n< HTTP/", StringComparison.Ordinal)))
        {
            var transcript = HttpReader.Read(source).Where(r => r.Dialect == Dialect.Transcript).ToList();
            if (transcript.Count > 0) return transcript;
        }
        if (LogReader.IsOne(text) && LogReader.Read(source) is { Count: > 0 } calls) return calls;
        if (EnvironmentFileReader.IsOne(text) && EnvironmentFileReader.Read(source) is { Count: > 0 } variables) return variables;
        if (CurlReader.Read(source) is { Count: > 0 } commands)
        {
            for (var i = 0; i < commands.Count; i++)
                commands[i].Request.Answer ??= AnswerReader.Read(source, commands[i].End, i + 1 < commands.Count ? Math.Max(commands[i].End, StartOf(commands[i + 1].Request)) : text.Length);
            return [.. commands.Select(c => c.Request)];
        }
        if (PowerShellRequestReader.IsOne(text) && PowerShellRequestReader.Read(source, out var end) is { } shell)
        {
            shell.Answer = AnswerReader.Read(source, end, text.Length);
            return [shell];
        }
        if (ExceptionReader.IsOne(text) && ExceptionReader.Read(source) is { } failed) return [failed];
        if (!AnswerReader.Begins(text) && HttpReader.IsOne(text) && HttpReader.Read(source, environments) is { Count: > 0 } requests) return requests;
        if (ProgramReader.IsOne(source) && ProgramReader.Read(source) is { Count: > 0 } programs)
        {
            var answer = AnswerBehind(source, programs[^1]);
            if (programs.Count == 1) programs[0].Answer = answer;
            return programs;
        }
        if (AnswerReader.Begins(text)) return [];
        if (ShellClientReader.Read(source) is { Count: > 0 } others)
        {
            for (var i = 0; i < others.Count; i++) others[i].Request.Answer = AnswerReader.Read(source, others[i].End, i + 1 < others.Count ? Math.Max(others[i].End, StartOf(others[i + 1].Request)) : text.Length);
            return [.. others.Select(o => o.Request)];
        }
        return FragmentReader.Read(source) is { } fragment ? [fragment] : [];
    }

    private static int StartOf(ShownRequest request) => request.Url?.OffsetAt(0) ?? request.Headers.FirstOrDefault()?.Name.OffsetAt(0) ?? 0;

    /// <summary>An error pasted below the code.</summary>
    private static ShownAnswer? AnswerBehind(SourceText source, ShownRequest program)
    {
        var last = program.Headers.Select(h => h.Value.OffsetAt(h.Value.Length)).Append(program.Url?.OffsetAt(program.Url.Length) ?? 0).Max();
        var answer = AnswerReader.Read(source, Math.Min(last, source.Text.Length), source.Text.Length);
        if (answer is { Envelope: null } && answer.Body.Contains("blocked by CORS policy", StringComparison.Ordinal)) return answer;
        return answer is { Envelope: null, IsHtml: false, Status: null } || answer is { Envelope: { Category: null, CorrelationId: null, Message: null } } ? null : answer;
    }
}
