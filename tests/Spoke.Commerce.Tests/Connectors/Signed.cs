using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>Deliveries of our own making, signed after Standard Webhooks.</summary>
internal static class Signed
{
    public static PushedDelivery As(string body, string secret)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_1.{timestamp}.{body}"));
        return new PushedDelivery(new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(mac) }, Encoding.UTF8.GetBytes(body), at);
    }
}
