using System.Text;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>Prints requests as they go out, repeats included, with the token masked wherever it stands.</summary>
internal sealed class RequestPrinter : DelegatingHandler
{
    private readonly TextWriter _output;

    public RequestPrinter(TextWriter output)
        : base(Sockets()) => _output = output;

    public static SocketsHttpHandler Sockets() => new() { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = System.Net.DecompressionMethods.All };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().Append(request.Method).Append(' ').Append(request.RequestUri).Append('\n');
        foreach (var (name, values) in request.Headers.NonValidated) text.Append(name).Append(": ").Append(values).Append('\n');
        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated) text.Append(name).Append(": ").Append(values).Append('\n');
            text.Append('\n').Append(await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Append('\n');
        }
        var token = request.Headers.NonValidated["Authorization"].ToString()["Bearer ".Length..];
        await _output.WriteAsync(text.Replace(token, AccessToken.Parse(token).Masked), cancellationToken).ConfigureAwait(false);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Keeps status and headers of the last answer: a refusal arrives as an exception, which holds neither.</summary>
internal sealed class AnswerKeeper(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public (int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)? Last { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        Last = ((int)response.StatusCode, [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))]);
        return response;
    }
}
