using System.Text.Json;
using System.Text.RegularExpressions;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Marketing;

/// <summary>Fills <c>{{ contact.name }}</c> and <c>{{ custom.name }}</c> in a subject; anything else in braces stays as it is.</summary>
internal static partial class MergeTags
{
    public static string Fill(string text, JsonElement request) => Tag().Replace(text, tag =>
        request.TryGetProperty(tag.Groups["bag"].Value == "contact" ? "contactProperties" : "customProperties", out var bag) && bag.Text(tag.Groups["name"].Value) is { } value ? value : "");

    [GeneratedRegex(@"\{\{\s*(?<bag>contact|custom)\.(?<name>\w{1,100})\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
