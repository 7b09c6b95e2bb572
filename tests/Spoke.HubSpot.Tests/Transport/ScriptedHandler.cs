using System.Net;
using System.Text;

namespace Spoke.HubSpot.Tests.Transport;

/// <summary>The far end of the wire: answers what the script says, in turn, and keeps what it was asked.</summary>
internal sealed class ScriptedHandler(params Func<HttpRequestMessage, HttpResponseMessage>[] script) : HttpMessageHandler
{
    public List<(string Method, Uri Address, string? Authorization)> Asked { get; } = [];

    public static Func<HttpRequestMessage, HttpResponseMessage> Json(int status, string body, params (string Name, string Value)[] headers) => _ =>
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
        return answer;
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Asked) Asked.Add((request.Method.Method, request.RequestUri!, request.Headers.NonValidated.TryGetValues("Authorization", out var values) ? values.ToString() : null));
        return Task.FromResult(script[Math.Min(Asked.Count, script.Length) - 1](request));
    }
}
