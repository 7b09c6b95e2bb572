using Spoke.Commerce.Connectors;

namespace Spoke.Commands;

/// <summary>A store in one line, for people.</summary>
internal static class StoreText
{
    public static string Of(string platform, string? version, string currency) => $"{PlatformNames.Of(platform)}{(version is null ? ", version not known" : " " + version)}, {currency}";
}
