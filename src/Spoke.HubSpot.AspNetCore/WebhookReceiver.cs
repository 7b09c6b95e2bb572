using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>One delivery from the socket to the handler.</summary>
internal sealed partial class WebhookReceiver(HubSpotWebhookOptions options, Func<IReadOnlyList<WebhookEvent>, CancellationToken, Task> handle, ILogger log)
{
    public async Task ReceiveAsync(HttpContext context)
    {
        if (await ReadAsync(context).ConfigureAwait(false) is not { } body)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, $"A delivery of more than {options.LongestBody} bytes is not read.").ConfigureAwait(false);
            return;
        }
        var verdict = new WebhookVerifier(options.Secrets(), options.TimeProvider) { Tolerance = options.Tolerance, AcceptOlderVersions = options.AcceptOlderVersions }.Verify(DeliveryOf(context.Request, body));
        if (!verdict.IsGenuine)
        {
            LogRefused(verdict.Judgement, verdict.Version, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, Reason(verdict.Judgement)).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<WebhookEvent> events;
        try
        {
            events = WebhookEvent.Parse(body);
        }
        catch (FormatException wrong)
        {
            LogUnreadable(wrong.Message);
            await AnswerAsync(context, StatusCodes.Status400BadRequest, wrong.Message).ConfigureAwait(false);
            return;
        }
        await handle(events, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private WebhookDelivery DeliveryOf(HttpRequest request, ReadOnlyMemory<byte> body) => new(request.Method, Address(request), body)
    {
        Signature = request.Headers["X-HubSpot-Signature"],
        SignatureVersion = request.Headers["X-HubSpot-Signature-Version"],
        SignatureV3 = request.Headers["X-HubSpot-Signature-v3"],
        Timestamp = request.Headers["X-HubSpot-Request-Timestamp"],
    };

    /// <summary>The address as it was written on the wire: decoding and encoding it again would change what was signed.</summary>
    private string Address(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target) || target[0] != '/') target = UriHelper.BuildRelative(request.PathBase, request.Path, request.QueryString);
        return options.PublicAddress is { } address ? address.GetLeftPart(UriPartial.Authority) + target : $"{request.Scheme}://{request.Host}{target}";
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > options.LongestBody) return null;
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (memory.Length + read > options.LongestBody) return null;
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static string Reason(WebhookJudgement judgement) => judgement switch
    {
        WebhookJudgement.NoSignature => "There is no HubSpot signature on this request.",
        WebhookJudgement.VersionNotAccepted => "The signature is of a version that is not accepted here.",
        WebhookJudgement.NoTimestamp => "X-HubSpot-Request-Timestamp is missing or not in milliseconds.",
        WebhookJudgement.TooOld => "The timestamp is too far from this server's clock.",
        _ => "The signature does not fit.",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook was refused: {Judgement}, signature version {Version}, path {Path}. 'spoke doctor webhook' tells which ingredient differs.")]
    private partial void LogRefused(WebhookJudgement judgement, WebhookSignatureVersion? version, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A genuine webhook could not be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
