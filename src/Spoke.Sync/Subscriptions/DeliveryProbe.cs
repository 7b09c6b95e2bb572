using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;

namespace Spoke.Sync.Subscriptions;

/// <summary>Sends test deliveries to one address and makes out what happened to them. What the door would say to a spoilt one is asked of the connector's own verifier, so that both cannot come to differ.</summary>
internal sealed class DeliveryProbe(Connection connection, string database, TimeProvider time)
{
    private const int MostText = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <param name="otherArrives">The same secret fits by another address.</param>
    public async Task<TestedWay> TryAsync(string way, Uri address, bool otherArrives, CancellationToken cancellationToken)
    {
        var sent = Test(fragile: true);
        var answer = await SendAsync(address, sent, cancellationToken).ConfigureAwait(false);
        var (state, shows, fix) = Judge(answer, sent, way);
        if (state == WayState.WrongSecret)
        {
            // The same without what is lost when JSON is written anew: if that comes through, it is the way and not the secret.
            var plain = Test(fragile: false);
            if (TestAnswer.Read((await SendAsync(address, plain, cancellationToken).ConfigureAwait(false)).Text)?.Id == plain.Id)
                (state, shows, fix) = (WayState.BodyAltered, "a plain body arrives as it was signed and one with escapes, blanks and long numbers does not: somebody on the way reads the JSON and writes it anew", $"Have {Who(answer, address)} pass the body on byte for byte: no rewriting, no body transformation, no function that parses it.");
            else if (otherArrives)
                (shows, fix) = ($"the signature does not fit there, though the same secret fits at the local address ({answer.Text})", $"Either {address.Authority} leads to another spoke serve with another secret, or the body is changed on the way. See where {Who(answer, address)} sends /hooks/{connection.Name}.");
        }
        return new TestedWay(way, address, state, shows + Between(answer, state), fix);
    }

    private (WayState State, string Shows, string? Fix) Judge(Answer answer, Sent sent, string way)
    {
        if (answer.Failure is { } failure) return Unreached(failure, answer.Address, way);
        if (TestAnswer.Read(answer.Text) is { } told && told.Id == sent.Id) return Told(told, answer);
        var (status, said) = (answer.Status, $"it answered {answer.Status}{(answer.Text.Length > 0 && !answer.IsPage ? $": {Short(answer.Text)}" : answer.IsPage ? " with a web page" : "")}");
        if (status is >= 300 and < 400) return (WayState.Redirected, $"{said}, a redirect to {answer.Headers?.Location?.ToString() ?? "nowhere"}, which no store follows with its push", way == "public" ? "Put the final address into publicUrl." : "Another program has taken the port: start spoke serve again.");
        if (status == 401 && answer.Headers?.WwwAuthenticate.Count == 0) return Refused(answer, sent);
        if (status == 404 && answer.Text == WebhookDoor.Unknown(connection.Name)) return (WayState.UnknownConnection, $"a spoke serve answered that it has no connection {connection.Name}", "It runs with another configuration, or since before the connection was added: restart it with this one.");
        if (status is 400 or 413 && !answer.IsPage && Between(answer, WayState.Refused).Length == 0) return (WayState.Refused, said, "Is the spoke serve that runs there of an older version? Restart it.");
        if (status == 503 && answer.Text == WebhookDoor.NotKept) return (WayState.Refused, "it arrived and could not be kept: the database cannot be written", "See spoke serve's log: a full disk, a lock, a database that is down.");
        if (status is 502 or 503 or 504) return (WayState.AnsweredByAnother, $"{said}: what stands before spoke serve does not reach it", $"Is spoke serve running, and does {Who(answer, answer.Address)} pass on to its port?");
        return (WayState.AnsweredByAnother, $"{said}, which is not what spoke serve says: somebody else answered in its place", status switch
        {
            404 or 405 => $"Have {Who(answer, answer.Address)} pass POST {answer.Address.AbsolutePath} on to spoke serve, with this path.",
            401 or 403 or 407 or 429 => $"Let POST {answer.Address.AbsolutePath} through without a login or a check for robots; spoke serve checks the signature.",
            _ when way == "local" => "Another program has taken the port: start spoke serve again.",
            _ => $"Does {answer.Address.Authority} lead to spoke serve at all? A cache or a placeholder page must not answer POST {answer.Address.AbsolutePath}.",
        });
    }

    private (WayState, string, string?) Told(TestAnswer told, Answer answer)
    {
        if (told.Database != database) return (WayState.AnotherDatabase, "a spoke serve with the same secret and another database took it: what the store pushes there does not come here", $"Point {answer.Address.Authority} at the spoke serve of this configuration, or run the doctor with the other one.");
        var off = told.At - answer.SentAt;
        return off.Duration() <= ClockTolerance + answer.Took ? (WayState.Arrives, string.Create(CultureInfo.InvariantCulture, $"arrives as it was signed, in {answer.Took.TotalMilliseconds:0} ms"), null)
            : (WayState.ClockOff, string.Create(CultureInfo.InvariantCulture, $"arrives, but spoke serve's clock is {off.Duration().TotalSeconds:0} s {(off > TimeSpan.Zero ? "ahead of" : "behind")} this machine's"), "Set both clocks by NTP: pushes that sign their time are refused when they are five minutes off.");
    }

    /// <summary>The door's own 401: which of its reasons?</summary>
    private (WayState, string, string?) Refused(Answer answer, Sent sent)
    {
        var lost = sent.Headers.Keys.FirstOrDefault(name => Says(sent.Headers.Where(header => header.Key != name).ToDictionary(), sent.Body, sent.At) == answer.Text);
        if (lost is not null) return (WayState.HeaderLost, $"a header was lost on the way: {answer.Text}", $"Have {Who(answer, answer.Address)} pass on the header {lost}.");
        if (Says(sent.Headers, sent.Body, sent.At.AddHours(1)) == answer.Text)
            return (WayState.ClockOff, $"it was refused for its time: {answer.Text}{(answer.Headers?.Date is { } theirs ? string.Create(CultureInfo.InvariantCulture, $" The answer is dated {theirs.UtcDateTime:HH:mm:ss}, this machine says {answer.SentAt.UtcDateTime:HH:mm:ss} UTC.") : "")}", "Set both clocks by NTP.");
        if (Says(sent.Headers, [.. sent.Body, (byte)' '], sent.At) == answer.Text)
            return (WayState.WrongSecret, $"the signature does not fit: {answer.Text}", "The running spoke serve knows another webhookSecret than spoke.json says now: restart it. It reads the secret when it starts.");
        if (Between(answer, WayState.Refused).Length > 0) return (WayState.AnsweredByAnother, $"it answered 401: {Short(answer.Text)}, which is not what spoke serve says: somebody else answered in its place", $"Let POST {answer.Address.AbsolutePath} through without a login; spoke serve checks the signature.");
        return (WayState.Refused, $"it was refused: {Short(answer.Text)}", "The running spoke serve has another configuration than this one: restart it.");
    }

    private string? Says(Dictionary<string, string> headers, byte[] body, DateTimeOffset at) => connection.Store.ReadWebhook(headers, body, at).Problem;

    private static (WayState, string, string?) Unreached(Exception failure, Uri address, string way) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => (WayState.UnknownHost, $"the name {address.Host} is not known to DNS", "Correct publicUrl, or make the DNS record."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } tls => (WayState.TlsFails, $"TLS fails: {(tls.InnerException ?? tls).Message}", $"Renew or correct the certificate of {address.Host}, with its chain: a store does not push to one that it cannot check."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } refused => (WayState.NobodyListens, $"nobody listens at {address.Authority} ({(refused.InnerException ?? refused).Message})", way == "public" ? "Start the tunnel or web server in front of spoke serve, and open its port in the firewall." : "Start it: spoke serve."),
        HttpRequestException other => (WayState.NoAnswer, $"what listens at {address.Authority} is no web server that answers: {(other.InnerException ?? other).Message}", "Is this the right port?"),
        _ => (WayState.NoAnswer, $"no answer within {Patience.TotalSeconds:0} s", "Does a firewall drop what comes there, or does what stands before spoke serve wait for it in vain?"),
    };

    /// <summary>Who stands before spoke serve, which names itself in no header.</summary>
    private static string Who(Answer answer, Uri address) => answer.Headers?.Server.ToString() is { Length: > 0 } server ? $"{server} at {address.Authority}" : $"the proxy or tunnel at {address.Authority}";

    private static string Between(Answer answer, WayState state)
    {
        var told = new List<string>();
        foreach (var name in (string[])["Server", "Via", "CF-Ray", "X-Cache", "X-Powered-By"])
            if (answer.Headers?.TryGetValues(name, out var values) == true) told.Add($"{name}: {Short(string.Join(", ", values))}");
        return told.Count == 0 ? "" : $"{(state == WayState.Arrives ? " through" : "; the answer has")} {string.Join(", ", told)}";
    }

    private Sent Test(bool fragile)
    {
        var (id, at) = (Guid.NewGuid().ToString("N"), time.GetUtcNow());
        var body = TestDelivery.Body(id, fragile);
        return new Sent(id, body, connection.Store.SignTest(id, body, at)!.ToDictionary(), at);
    }

    private async Task<Answer> SendAsync(Uri address, Sent sent, CancellationToken cancellationToken)
    {
        // As a store: no redirect is followed, no cookie kept. The machine's proxy is for what leaves it.
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !address.IsLoopback }) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(sent.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.UserAgent.ParseAdd("spoke-doctor");
        foreach (var (name, value) in sent.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var started = time.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var text = new byte[MostText];
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
            return new Answer(address, sent.At, time.GetElapsedTime(started), (int)response.StatusCode, Encoding.UTF8.GetString(text, 0, read).Trim(), response.Headers, response.Content.Headers.ContentType?.MediaType == "text/html", null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Answer(address, sent.At, time.GetElapsedTime(started), 0, "", null, false, failure is IOException ? new HttpRequestException(HttpRequestError.ResponseEnded, failure.Message) : failure);
        }
    }

    private static string Short(string text) => text.ReplaceLineEndings(" ") is { Length: > 160 } line ? line[..159] + "…" : text.ReplaceLineEndings(" ");

    private sealed record Sent(string Id, byte[] Body, Dictionary<string, string> Headers, DateTimeOffset At);

    private sealed record Answer(Uri Address, DateTimeOffset SentAt, TimeSpan Took, int Status, string Text, HttpResponseHeaders? Headers, bool IsPage, Exception? Failure);
}
