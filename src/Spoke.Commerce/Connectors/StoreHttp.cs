using System.Net;
using System.Net.Http.Headers;

namespace Spoke.Commerce.Connectors;

/// <summary>
/// Sends a store's requests: repeats what failed on the way, waits as long as the store asks for, and says in one manner what went wrong.
/// Redirects are not followed: they would carry the credential to another host.
/// </summary>
internal sealed class StoreHttp : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly string _store;
    private readonly TimeProvider _time;

    /// <param name="store">What messages call the store: platform and address.</param>
    public StoreHttp(string store, HttpMessageHandler? handler, TimeProvider time, TimeSpan timeout)
    {
        _store = store;
        _time = time;
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }, disposeHandler: true) { Timeout = timeout };
    }

    /// <summary>The store's answer, whatever its status below 500.</summary>
    /// <exception cref="StoreException">The store could not be reached, or sent us elsewhere.</exception>
    public Task<StoreAnswer> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken) => SendAsync(request, repeat: true, cancellationToken);

    /// <param name="repeat">Whether it may be sent again when it is not known to have failed.</param>
    /// <exception cref="StoreException">The store could not be reached, or sent us elsewhere.</exception>
    public async Task<StoreAnswer> SendAsync(Func<HttpRequestMessage> request, bool repeat, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            var wait = TimeSpan.FromMilliseconds(200 << attempt);
            try
            {
                using var message = request();
                using var response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
                var status = (int)response.StatusCode;
                if (status is >= 300 and < 400)
                    throw new StoreException($"{_store} answered with a redirect to {response.Headers.Location}. Put the final address into the store's url.", isTransient: false);
                if (status < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout))
                    return new StoreAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), response.Headers);
                problem = $"it answered {status}";
                if (response.Headers.RetryAfter is { } asked) wait = asked.Delta ?? asked.Date - _time.GetUtcNow() ?? wait;
            }
            catch (HttpRequestException failure)
            {
                problem = failure.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = $"no answer in {_http.Timeout.TotalSeconds:0} s";
            }
            if (!repeat || attempt == Attempts || wait > LongestWait) throw new StoreException($"{_store} could not be reached: {problem}. Is it running, and is the address right?", isTransient: true);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What a store answered.</summary>
internal sealed record StoreAnswer(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers);

/// <summary>Checks of a store's address that every platform needs.</summary>
internal static class StoreAddress
{
    /// <exception cref="ArgumentException">The address cannot be one of a store.</exception>
    public static void Validate(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) throw new ArgumentException($"The store's address '{url}' does not begin with https:// or http://.");
        // The address is part of messages and keys: a password in it would show there.
        if (url.UserInfo.Length > 0 || url.Query.Length > 0) throw new ArgumentException($"The store's address at {url.Host} carries a user name or a query. Give credentials by their own settings.");
    }
}
