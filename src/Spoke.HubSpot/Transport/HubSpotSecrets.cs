namespace Spoke.HubSpot;

/// <summary>Masks what looks like a HubSpot secret in a text that people will see: private app tokens and service keys, OAuth access and refresh tokens, what stands behind <c>Bearer</c>, secret parameters and JSON members.</summary>
public static class HubSpotSecrets
{
    /// <summary>The text with a few characters left of each secret, enough to recognise it by. What has no shape of its own, such as a client secret in the middle of a sentence, is not recognised.</summary>
    public static string Mask(string text) => SecretMask.Text(text);
}
