using System.Net;

namespace Spoke.HubSpot;

/// <summary>
/// Fetches a file from an address HubSpot gave out. It goes without the token and without a place in the budget, once only, to the client's own host or
/// HubSpot's, and follows no redirect: an address may come from anywhere, and a program inside a network must not be led about in it.
/// </summary>
internal static class FileDownload
{
    /// <summary>What is read at most: 64 MiB, decompressed.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    private static readonly string[] s_hosts = ["hubspot.com", "hubapi.com", "hubspot.net"];

    public static async Task<ReadOnlyMemory<byte>> FetchAsync(HttpMessageInvoker http, Uri url, Uri own, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!IsAllowed(url, own))
            throw new ArgumentException($"The file is at {(url.IsAbsoluteUri ? url.Host : "no absolute address")}, which is neither HubSpot's (https, {string.Join(", ", s_hosts)}) nor the client's own {own.Authority}. If you trust it, fetch the address with an HttpClient of your own, without the token.", nameof(url));
        using var limit = new CancellationTokenSource(deadline, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var message = new HttpRequestMessage(HttpMethod.Get, url);
        try
        {
            using var response = await http.SendAsync(message, link.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK) throw Refused(url, response);
            await response.Content.LoadIntoBufferAsync(MostBytes, link.Token).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(link.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException large) when (large.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubSpotException(HubSpotErrorKind.Unexpected, $"The file at {Place(url)} has more than {MostBytes} bytes (64 MiB), which is as much as is read into memory. Fetch the address with an HttpClient of your own, without the token.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new HubSpotException(HubSpotErrorKind.Unreachable, $"The file at {Place(url)} could not be fetched: {Sentence.End(SecretMask.Text(failure.Message))} Try again.", failure) { IsTransient = true };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubSpotException(HubSpotErrorKind.Unreachable, $"The file at {Place(url)} did not arrive within {deadline.TotalSeconds:0.#} s. Allow a longer deadline.") { IsTransient = true };
        }
    }

    private static bool IsAllowed(Uri url, Uri own) =>
        url.IsAbsoluteUri && ((url.Scheme == own.Scheme && url.Host == own.Host && url.Port == own.Port)
            || (url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && s_hosts.Any(host => url.Host == host || url.Host.EndsWith("." + host, StringComparison.Ordinal))));

    private static HubSpotException Refused(Uri url, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var (kind, fix) = status switch
        {
            403 or 404 or 410 => (HubSpotErrorKind.NotFound, "Such an address is good for a few minutes only: ask for the status again, which gives a new one."),
            >= 300 and < 400 => (HubSpotErrorKind.Unexpected, $"It leads on to {(response.Headers.Location is { IsAbsoluteUri: true } location ? location.Host : "another address")}, which is not followed. If you trust it, fetch it with an HttpClient of your own, without the token."),
            >= 500 => (HubSpotErrorKind.Unavailable, "Try again later."),
            _ => (HubSpotErrorKind.Unexpected, "Ask for the status again, which gives a new address."),
        };
        return new HubSpotException(kind, $"The file at {Place(url)} was answered {status}. {fix}") { StatusCode = status, Fix = fix, IsTransient = status >= 500 };
    }

    // The path may hold the key and the query does.
    private static string Place(Uri url) => url.Authority;
}
