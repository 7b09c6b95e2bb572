using System.Collections;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>The last look at a failure's text before it is shown: whatever an exception carries, no secret of the environment and nothing of a token's shape goes out with it.</summary>
internal static class ShownText
{
    private const int ShortestSecret = 8;
    private static readonly string[] s_names = ["TOKEN", "SECRET", "PASSWORD", "KEY"];

    public static string Of(string text) => Of(text, Environment.GetEnvironmentVariables());

    internal static string Of(string text, IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
            if (variable is { Key: string name, Value: string value } && value.Trim() is { Length: >= ShortestSecret } secret && s_names.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
                text = text.Replace(secret, $"[{name}]", StringComparison.Ordinal);
        return HubSpotSecrets.Mask(text);
    }
}
