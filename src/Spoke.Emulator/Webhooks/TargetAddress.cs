using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>Where requests may go: https anywhere, and plain http to this machine only, where tests listen.</summary>
internal static class TargetAddress
{
    /// <exception cref="CrmRefusal">It is no such address.</exception>
    public static string Check(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) ? url : throw WebhookErrors.NotSecure(url);
}
