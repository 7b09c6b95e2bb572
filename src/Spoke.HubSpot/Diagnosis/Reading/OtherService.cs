using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Calls that plainly go to another service than HubSpot: what they carry is no cause of HubSpot's.</summary>
internal static partial class OtherService
{
    // Names that only a network of one's own knows, and those of documentation: a gateway may stand behind them.
    [GeneratedRegex(@"^(?:[a-z0-9-]+\.)+(?!(?:local|localdomain|localhost|internal|intranet|lan|home|corp|private|test|example|invalid|svc|cluster)$)[a-z][a-z0-9-]+$", RegexOptions.IgnoreCase)]
    private static partial Regex PublicName();

    [GeneratedRegex(@"(?:^|\.)example\.(?:com|org|net)$", RegexOptions.IgnoreCase)]
    private static partial Regex Documentation();

    [GeneratedRegex(@"/(?:crm|oauth|account-info|cms|hubdb|communication-preferences|media-bridge)/", RegexOptions.IgnoreCase)]
    private static partial Regex PathOfHubSpot();

    /// <summary>Nothing in the address, the credential or the answer speaks for HubSpot, or for a gateway to it.</summary>
    public static bool Takes(ShownRequest request)
    {
        var address = request.Address;
        if (!address.IsForeign || address.IsForms || request.RedirectedFrom is not null || request.IsThroughProxy || request.Dialect is Dialect.Har or Dialect.Log) return false;
        var host = address.Host.Text;
        if (!PublicName().IsMatch(host) || Documentation().IsMatch(host) || OfHubSpot(address.Url.Text) || EditDistance.Of(host.ToLowerInvariant(), "api.hubapi.com") <= 4) return false;
        if (PathOfHubSpot().IsMatch(address.Path.Text) || request.Published.Count > 0) return false;
        if (request.Headers.Exists(h => OfHubSpot(h.Name.Text) || OfHubSpot(h.Value.Text)) || HasToken(request) || request.Answer is { Envelope: not null } or { IsHtml: true }) return false;
        return request.Dialect != Dialect.Program || !OfHubSpot(request.Source.Text);
    }

    /// <summary>A token of HubSpot's is in the request.</summary>
    public static bool HasToken(ShownRequest request) =>
        request.Headers.Exists(h => h.Value.Text.Contains("pat-", StringComparison.OrdinalIgnoreCase)) || request.User?.Text.Contains("pat-", StringComparison.OrdinalIgnoreCase) == true
        || request.Address.Url.Text.Contains("pat-", StringComparison.OrdinalIgnoreCase) || request.Credential is { IsVisible: true, Judgement.Kind: not null };

    private static bool OfHubSpot(string text) =>
        text.Contains("hubspot", StringComparison.OrdinalIgnoreCase) || text.Contains("hubapi", StringComparison.OrdinalIgnoreCase) || text.Contains("hsforms", StringComparison.OrdinalIgnoreCase);
}
