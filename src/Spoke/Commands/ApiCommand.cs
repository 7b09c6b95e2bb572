using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke api METHOD PATH</c>: one authenticated call; the JSON on stdout, everything else on stderr.</summary>
internal static class ApiCommand
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private sealed record Arguments(string Method, string Path, string? Data, bool Paginate, bool Include, bool Verbose, string TokenVariable, int? Limit);

    public static Command Create()
    {
        var method = new Argument<string>("METHOD") { Description = "GET, POST, PUT, PATCH or DELETE." };
        var path = new Argument<string>("PATH") { Description = "Path and query; the leading slash may be left out, and a whole address of the same host will do." };
        var data = new Option<string?>("-d", "--data") { Description = "JSON to send; @FILE reads it from a file, @- from standard input." };
        var paginate = new Option<bool>("--paginate") { Description = "Follow paging.next.after to the end and print one list (GET only)." };
        var limit = new Option<int?>("--limit") { Description = "With --paginate: so many records at most, 1 or more. How many a page holds is limit=… in the path." };
        var include = new Option<bool>("--include", "-i") { Description = "Print the answer's status and headers to stderr." };
        var verbose = new Option<bool>("--verbose") { Description = "Print each request as it is sent to stderr, the token masked." };
        var variable = PortalOptions.TokenVariable();
        var command = new Command("api", "One authenticated call to HubSpot.\n\nExample:\n  spoke api GET \"/crm/v3/objects/contacts?limit=100&archived=false\"") { method, path, data, paginate, limit, include, verbose, variable };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Arguments(parsed.GetValue(method)!.ToUpperInvariant(), parsed.GetValue(path)!, parsed.GetValue(data), parsed.GetValue(paginate), parsed.GetValue(include), parsed.GetValue(verbose), parsed.GetValue(variable)!, parsed.GetValue(limit)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Arguments call, CancellationToken cancellationToken)
    {
        using var answers = new AnswerKeeper(call.Verbose ? new RequestPrinter(Terminal.Error) : RequestPrinter.Sockets());
        using var client = PortalOptions.Client(call.TokenVariable, answers);
        var request = await RequestAsync(call, client.BaseUrl, cancellationToken).ConfigureAwait(false);
        await using var output = Terminal.OpenStandardOutput();
        try
        {
            await SendAsync(call, client, request, output, cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (HubSpotException refused)
        {
            if (call.Include && refused.StatusCode is not null && answers.Last is { } last) await IncludeAsync(last.Status, last.Headers).ConfigureAwait(false);
            if (refused.Body is { Length: > 0 } body) await WriteAsync(output, Encoding.UTF8.GetBytes(body), cancellationToken).ConfigureAwait(false);
            await Terminal.Error.WriteLineAsync("spoke: " + WithoutFix(refused)).ConfigureAwait(false);
            if (refused.Cause is { } id) await Terminal.Error.WriteLineAsync($"cause: {id} {Causes.Find(id)?.Title}").ConfigureAwait(false);
            if (refused.Fix is { } fix) await Terminal.Error.WriteLineAsync($"fix: {fix}").ConfigureAwait(false);
            // Refused before anything was sent: the token in the environment is at fault, not the portal.
            return refused is { Kind: HubSpotErrorKind.TokenInvalid, StatusCode: null } ? ExitCode.Usage : ExitCode.Refused;
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>What happened; the fix follows on a line of its own.</summary>
    private static string WithoutFix(HubSpotException refused) =>
        refused.Fix is { Length: > 0 } fix && refused.Message.EndsWith(fix, StringComparison.Ordinal) ? refused.Message[..^fix.Length].TrimEnd() : refused.Message;

    private static async Task SendAsync(Arguments call, HubSpotClient client, HubSpotRequest request, Stream output, CancellationToken cancellationToken)
    {
        var records = new List<string>();
        while (true)
        {
            var response = await client.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
            if (call.Include) await IncludeAsync(response.StatusCode, response.Headers).ConfigureAwait(false);
            if (!call.Paginate)
            {
                if (!response.Body.IsEmpty) await WriteAsync(output, response.Body, cancellationToken).ConfigureAwait(false);
                return;
            }
            if (Page(response.Body, records) is not { } after || records.Count >= call.Limit) break;
            request = request with { Path = WithAfter(request.Path, after) };
        }
        await WriteAsync(output, Encoding.UTF8.GetBytes("{\"results\":[" + string.Join(',', records.Take(call.Limit ?? int.MaxValue)) + "]}"), cancellationToken).ConfigureAwait(false);
    }

    private static async Task IncludeAsync(int status, IEnumerable<KeyValuePair<string, string>> headers)
    {
        await Terminal.Error.WriteLineAsync($"HTTP {status}").ConfigureAwait(false);
        foreach (var (name, value) in headers) await Terminal.Error.WriteLineAsync($"{name}: {value}").ConfigureAwait(false);
    }

    private static async Task WriteAsync(Stream output, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await output.WriteAsync(text, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string? Page(ReadOnlyMemory<byte> body, List<string> records)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Array)
            {
                records.AddRange(results.EnumerateArray().Select(record => record.GetRawText()));
                return document.RootElement.TryGetProperty("paging", out var paging) && paging.ValueKind == JsonValueKind.Object && paging.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Object && next.TryGetProperty("after", out var after) ? after.ToString() : null;
            }
        }
        catch (JsonException)
        {
            // not a list either
        }
        throw new UsageException("--paginate needs an answer with a list named results; this path has none.");
    }

    private static string WithAfter(string path, string after)
    {
        var query = path.IndexOf('?');
        var kept = query < 0 ? [] : path[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith("after=", StringComparison.Ordinal));
        return (query < 0 ? path : path[..query]) + "?" + string.Join('&', kept.Append("after=" + Uri.EscapeDataString(after)));
    }

    private static async Task<HubSpotRequest> RequestAsync(Arguments call, Uri host, CancellationToken cancellationToken)
    {
        if (!Methods.Contains(call.Method)) throw new UsageException($"'{call.Method}' is not one of {string.Join(", ", Methods)}.");
        if (call.Paginate && call.Method != "GET") throw new UsageException("--paginate works with GET only.");
        if (call.Limit is < 1) throw new UsageException($"--limit is 1 or more, not {call.Limit}; leave it out for all records.");
        if (call.Limit is not null && !call.Paginate) throw new UsageException("--limit goes with --paginate. How many records a page holds is limit=… in the path.");
        var request = new HubSpotRequest(call.Method, PathOf(call.Path, host));
        if (call.Data is null) return request;
        var bytes = call.Data.StartsWith('@') ? await FileAsync(call.Data[1..], cancellationToken).ConfigureAwait(false) : Encoding.UTF8.GetBytes(call.Data);
        try
        {
            using var _ = JsonDocument.Parse(bytes);
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"the data is not JSON: {wrong.Message}");
        }
        return request with { Body = bytes };
    }

    private static async Task<byte[]> FileAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length == 0) throw new UsageException("behind @ the name of a file is missing. Write -d @FILE, or -d @- for standard input.");
        if (Directory.Exists(name)) throw new UsageException($"the data file cannot be read: '{name}' is a directory. Name a file in it.");
        try
        {
            if (name != "-") return await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false);
            using var memory = new MemoryStream();
            await using var input = Terminal.OpenStandardInput();
            await input.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
            return memory.ToArray();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"the data file cannot be read: {wrong.Message}");
        }
    }

    private static string PathOf(string text, Uri host)
    {
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and < 8)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) throw new UsageException($"'{text}' is not an address.");
            if (url.Authority != host.Authority || url.Scheme != host.Scheme) throw new UsageException($"the address goes to {url.Scheme}://{url.Authority}, but the token is for {host.Scheme}://{host.Authority}. Give the path alone, or set HUBSPOT_BASE_URL.");
            return url.PathAndQuery;
        }
        var path = text.StartsWith('/') ? text : "/" + text;
        if (path.StartsWith("//", StringComparison.Ordinal) || path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '\\' or '#')) throw new UsageException($"'{text}' is not a path: it may hold no white space, backslash, # or leading double slash.");
        return path;
    }
}
