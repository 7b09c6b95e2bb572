using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke api METHOD PATH</c>: one authenticated call; the JSON on stdout, everything else on stderr.</summary>
internal static class ApiCommand
{
    private const string HubSpotHost = "https://api.hubapi.com";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private sealed record Arguments(string Method, string Path, string? Data, bool Paginate, bool Include, bool Verbose, string TokenName);

    public static Command Create()
    {
        var method = new Argument<string>("METHOD") { Description = "GET, POST, PUT, PATCH or DELETE." };
        var path = new Argument<string>("PATH") { Description = "Path and query; the leading slash may be left out, and a whole address of the same host will do." };
        var data = new Option<string?>("-d", "--data") { Description = "JSON to send, or @FILE to read it from a file." };
        var paginate = new Option<bool>("--paginate") { Description = "Follow paging.next.after to the end and print one list (GET only)." };
        var include = new Option<bool>("--include", "-i") { Description = "Print the answer's status and headers to stderr." };
        var verbose = new Option<bool>("--verbose") { Description = "Print the request, with the token masked, to stderr." };
        var tokenName = new Option<string>("--token-env") { Description = "Environment variable that holds the token.", DefaultValueFactory = _ => "HUBSPOT_ACCESS_TOKEN" };
        var command = new Command("api", "One authenticated call to HubSpot.\n\nExample:\n  spoke api GET \"/crm/v3/objects/contacts?limit=100&archived=false\"") { method, path, data, paginate, include, verbose, tokenName };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Arguments(parsed.GetValue(method)!.ToUpperInvariant(), parsed.GetValue(path)!, parsed.GetValue(data), parsed.GetValue(paginate), parsed.GetValue(include), parsed.GetValue(verbose), parsed.GetValue(tokenName)!),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Arguments call, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var token = Environment.GetEnvironmentVariable(call.TokenName);
        if (string.IsNullOrWhiteSpace(token)) return await WrongAsync(error, $"The environment variable {call.TokenName} is not set. Put a service key or private app token in it, or name another one with --token-env.").ConfigureAwait(false);
        try
        {
            var options = new HubSpotClientOptions { Token = () => token, TokenSource = $"variable {call.TokenName}", BaseUrl = BaseUrl() };
            using var client = new HubSpotClient(options);
            var request = await RequestAsync(call, client.BaseUrl, cancellationToken).ConfigureAwait(false);
            if (call.Verbose) await error.WriteLineAsync($"{request.Method} {new Uri(client.BaseUrl, request.Path)}\nAuthorization: Bearer {AccessToken.Parse(token, options.TokenSource).Masked}").ConfigureAwait(false);
            return await SendAsync(call, client, request, output, error, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException wrong)
        {
            return await WrongAsync(error, wrong.Message).ConfigureAwait(false);
        }
        catch (HubSpotException refused)
        {
            if (refused.Body is { Length: > 0 } body) await output.WriteLineAsync(body).ConfigureAwait(false);
            await error.WriteLineAsync(refused.Message).ConfigureAwait(false);
            if (refused.Cause is { } id) await error.WriteLineAsync($"cause: {id} {Causes.Find(id)?.Title}").ConfigureAwait(false);
            if (refused.Fix is { } fix) await error.WriteLineAsync($"fix: {fix}").ConfigureAwait(false);
            // Refused before anything was sent: the token in the environment is at fault, not the portal.
            return refused is { Kind: HubSpotErrorKind.TokenInvalid, StatusCode: null } ? 2 : 3;
        }
    }

    private static async Task<int> SendAsync(Arguments call, HubSpotClient client, HubSpotRequest request, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var pages = new List<string>();
        while (true)
        {
            var response = await client.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
            if (call.Include)
            {
                await error.WriteLineAsync($"HTTP {response.StatusCode}").ConfigureAwait(false);
                foreach (var (name, value) in response.Headers) await error.WriteLineAsync($"{name}: {value}").ConfigureAwait(false);
            }
            if (!call.Paginate)
            {
                if (response.Body.Length > 0) await output.WriteLineAsync(response.Text).ConfigureAwait(false);
                return 0;
            }
            if (Page(response.Body, pages) is not { } after) break;
            request = request with { Path = WithAfter(request.Path, after) };
        }
        await output.WriteLineAsync("{\"results\":[" + string.Join(',', pages) + "]}").ConfigureAwait(false);
        return 0;
    }

    private static string? Page(ReadOnlyMemory<byte> body, List<string> records)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Array)
            throw new ArgumentException("--paginate needs an answer with a list named results; this path has none.");
        records.AddRange(results.EnumerateArray().Select(record => record.GetRawText()));
        return document.RootElement.TryGetProperty("paging", out var paging) && paging.TryGetProperty("next", out var next) && next.TryGetProperty("after", out var after) ? after.ToString() : null;
    }

    private static string WithAfter(string path, string after)
    {
        var query = path.IndexOf('?');
        var kept = query < 0 ? [] : path[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith("after=", StringComparison.Ordinal));
        return (query < 0 ? path : path[..query]) + "?" + string.Join('&', kept.Append("after=" + Uri.EscapeDataString(after)));
    }

    private static Uri BaseUrl()
    {
        var text = Environment.GetEnvironmentVariable("HUBSPOT_BASE_URL") is { Length: > 0 } set ? set : HubSpotHost;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new ArgumentException($"HUBSPOT_BASE_URL is '{text}', which is not an absolute address.");
    }

    private static async Task<HubSpotRequest> RequestAsync(Arguments call, Uri host, CancellationToken cancellationToken)
    {
        if (!Methods.Contains(call.Method)) throw new ArgumentException($"'{call.Method}' is not one of {string.Join(", ", Methods)}.");
        if (call.Paginate && call.Method != "GET") throw new ArgumentException("--paginate works with GET only.");
        var request = new HubSpotRequest(call.Method, PathOf(call.Path, host));
        if (call.Data is null) return request;
        var bytes = call.Data.StartsWith('@') ? await FileAsync(call.Data[1..], cancellationToken).ConfigureAwait(false) : Encoding.UTF8.GetBytes(call.Data);
        try
        {
            using var _ = JsonDocument.Parse(bytes);
        }
        catch (JsonException wrong)
        {
            throw new ArgumentException($"The data is not JSON: {wrong.Message}", wrong);
        }
        return request with { Body = bytes };
    }

    private static async Task<byte[]> FileAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The data file cannot be read: {wrong.Message}", wrong);
        }
    }

    private static string PathOf(string text, Uri host)
    {
        if (text.Contains("://", StringComparison.Ordinal) && !text.StartsWith('/') && text.IndexOf("://", StringComparison.Ordinal) < 8)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) throw new ArgumentException($"'{text}' is not an address.");
            if (url.Authority != host.Authority || url.Scheme != host.Scheme) throw new ArgumentException($"The address goes to {url.Scheme}://{url.Authority}, but the token is for {host.Scheme}://{host.Authority}. Give the path alone, or set HUBSPOT_BASE_URL.");
            return url.PathAndQuery;
        }
        var path = text.StartsWith('/') ? text : "/" + text;
        if (path.StartsWith("//", StringComparison.Ordinal) || path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '\\' or '#')) throw new ArgumentException($"'{text}' is not a path: it may hold no white space, backslash, # or leading double slash.");
        return path;
    }

    private static async Task<int> WrongAsync(TextWriter error, string message)
    {
        await error.WriteLineAsync(message).ConfigureAwait(false);
        return 2;
    }
}
