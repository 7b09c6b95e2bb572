namespace Spoke.HubSpot;

/// <summary>placeholder</summary>
public sealed class OAuthCredential;
