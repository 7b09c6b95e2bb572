using System.Security.Cryptography;
using System.Text;
using Spoke.Commerce.Connectors;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>A push signed by hand.</summary>
internal static class Signed
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static WebhookReading Read(IStoreConnector connector, string body, string secret)
    {
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_1.{Now.ToUnixTimeSeconds()}.{body}"));
        return connector.ReadWebhook(new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = $"{Now.ToUnixTimeSeconds()}", ["webhook-signature"] = "v1," + Convert.ToBase64String(mac) }, Encoding.UTF8.GetBytes(body), Now);
    }
}
