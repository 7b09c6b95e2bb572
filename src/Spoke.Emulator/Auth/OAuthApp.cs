namespace Spoke.Emulator.Auth;

/// <summary>The one app that is installed by OAuth in the emulated account.</summary>
internal static class OAuthApp
{
    public const string ClientId = "00000000-0000-4000-8000-00000000c11d";
    public const string ClientSecret = "00000000-0000-4000-8000-0000005ec2e7";
    public const long AppId = 2_100_001;
}
